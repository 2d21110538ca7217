"""CKAN's settings file for the embedded stack."""

from __future__ import annotations

from pathlib import Path

from ckanext.pcio.standard.messages import N_, Message

from .layout import Layout, write_private

PLUGINS = (
    "pcio",
    "scheming_datasets",
    "scheming_organizations",
    "dcat",
    "structured_data",
    "datastore",
    "datatables_view",
    "text_view",
    "image_view",
    "resource_proxy",
    "activity",
)

# What the extension asks of any CKAN; README.md and test.ini say the same.
EXTENSION = {
    "scheming.dataset_schemas": "ckanext.pcio:schemas/dataset.yaml",
    "scheming.organization_schemas": "ckanext.pcio:schemas/organization.yaml",
    "scheming.presets": "ckanext.scheming:presets.json ckanext.pcio:schemas/presets.yaml",
    "ckan.locale_default": "th",
    "ckan.locales_offered": "th en",
    "ckan.locale_order": "th en",
    "ckan.display_timezone": "Asia/Bangkok",
    "ckanext.dcat.enable_content_negotiation": "false",
    "ckanext.dcat.rdf.profiles": "th_gdc",
    "ckanext.dcat.structured_data.profiles": "th_gdc_schemaorg",
}

_TITLE = N_("Open Data Catalog")

_OPERATOR_INI = """\
# Settings of this portal. generated.ini is written anew at every start;
# what you set here wins, and this file is never changed by a start.
[app:main]
use = config:generated.ini
"""


def write(layout: Layout, settings: dict[str, str]) -> None:
    """Write generated.ini, and ckan.ini where there is none yet."""
    write_private(layout.generated_ini, render(settings))
    if not layout.ini.exists():
        write_private(layout.ini, _OPERATOR_INI + _LOGGING)


def render(settings: dict[str, str], base: Path | None = None) -> str:
    """Return the text of a settings file; `base` is a file whose settings these override."""
    lines = ["[DEFAULT]", "debug = false", "", "[app:main]", "use = egg:ckan"]
    if base is not None:
        lines[-1] = f"use = config:{base}"
    # ConfigParser reads % as interpolation.
    lines += [f"{key} = {value.replace('%', '%%')}" for key, value in settings.items()]
    return "\n".join(lines) + "\n" + _LOGGING


def portal_settings(
    layout: Layout,
    *,
    site_url: str,
    database_url: str,
    datastore_write_url: str,
    datastore_read_url: str,
    redis_url: str,
    solr_url: str,
    secret_key: str,
    demo: bool,
) -> dict[str, str]:
    """Return every setting of the embedded portal."""
    return {
        "SECRET_KEY": secret_key,
        "sqlalchemy.url": database_url,
        "ckan.datastore.write_url": datastore_write_url,
        "ckan.datastore.read_url": datastore_read_url,
        "ckan.datastore.sqlsearch.enabled": "true",
        "ckan.redis.url": redis_url,
        "solr_url": solr_url,
        "ckan.site_id": "pcio",
        # Every page is Thai first, and so is the portal's name.
        "ckan.site_title": Message(_TITLE).text("th"),
        # The stock avatar is fetched from a service abroad, with a hash of the e-mail address.
        "ckan.gravatar_default": "disabled",
        "ckan.site_url": site_url,
        "ckan.storage_path": str(layout.storage),
        "ckan.plugins": " ".join(PLUGINS),
        "ckan.views.default_views": "datatables_view image_view text_view",
        "ckan.auth.create_user_via_web": "false",
        "ckan.upload.user.types": "image",
        "ckan.upload.group.types": "image",
        "ckanext.pcio.demo": "true" if demo else "false",
        # Sample addresses are nobody's, or somebody's who was not asked.
        "ckanext.pcio.links.enabled": "false" if demo else "true",
        **(_SAMPLE_OFFICES if demo else {}),
        **EXTENSION,
    }


# The office of the sample province (demo/data/offices.yaml) that keeps the survey and answers what
# the form asks of the provincial office.
_SAMPLE_OFFICES = {
    "ckanext.pcio.survey.secretary_organization": "governor-office",
    "ckanext.pcio.survey.provincial_office": "governor-office",
}


_LOGGING = """
[loggers]
keys = root, ckan, ckanext, werkzeug

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_werkzeug]
level = WARNING
handlers = console
qualname = werkzeug
propagate = 0

[logger_ckan]
level = WARNING
handlers = console
qualname = ckan
propagate = 0

[logger_ckanext]
level = INFO
handlers = console
qualname = ckanext
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""
