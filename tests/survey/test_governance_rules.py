"""Rules of pillars 1 and 2.1: what a catalog shows of data governance, and what it does not."""

import pytest

from ckanext.pcio.registers.records import Exchange, Registers, Reuse
from ckanext.pcio.survey.domains import internal_use
from ckanext.pcio.survey.proposal import SurveySettings

from .builders import (
    BY_API,
    COPY,
    DESCRIBED,
    DRAFT,
    FILE,
    FULL_FILE,
    IMPORTANT,
    INCOMPLETE,
    INTERNAL,
    PORTAL,
    REMOTE,
    WAITING,
    answers,
    facts,
    some,
    texts,
)

PUBLIC_INTERNAL = {**INTERNAL, "private": False}


class TestGuidelines:
    """P1.5"""

    @pytest.mark.parametrize(
        ("datasets", "source", "proposed"),
        [
            ([], PORTAL, False),
            ([facts(**WAITING)], PORTAL, False),
            ([facts(**DRAFT)], PORTAL, False),
            ([facts(**INTERNAL)], PORTAL, False),
            ([facts()], PORTAL, True),
            ([facts()], REMOTE, True),
            ([facts()], FILE, False),
            ([facts()], FULL_FILE, False),
            (some(3, **COPY), PORTAL, False),
            ([*some(4), facts(9, **INCOMPLETE)], PORTAL, True),
            ([*some(3), facts(9, **INCOMPLETE)], PORTAL, False),
            # 81 per cent of all, but none of the province's own.
            ([*some(9, **COPY), facts(20, **INCOMPLETE)], PORTAL, False),
        ],
    )
    def test_item_2_alone(self, datasets, source, proposed):
        proposal = answers(datasets, source)["P1.5"]
        assert proposal.option == ("done" if proposed else None)
        assert proposal.values.get("guidelines") == (["data_catalog"] if proposed else None)
        assert proposal.partial
        assert ("Only a part" in texts(proposal.caveats)) is proposed

    @pytest.mark.parametrize(("good", "threshold", "proposed"), [(8, 80, True), (8, 81, False)])
    def test_at_the_threshold_of_the_settings(self, good, threshold, proposed):
        datasets = some(good) + some(10 - good, 50, **INCOMPLETE)
        chosen = SurveySettings(tick_threshold=threshold)
        proposal = answers(datasets, settings=chosen)["P1.5"]
        assert (proposal.option == "done") is proposed
        assert f"from {threshold} per cent" in texts(proposal.reasons)
        assert "8 of 10 (80 %)" in texts(proposal.reasons)

    def test_evidence_says_what_each_lacks(self):
        rows = answers([facts(), facts(2, **INCOMPLETE)])["P1.5"].evidence
        assert [row.note is None for row in rows] == [True, False]


def cells(proposal):
    return {
        (work, domain)
        for work, row in proposal.values.get("works", {}).items()
        for domain in row["choice"]
    }


OPEN = {("roles", "open_data"), ("access_rules", "open_data"), ("quality", "open_data")}


class TestGovernanceWork:
    """P2.1.3"""

    @pytest.mark.parametrize(
        ("dataset", "missing"),
        [
            ({}, set()),
            ({"missing": ("owner_org",)}, {"roles"}),
            ({"missing": ("maintainer",)}, {"roles"}),
            ({"invalid": ("maintainer_email",)}, {"roles"}),
            ({"missing": ("license_id",)}, {"access_rules"}),
            ({"invalid": ("data_category",)}, {"access_rules"}),
            # A public dataset of an older catalog has no level: open, but nobody stated it.
            ({"level": None}, {"access_rules"}),
            ({"described_files": 0}, {"quality"}),
            ({"due_on": None, "last_updated": None}, {"quality"}),
            ({"missing": ("objective",)}, set()),
        ],
    )
    def test_what_a_record_shows(self, dataset, missing):
        proposal = answers([facts(**{**DESCRIBED, **dataset})])["P2.1.3"]
        assert cells(proposal) == {cell for cell in OPEN if cell[0] not in missing}
        assert proposal.option is None
        assert proposal.partial

    @pytest.mark.parametrize(
        ("dataset", "domains"),
        [
            ({}, {"open_data"}),
            (BY_API, {"open_data", "sharable_data"}),
            (INTERNAL, {"internal_use"}),
            ({**INTERNAL, **BY_API}, {"internal_use", "sharable_data"}),
            ({"level": "secret"}, set()),
            (WAITING, set()),
            ({**INTERNAL, **COPY}, set()),
        ],
    )
    def test_domains(self, dataset, domains):
        found = cells(answers([facts(**{**DESCRIBED, **dataset})])["P2.1.3"])
        assert {domain for _, domain in found} == domains

    def test_an_exchange_on_record_makes_sharable(self):
        told = Exchange(
            dataset="id-00001", partner="ข", tier="province", method="api", status="linked"
        )
        proposal = answers([facts()], registers=Registers(exchanges=(told,)))["P2.1.3"]
        assert ("roles", "sharable_data") in cells(proposal)

    @pytest.mark.parametrize(
        ("good", "bad", "threshold", "proposed"),
        [(8, 2, 80, True), (79, 21, 80, False), (10, 0, 100, True), (99, 1, 100, False)],
    )
    def test_at_the_threshold(self, good, bad, threshold, proposed):
        datasets = some(good, **DESCRIBED) + some(bad, 5000, missing=("maintainer",), **DESCRIBED)
        chosen = SurveySettings(tick_threshold=threshold)
        proposal = answers(datasets, settings=chosen)["P2.1.3"]
        assert (("roles", "open_data") in cells(proposal)) is proposed
        assert f"{good} of {good + bad}" in texts(proposal.reasons)

    def test_row_2_is_never_proposed_and_says_why(self):
        proposal = answers(some(3, **DESCRIBED, **BY_API))["P2.1.3"]
        assert "processes" not in proposal.values["works"]
        assert "Row 2 is not proposed" in texts(proposal.caveats)

    @pytest.mark.parametrize("source", [REMOTE, FILE, FULL_FILE])
    def test_from_outside_nobody_sees_how_quality_is_checked(self, source):
        datasets = [facts(**DESCRIBED), facts(2, **PUBLIC_INTERNAL, **DESCRIBED)]
        proposal = answers(datasets, source)["P2.1.3"]
        assert not {cell for cell in cells(proposal) if cell[0] == "quality"}
        assert "Row 4 is not proposed" in texts(proposal.caveats)
        inside = {domain for _, domain in cells(proposal)} - {"open_data"}
        assert bool(inside) is source.sees_private

    def test_nothing_is_proposed_of_an_empty_domain(self):
        proposal = answers([facts(**INTERNAL, **DESCRIBED)])["P2.1.3"]
        assert "open_data" not in {domain for _, domain in cells(proposal)}
        assert "open data where" not in texts(proposal.reasons)

    def test_evidence_names_domains_and_what_is_not_so(self):
        (row,) = answers([facts(**BY_API, missing=("license_id",), **DESCRIBED)])["P2.1.3"].evidence
        assert row.note is not None
        said = row.note.text("en")
        assert said == ("open data, sharable data; not so: licence, category and level are stated")


