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
from .catalog import datastore, sync
from .cli import pcio
from .dashboard import helpers as dashboard_helpers
from .dashboard.views import pcio_dashboard
from .standard import helpers as standard_helpers
from .standard import indexing, record_validators, tag_validators, validators
from .survey import actions as survey_actions
from .survey import auth as survey_auth


def _functions(*modules: ModuleType, prefix: str = "") -> dict[str, Any]:
    """Return the public functions the modules themselves define, by name."""
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if callable(value)
        and getattr(value, "__module__", None) == module.__name__
        and not name.startswith("_")
        and name.startswith(prefix)
    }


def _actions() -> dict[str, Any]:
    return {**_functions(catalog_actions, survey_actions), **datastore.chained_actions()}


@tk.blanket.actions(_actions)
@tk.blanket.auth_functions(_functions(catalog_auth, survey_auth))
@tk.blanket.blueprints([pcio_dashboard])
@tk.blanket.cli([pcio])
@tk.blanket.config_declarations
@tk.blanket.helpers(_functions(standard_helpers, dashboard_helpers, prefix="pcio_"))
@tk.blanket.validators(_functions(validators, tag_validators, record_validators))
class PcioPlugin(p.SingletonPlugin, DefaultTranslation):
    """ckanext-pcio."""

    p.implements(p.IConfigurer)
    p.implements(p.IDomainObjectModification)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ITranslation)

    def update_config(self, config: Any) -> None:
        """Add templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "ckanext-pcio")

    def notify(self, entity: Any, _operation: Any) -> None:
        """Keep the facts in step with a dataset, in the dataset's own transaction."""
        if isinstance(entity, model.Package):
            sync.write([entity.id])

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Index what a search for Thai words and by facets needs."""
        return indexing.index_fields(pkg_dict)

    def after_dataset_search(
        self, search_results: dict[str, Any], _search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Show the values of our facets in the reader's language."""
        language = standard_helpers.pcio_language()
        indexing.name_facet_values(search_results.get("search_facets", {}), language)
        return search_results

    def dataset_facets(self, facets_dict: Any, _package_type: str) -> Any:
        """Offer our facets on the dataset list."""
        return indexing.with_facets(facets_dict, standard_helpers.pcio_language())

    def organization_facets(
        self, facets_dict: Any, _organization_type: str, _package_type: str | None
    ) -> Any:
        """Offer our facets on an organization's list."""
        return indexing.with_facets(facets_dict, standard_helpers.pcio_language())
