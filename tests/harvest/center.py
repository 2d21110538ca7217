"""A center that harvests: a CKAN of its own, with ckanext-harvest and without our extension.

Run as a program: `center.py INI URL RESULT`. It makes its tables, harvests the portal at URL with
ckanext-harvest's CKAN harvester (gather, fetch and import, as that extension's own tests run them)
once for each line on its standard input, and writes what it then holds to RESULT.

Like GD Catalog it knows the standard's fields (a schema file of ckanext-scheming) and takes Thai
tags, which CKAN alone refuses.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import ckan.plugins as p
import ckan.plugins.toolkit as tk


class Center(p.SingletonPlugin):
    """Takes Thai tags, as the center's own extension does."""

    p.implements(p.IValidators)

    def get_validators(self):
        return {"tag_name_validator": thai_tag}


def thai_tag(value):
    if re.fullmatch(r"[\wก-๙ \-.#]*", value):
        return value
    raise tk.Invalid(f"tag {value}")


def main(ini: str, url: str, result: str) -> None:
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    app = make_app(load_config(ini))
    with app._wsgi_app.test_request_context():
        make_tables()
        source = harvest_source(url)
        print("ready", flush=True)
        for _line in sys.stdin:
            told = json.dumps(harvested(source), ensure_ascii=False)
            Path(result).write_text(told, encoding="utf-8")
            print("done", flush=True)


def make_tables() -> None:
    from ckan import model

    model.meta.metadata.create_all(bind=model.meta.engine)
    tk.get_action("get_site_user")({"ignore_auth": True}, {})
    model.Session.commit()


def act(action: str, **arguments):
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"ignore_auth": True, "user": site_user}, arguments)


def harvest_source(url: str):
    config = json.dumps({"remote_orgs": "create", "remote_groups": "create"})
    given = {"name": "province", "title": "province", "url": url, "config": config}
    return act("harvest_source_create", **given, source_type="ckan")


def harvested(source):
    from ckan import model
    from ckanext.harvest.harvesters import CKANHarvester
    from ckanext.harvest.model import HarvestJob
    from ckanext.harvest.tests.lib import run_harvest_job

    job = act("harvest_job_create", source_id=source["id"], run=False)
    outcome = run_harvest_job(HarvestJob.get(job["id"]), CKANHarvester())
    errors = [error.message for error in HarvestJob.get(job["id"]).gather_errors]
    ids = [
        row[0]
        for row in model.Session.query(model.Package.id).filter_by(type="dataset", state="active")
    ]
    return {
        "errors": errors + [str(e.message) for each in outcome.values() for e in each["errors"]],
        "statuses": [each["report_status"] for each in outcome.values()],
        "datasets": {package_id: act("package_show", id=package_id) for package_id in ids},
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
