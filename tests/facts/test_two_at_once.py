"""Two people save at the same moment: both are answered, nothing is lost or counted twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.model import TABLE
from tests.schema.records import mandatory

PEOPLE = 4


def at_once(work):
    """Run `work(number)` in several threads that start together; return results or errors."""
    start = Barrier(PEOPLE)

    def one(number):
        start.wait()
        try:
            return work(number)
        except tk.ValidationError as error:
            return error
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestTogether:
    def test_the_same_title_gives_each_a_name(self, office, app):
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        model.Session.commit()

        def create(_number):
            record = mandatory(title="จำนวนนักท่องเที่ยวรายเดือน")
            record.pop("name", None)
            with app.flask_app.test_request_context():
                return tk.get_action("package_create")(
                    {"ignore_auth": True, "user": user}, {**record, "owner_org": office["id"]}
                )

        made = at_once(create)
        names = {each["name"] for each in made if isinstance(each, dict)}
        assert len(names) == PEOPLE, made
        stored = model.Session.execute(sa.select(sa.func.count()).select_from(TABLE)).scalar()
        assert stored == PEOPLE
        assert sync.check() == []

    def test_changes_of_one_dataset_leave_its_facts_right(self, make_dataset, app):
        dataset = make_dataset("water")
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        model.Session.commit()

        def change(number):
            with app.flask_app.test_request_context():
                return tk.get_action("package_patch")(
                    {"ignore_auth": True, "user": user},
                    {"id": dataset["id"], "private": number % 2 == 0, "title": f"น้ำ {number}"},
                )

        at_once(change)
        model.Session.remove()
        assert sync.check() == []

    def test_a_rebuild_while_somebody_saves(self, make_dataset, app):
        for number in range(3):
            make_dataset(f"water-{number}")
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        model.Session.commit()

        def work(number):
            if number == 0:
                return sync.rebuild()
            with app.flask_app.test_request_context():
                return tk.get_action("package_patch")(
                    {"ignore_auth": True, "user": user},
                    {"id": f"water-{number - 1}", "private": True},
                )

        at_once(work)
        model.Session.remove()
        assert sync.check() == []
