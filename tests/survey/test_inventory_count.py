"""The readiness inventory of 2560: its published table, and what holds of any catalog."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.survey.inventory.count import NAMES, Numbers, Row, inventory, merged

from . import committee
from .builders import facts


def by_office(datasets):
    return {row.organization: row for row in inventory(datasets)}


def shown(row: Row) -> tuple[int, ...]:
    numbers = row.all
    return (row.offices, numbers.databases, numbers.datasets, numbers.ready, numbers.not_ready)


class TestTheTableOf2560:
    def test_a_catalog_with_its_counts_gives_exactly_the_table(self):
        rows = inventory(committee.catalog())
        ministries = defaultdict(list)
        for row in rows:
            ministries[int(row.organization.split("-")[1])].append(row)
        found = {
            name: shown(merged(ministries[number])) for number, name in enumerate(committee.TABLE)
        }
        assert found == committee.TABLE
        assert shown(merged(rows)) == committee.TOTAL

    def test_the_totals_are_sums_and_not_what_the_document_prints(self):
        columns = zip(*committee.TABLE.values(), strict=True)
        assert tuple(map(sum, columns)) == committee.TOTAL
        assert committee.TOTAL[1] != committee.PRINTED_DATABASES

    def test_the_same_name_in_two_offices_is_two_databases(self):
        datasets = [
            facts(1, organization="a", source_database="ทะเบียน"),
            facts(2, organization="b", source_database="ทะเบียน"),
            facts(3, organization="b", source_database=" ทะเบียน "),
            facts(4, organization="b", source_database="GIS 2"),
            facts(5, organization="b", source_database="gis ๒"),
        ]
        assert {name: row.all.databases for name, row in by_office(datasets).items()} == {
            "a": 1,
            "b": 2,
        }


class TestReady:
    def test_only_api_and_web_service_are_ready(self):
        for methods, ready in (
            ((), False),
            (("api",), True),
            (("web_service",), True),
            (("gdx",), False),
            (("file_transfer", "other"), False),
            (("file_transfer", "web_service"), True),
        ):
            (row,) = inventory([facts(1, linkage_methods=methods)])
            assert (row.all.ready, row.all.not_ready) == (int(ready), int(not ready))

    def dataset(self, **changes):
        resource = {"url": "https://a.example/a.csv", "format": "CSV", "datastore_active": True}
        return {"name": "a", "state": "active", "resources": [resource], **changes}

    def test_the_datastore_counts_by_setting_and_apart_always(self):
        for counts, methods, expected in (
            (False, [], (0, 1)),
            (True, [], (1, 1)),
            (False, ["API"], (1, 0)),
            (True, ["API"], (1, 0)),
            (True, ["Web Service"], (1, 0)),
            (False, ["Web Service"], (1, 0)),
        ):
            read = facts_from_dataset(
                self.dataset(linkage_method=methods),
                FactsSettings(datastore_counts_as_api=counts),
            )
            (row,) = inventory([read])
            assert (row.all.ready, row.all.datastore) == expected, (counts, methods)


CATALOGS = st.lists(
    st.builds(
        facts,
        st.integers(0, 999),
        organization=st.sampled_from(["a", "b", None]),
        source_database=st.sampled_from([None, "ทะเบียน", "ทะเบียน ", "GIS", "gis", "  "]),
        linkage_methods=st.sampled_from([(), ("api",), ("file_transfer",)]),
        linkage_status=st.sampled_from([None, "linked", "preparing", "waiting"]),
        datastore=st.booleans(),
        own=st.booleans(),
        state=st.sampled_from(["active", "draft", "deleted"]),
    ),
    max_size=12,
)


class TestAnyCatalog:
    @settings(max_examples=80, deadline=None)
    @given(datasets=CATALOGS)
    def test_lines_add_up_to_the_total(self, datasets):
        rows = inventory(datasets)
        total = merged(rows)
        kept = [f for f in datasets if f.state != "deleted"]
        assert total.offices == len(rows) == len({f.organization for f in kept})
        for whose in ("all", "own"):
            for name in (*NAMES, "not_ready"):
                assert getattr(getattr(total, whose), name) == sum(
                    getattr(getattr(row, whose), name) for row in rows
                )
        assert total.all.datasets == len(kept)
        assert total.own.datasets == sum(f.own for f in kept)

    @settings(max_examples=80, deadline=None)
    @given(datasets=CATALOGS)
    def test_numbers_of_a_line_agree(self, datasets):
        for row in inventory(datasets):
            for each in (row.all, row.own):
                assert each.ready + each.not_ready == each.datasets
                assert each.databases <= each.datasets - each.unstated
                assert each.datastore + each.ready <= each.datasets
                assert each.linked + each.preparing + each.waiting <= each.datasets
            assert row.own.datasets <= row.all.datasets
            assert row.own.databases <= row.all.databases

    @settings(max_examples=50, deadline=None)
    @given(datasets=CATALOGS, data=st.data())
    def test_the_order_makes_no_difference(self, datasets, data):
        shuffled = data.draw(st.permutations(datasets))
        assert by_office(datasets) == by_office(shuffled)

    def test_nothing_gives_a_line_of_noughts(self):
        assert inventory([]) == ()
        assert merged([]) == Row(organization=None, offices=0, all=Numbers(), own=Numbers())