class TestImportantDatasets:
    """P2.1.5.1"""

    @pytest.mark.parametrize(
        ("datasets", "source", "option"),
        [
            ([], PORTAL, None),
            ([facts(high_value=True)], PORTAL, None),
            ([facts(**INTERNAL)], PORTAL, None),
            ([facts(**IMPORTANT)], PORTAL, "yes"),
            ([facts(**IMPORTANT, **DRAFT)], PORTAL, "yes"),
            ([facts(**IMPORTANT, **COPY)], PORTAL, None),
            ([facts(**{**IMPORTANT, "level": "secret"})], PORTAL, None),
            ([facts(**{**IMPORTANT, "level": None})], PORTAL, "yes"),
            ([facts(**{**PUBLIC_INTERNAL, "high_value": True})], REMOTE, "yes"),
        ],
    )
    def test_option(self, datasets, source, option):
        proposal = answers(datasets, source)["P2.1.5.1"]
        assert proposal.option == option
        assert ("Nothing is proposed" in texts(proposal.caveats)) is (
            proposal.values["important"] == 0
        )

    def test_evidence_begins_with_those_marked(self):
        rows = answers([facts(1, **INTERNAL), facts(2, **IMPORTANT)])["P2.1.5.1"].evidence
        assert [row.dataset for row in rows] == ["id-00002", "id-00001"]
        assert rows[1].note

    @pytest.mark.parametrize(
        ("level", "category", "inside"),
        [
            ("internal", "public", True),
            ("internal", "internal", True),
            (None, "internal", True),
            (None, "public", False),
            ("open", "internal", False),
            ("confidential", "internal", False),
            ("unreadable", "internal", False),
        ],
    )
    def test_what_internal_use_is(self, level, category, inside):
        assert internal_use(facts(level=level, category=category)) is inside


def reuse(*datasets, **changes):
    known = {"how": "แดชบอร์ดผู้ว่า: ใช้ประชุม", "who": "จังหวัด", "kind": "visualization"}
    return Reuse(datasets=datasets, **{**known, "approved": True, **changes})


class TestUseOfImportantDatasets:
    """P2.1.5.2"""

    @pytest.mark.parametrize(
        ("dataset", "changes", "option"),
        [
            (IMPORTANT, {}, "yes"),
            (IMPORTANT, {"kind": "report"}, "yes"),
            (IMPORTANT, {"kind": "policy"}, "yes"),
            (IMPORTANT, {"kind": "application"}, None),
            (IMPORTANT, {"kind": ""}, None),
            (IMPORTANT, {"approved": False}, None),
            ({**IMPORTANT, **COPY}, {}, None),
            (INTERNAL, {}, None),
            ({}, {}, None),
        ],
    )
    def test_option(self, dataset, changes, option):
        told = Registers(reuses=(reuse("id-00001", **changes),))
        proposal = answers([facts(**dataset)], registers=told)["P2.1.5.2"]
        assert proposal.option == option
        assert len(proposal.evidence) == proposal.values["important_used"]

    def test_nothing_on_record_is_not_a_no(self):
        proposal = answers([facts(**IMPORTANT)])["P2.1.5.2"]
        assert proposal.option is None
        assert "Nothing is proposed" in texts(proposal.caveats)
