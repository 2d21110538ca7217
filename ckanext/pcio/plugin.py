"""The only module that implements CKAN's interfaces; every implementation lives in its room."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.plugins import DefaultTranslation

from .catalog import actions as catalog_actions
from .catalog import auth as catalog_auth
from .catalog import sync


def _functions(*modules: ModuleType) -> dict[str, Any]:
    """Return the public functions the modules themselves define, by name."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


@tk.blanket.actions(lambda: _functions(catalog_actions))
@tk.blanket.auth_functions(lambda: _functions(catalog_auth))
@tk.blanket.config_declarations
class PcioPlugin(p.SingletonPlugin, DefaultTranslation):
    """ckanext-pcio."""

    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)
    p.implements(p.IDomainObjectModification)

    def update_config(self, config: Any) -> None:
        """Add templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "ckanext-pcio")

    def notify(self, entity: Any, _operation: Any) -> None:
        """Keep the facts in step with a dataset, in the dataset's own transaction."""
        if isinstance(entity, model.Package):
            sync.write([entity.id])
