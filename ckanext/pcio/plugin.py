"""The only module that implements CKAN's interfaces; every implementation lives in its room."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.plugins import DefaultTranslation

from .catalog import actions as catalog_actions
from .catalog import after_commit, copies, datastore, sync
from .catalog import auth as catalog_auth
from .catalog.dictionary import actions as dictionary_actions
from .catalog.dictionary import auth as dictionary_auth
from .catalog.dictionary import helpers as dictionary_helpers
from .catalog.dictionary import store as dictionaries
from .catalog.dictionary.views import pcio_dictionary
from .catalog.exports.views import pcio_export
from .catalog.imports import actions as import_actions
from .catalog.imports import auth as import_auth
from .catalog.imports import helpers as import_helpers
from .catalog.imports.views import pcio_import
from .catalog.links import actions as link_actions
from .catalog.links import auth as link_auth
from .catalog.links.views import pcio_links
from .catalog.personal import actions as personal_actions
from .catalog.personal import auth as personal_auth
from .catalog.personal import chained as personal_chained
from .catalog.personal import helpers as personal_helpers
from .catalog.personal import hold as personal_hold
from .catalog.personal import watch as personal_watch
from .catalog.personal.views import pcio_personal
from .catalog.quality import actions as quality_actions
from .catalog.quality import auth as quality_auth
from .catalog.quality import helpers as quality_helpers
from .catalog.registration import actions as registration_actions
from .catalog.registration import asking as registration
from .catalog.registration import auth as registration_auth
from .catalog.registration import helpers as registration_helpers
from .catalog.registration import site
from .catalog.registration import store as registrations
from .cli import pcio
from .dashboard import helpers as dashboard_helpers
from .dashboard.editions.views import pcio_editions
from .dashboard.inventory_views import pcio_inventory
from .dashboard.survey_export_views import pcio_survey_export
from .dashboard.views import pcio_dashboard, pcio_desk
from .dashboard.workbench import helpers as workbench_helpers
from .dashboard.workbench.views import pcio_survey
from .dashboard.worklist_views import pcio_worklist
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
from .standard import (
    form_helpers,
    indexing,
    publishing,
    record_validators,
    refused_page,
    tag_validators,
    uploads,
    validators,
)
from .standard import helpers as standard_helpers
from .standard.dcat import endpoints as dcat_endpoints
from .standard.views import pcio_form
from .survey import actions as survey_actions
from .survey import auth as survey_auth
from .survey.inventory import actions as inventory_actions
from .survey.inventory import auth as inventory_auth
from .survey.response import actions as response_actions
from .survey.response import answer_actions, evidence_actions
from .survey.response import auth as response_auth
from .survey.results import actions as result_actions
from .survey.results import auth as result_auth
from .usage import actions as usage_actions
from .usage import auth as usage_auth
from .usage import capture
from .usage import helpers as usage_helpers
from .usage.views import pcio_usage

_ACTIONS = (
    *(catalog_actions, quality_actions, link_actions, dictionary_actions, import_actions),
    *(registration_actions, personal_actions, survey_actions, usage_actions),
    *(response_actions, answer_actions, evidence_actions, result_actions, inventory_actions),
    *(reuse_actions, exchange_actions, demand_actions),
)
_AUTH = (
    *(catalog_auth, quality_auth, link_auth, dictionary_auth, import_auth),
    *(registration_auth, personal_auth, survey_auth, usage_auth),
    *(response_auth, result_auth, inventory_auth, reuse_auth, exchange_auth, demand_auth),
)
_HELPERS = (
    *(standard_helpers, form_helpers, quality_helpers, dictionary_helpers),
    *(import_helpers, registration_helpers, personal_helpers, dashboard_helpers, usage_helpers),
    *(reuse_helpers, exchange_helpers, demand_helpers, workbench_helpers),
)
_BLUEPRINTS = (
    *(pcio_form, pcio_links, pcio_dictionary, pcio_import, pcio_export, pcio_personal),
    *(pcio_dashboard, pcio_desk, pcio_worklist, pcio_usage, pcio_reuse, pcio_exchange, pcio_demand),
    *(pcio_survey, pcio_editions, pcio_survey_export, pcio_inventory),
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
    return {
        **_functions(*_ACTIONS, publishing),
        **datastore.chained_actions(),
        **personal_chained.chained_actions(),
        "status_show": site.status_show,
    }


@tk.blanket.actions(_actions)
@tk.blanket.auth_functions(_functions(*_AUTH))
@tk.blanket.blueprints(list(_BLUEPRINTS))
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
    p.implements(p.IUploader, inherit=True)

    def update_config(self, config: Any) -> None:
        """Add templates, public files and assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "ckanext-pcio")

    def make_middleware(self, app: Any, _config: Any) -> Any:
        """Count use of the catalog after each answer; answer unchanged DCAT documents at once."""
        capture.install(app)
        personal_hold.install(app)
        personal_watch.install()
        refused_page.install(app)
        dcat_endpoints.install(app)
        return app

    def notify(self, entity: Any, operation: Any) -> None:
        """Keep the facts in step with a dataset, in the dataset's own transaction."""
        personal_watch.note(entity, operation)
        if isinstance(entity, model.Package):
            dictionaries.forget_gone(entity.id)
            sync.write_once(entity.id)
            if operation == model.DomainObjectOperation.deleted:  # purged
                exchanges.forget_dataset(entity.id)
                registrations.forget_dataset(entity.id)
                copies.forget_dataset(entity.id)
            else:
                after_commit.call(registration.later, entity.id)

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> None:
        """Give a file with a Thai name a readable one; who keeps it is CKAN's or others' choice."""
        uploads.rename(data_dict)

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
