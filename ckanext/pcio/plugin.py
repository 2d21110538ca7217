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
from .registers.demand import actions as demand_actions
from .registers.demand import auth as demand_auth
from .registers.demand import helpers as demand_helpers
from .registers.demand.views import pcio_demand
from .registers.exchange import actions as exchange_actions
from .registers.exchange import auth as exchange_auth
from .registers.exchange import helpers as exchange_helpers
from .registers.exchange import store as exchanges
from .registers.exchange.views import pcio_exchange
from .registers.reuse import actions as reuse_actions
from .registers.reuse import auth as reuse_auth
from .registers.reuse import helpers as reuse_helpers
from .registers.reuse.views import pcio_reuse
from .standard import helpers as standard_helpers
from .standard import indexing, record_validators, tag_validators, validators
from .standard.dcat import endpoints as dcat_endpoints
from .survey import actions as survey_actions
from .survey import auth as survey_auth
from .usage import actions as usage_actions
from .usage import auth as usage_auth
from .usage import capture
from .usage import helpers as usage_helpers
from .usage.views import pcio_usage

_REGISTER_ACTIONS = (reuse_actions, exchange_actions, demand_actions)
_AUTH = (catalog_auth, survey_auth, usage_auth, reuse_auth, exchange_auth, demand_auth)
_HELPERS = (
    *(standard_helpers, dashboard_helpers, usage_helpers),
    *(reuse_helpers, exchange_helpers, demand_helpers),
)


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
    rooms = (catalog_actions, survey_actions, usage_actions, *_REGISTER_ACTIONS)
    return {**_functions(*rooms), **datastore.chained_actions()}


@tk.blanket.actions(_actions)
@tk.blanket.auth_functions(_functions(*_AUTH))
@tk.blanket.blueprints([pcio_dashboard, pcio_usage, pcio_reuse, pcio_exchange, pcio_demand])
@tk.blanket.cli([pcio])
@tk.blanket.config_declarations
@tk.blanket.helpers(_functions(*_HELPERS, prefix="pcio_"))
@tk.blanket.validators(_functions(validators, tag_validators, record_validators))
class PcioPlugin(p.SingletonPlugin, DefaultTranslation):
    """ckanext-pcio."""

    p.implements(p.IConfigurer)
    p.implements(p.IDomainObjectModification)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.ITranslation)

    def update_config(self, config: Any) -> None:
        """Add templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "ckanext-pcio")

    def make_middleware(self, app: Any, _config: Any) -> Any:
        """Count use of the catalog after each answer; answer unchanged DCAT documents at once."""
        capture.install(app)
        dcat_endpoints.install(app)
        return app

    def notify(self, entity: Any, operation: Any) -> None:
        """Keep the facts in step with a dataset, in the dataset's own transaction."""
        if isinstance(entity, model.Package):
            sync.write([entity.id])
            if operation == model.DomainObjectOperation.deleted:  # purged
                exchanges.forget_dataset(entity.id)

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
