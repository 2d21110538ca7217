"""The derivation rules, question by question (design.md §8)."""

from datetime import date

import pytest

from ckanext.pcio.registers.records import Demand, Exchange, Registers, Reuse
from ckanext.pcio.survey.proposal import SurveySettings

from .builders import (
    BY_API,
    COMING,
    COPY,
    DRAFT,
    FILE,
    FULL_FILE,
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


def exchange(dataset="id-00001", **changes):
    known = {
        "dataset": dataset,
        "partner": "เทศบาลเมืองตัวอย่าง",
        "tier": "province",
        "method": "file_transfer",
        "status": "linked",
    }
    return Exchange(**{**known, **changes})


class TestOpenData:
    """P2.2.1.1"""

    @pytest.mark.parametrize(
        ("datasets", "source", "option"),
        [
            ([], PORTAL, "none"),
            ([], REMOTE, "none"),
            ([facts(**INTERNAL)], PORTAL, "none"),
            ([facts(category="public", level="secret")], PORTAL, "none"),
            ([facts(state="deleted")], PORTAL, "none"),
            ([facts(**WAITING)], PORTAL, "preparing"),
            ([facts(**DRAFT)], PORTAL, "preparing"),
            ([facts(), facts(2, **WAITING)], PORTAL, "partial"),
            ([facts(), facts(2, **DRAFT)], FULL_FILE, "partial"),
            ([facts()], PORTAL, "complete"),
            ([facts(), facts(2, **INTERNAL)], PORTAL, "complete"),
            ([facts(level=None)], PORTAL, "complete"),
            ([facts()], FULL_FILE, "complete"),
            ([facts()], FILE, "partial"),
            ([facts()], REMOTE, "partial"),
        ],
    )
    def test_option(self, datasets, source, option):
        assert answers(datasets, source)["P2.2.1.1"].option == option

    def test_unseen_private_datasets_are_a_caveat(self):
        proposal = answers([facts()], REMOTE)["P2.2.1.1"]
        assert "cannot be seen" in texts(proposal.caveats)
        assert "“Published completely” is not proposed" in texts(proposal.caveats)
        assert not answers([facts()], PORTAL)["P2.2.1.1"].caveats

    def test_copies_seen_from_outside_do_not_promise_more(self):
        caveats = texts(answers(some(3, **COPY), REMOTE)["P2.2.1.1"].caveats)
        assert "“Published completely”" not in caveats
        assert "If disclosable datasets are being prepared" in caveats

    @pytest.mark.parametrize(
        ("datasets", "option"),
        [
            (some(3, **COPY), "none"),
            ([facts(**COPY), facts(2, **WAITING)], "preparing"),
            ([facts(), facts(2, **COPY, **WAITING)], "partial"),
        ],
    )
    def test_the_weaker_of_all_and_own(self, datasets, option):
        proposal = answers(datasets)["P2.2.1.1"]
        assert proposal.option == option
        assert "The weaker one is proposed" in texts(proposal.caveats)

    @pytest.mark.parametrize(
        ("good", "bad", "threshold", "ticked"),
        [
            (799, 201, 80, False),
            (8, 2, 80, True),
            (10, 0, 80, True),
            (10, 0, 100, True),
            (999, 1, 100, False),
            (0, 3, 80, False),
        ],
    )
    def test_ticks_at_the_threshold(self, good, bad, threshold, ticked):
        settings = SurveySettings(tick_threshold=threshold)
        worse = {**INCOMPLETE, "dictionary": False}
        proposal = answers(some(good) + some(bad, 5000, **worse), settings=settings)["P2.2.1.1"]
        assert proposal.values["metadata"] is ticked
        assert proposal.values["data_dictionary"] is ticked
        assert proposal.values["data_catalog"] is True
        assert f"{good} of {good + bad}" in texts(proposal.reasons)

    def test_a_share_is_never_rounded_up_to_the_threshold(self):
        proposal = answers(some(7999) + some(2001, 20000, **INCOMPLETE))["P2.2.1.1"]
        assert "7999 of 10000 (79.9 %)" in texts(proposal.reasons)

    def test_own_datasets_must_reach_the_threshold_too(self):
        proposal = answers([facts(**INCOMPLETE), *some(20, 2, **COPY)])["P2.2.1.1"]
        assert proposal.option == "complete"
        assert proposal.values["metadata"] is False

    @pytest.mark.parametrize("datasets", [[], [facts(**WAITING)]])
    def test_nothing_open_ticks_nothing_and_is_never_zero_per_cent(self, datasets):
        proposal = answers(datasets)["P2.2.1.1"]
        for tick in ("metadata", "data_dictionary", "data_catalog"):
            assert proposal.values[tick] is False
        assert "n/a" in texts(proposal.reasons)
        assert "%" not in texts(proposal.reasons)

    @pytest.mark.parametrize(
        ("source", "ticked"), [(PORTAL, True), (REMOTE, True), (FILE, False), (FULL_FILE, False)]
    )
    def test_a_file_does_not_show_that_the_catalog_is_reachable(self, source, ticked):
        proposal = answers([facts()], source)["P2.2.1.1"]
        assert proposal.values["data_catalog"] is ticked
        assert ("whether the public can reach" in texts(proposal.caveats)) is not ticked

    def test_offenders_are_evidence_with_a_note(self):
        datasets = [facts(1), facts(2, **INCOMPLETE), facts(3, dictionary=False), facts(4, **DRAFT)]
        rows = answers(datasets)["P2.2.1.1"].evidence
        assert [row.dataset for row in rows] == ["id-00001", "id-00002", "id-00003", "id-00004"]
        notes = [row.note and row.note.text("en") for row in rows]
        assert notes[0] is None
        assert "missing: " in notes[1]
        assert "not valid: " in notes[1]
        assert notes[2:] == ["no data dictionary", "disclosable, draft"]
        thai = rows[1].note.text("th")
        assert "วัตถุประสงค์" in thai
        assert "อีเมลสำหรับติดต่อ" in thai

    def test_numbers_lead_to_their_datasets(self):
        proposal = answers([facts(), facts(2, **COPY), facts(3, **WAITING)])["P2.2.1.1"]
        assert proposal.values["open"] == 2
        assert proposal.values["open_own"] == 1
        assert proposal.values["waiting"] == 1
        assert len(proposal.evidence) == 3


class TestChannels:
    """P2.2.1.2"""

    @pytest.mark.parametrize(
        ("source", "settings", "option"),
        [
            (PORTAL, {}, ["agency_catalog"]),
            (REMOTE, {}, ["agency_catalog"]),
            (FILE, {}, []),
            (FILE, {"data_go_th_organization": "sample"}, ["data_go_th"]),
            (FILE, {"own_system_url": "https://open.example.go.th"}, ["own_system"]),
            (
                PORTAL,
                {"data_go_th_organization": "x", "own_system_url": "https://open.example.go.th"},
                ["agency_catalog", "data_go_th", "own_system"],
            ),
            (PORTAL, {"data_go_th_organization": "  ", "own_system_url": " "}, ["agency_catalog"]),
        ],
    )
    def test_option_is_a_list(self, source, settings, option):
        proposal = answers([facts()], source, settings=SurveySettings(**settings))["P2.2.1.2"]
        assert proposal.option == option

    def test_urls(self):
        settings = SurveySettings(
            data_go_th_organization="sample", own_system_url="https://open.example.go.th"
        )
        values = answers([facts()], settings=settings)["P2.2.1.2"].values
        assert values["url"] == "https://data.example.go.th"
        assert values["data_go_th_url"] == "https://data.go.th/organization/sample"
        assert values["own_system_url"] == "https://open.example.go.th"

    def test_an_organization_given_as_url_is_kept(self):
        settings = SurveySettings(data_go_th_organization="https://data.go.th/organization/sample")
        values = answers([facts()], settings=settings)["P2.2.1.2"].values
        assert values["data_go_th_url"] == "https://data.go.th/organization/sample"

    def test_counts_are_of_open_datasets(self):
        datasets = [
            facts(1),
            facts(2, machine_readable=False, **COPY),
            facts(3, structured=False, machine_readable=False),
            facts(4, structured=False, machine_readable=False, resources=0),
            facts(5, **WAITING),
        ]
        values = answers(datasets)["P2.2.1.2"].values
        counts = {k: values[k] for k in ("structured", "machine_readable", "unstructured")}
        assert counts == {"structured": 2, "machine_readable": 1, "unstructured": 1}
        assert (values["structured_own"], values["machine_readable_own"]) == (1, 1)

    @pytest.mark.parametrize(
        ("datasets", "standard"),
        [
            ([], None),
            (some(8) + some(2, 20, **INCOMPLETE), "yes"),
            (some(7) + some(3, 20, **INCOMPLETE), "no"),
        ],
    )
    def test_metadata_standard(self, datasets, standard):
        assert answers(datasets)["P2.2.1.2"].values["metadata_standard"] == standard


class TestUsage:
    """P2.2.1.3"""

    def test_nothing_open(self):
        proposal = answers([facts(**WAITING)])["P2.2.1.3"]
        assert (proposal.option, proposal.values["rows"]) == ("no", [])

    def test_fallback_rows_are_the_forms_own(self):
        proposal = answers(some(7))["P2.2.1.3"]
        assert proposal.option == "yes"
        rows = proposal.values["rows"]
        assert len(rows) == 5
        assert rows[0]["dataset"] == "ชุดข้อมูลที่ 00001"
        assert rows[0]["use"] == "คำอธิบายของชุดข้อมูลที่ 1"
        assert {row["user"] for row in rows} == {"ประชาชนทั่วไป"}
        assert all(row["by_default"] for row in rows)
        assert "the rows rest only on what the form allows" in texts(proposal.caveats)

    def test_most_used_first_when_usage_is_known(self):
        usage = {"id-00003": 9, "id-00002": 5}
        proposal = answers(some(4), usage=usage)["P2.2.1.3"]
        assert [row["ids"] for row in proposal.values["rows"]] == [
            ["id-00003"],
            ["id-00002"],
            ["id-00001"],
            ["id-00004"],
        ]
        assert "not ranked" not in texts(proposal.caveats)
        assert "not ranked" in texts(answers(some(4))["P2.2.1.3"].caveats)

    def test_approved_reuses_come_first(self):
        registers = Registers(
            reuses=(
                Reuse(datasets=("id-00002",), how="แดชบอร์ด", who="สำนักงานหนึ่ง", approved=True),
                Reuse(datasets=("id-00001",), how="ยังไม่ตรวจ", who="ใครก็ได้"),
                Reuse(datasets=("id-00009",), how="ชุดข้อมูลหาย", who="ใครก็ได้", approved=True),
            )
        )
        proposal = answers(some(3), registers=registers)["P2.2.1.3"]
        rows = proposal.values["rows"]
        assert [(r["ids"], r["by_default"]) for r in rows] == [
            (["id-00002"], False),
            (["id-00001"], True),
            (["id-00003"], True),
        ]
        assert (rows[0]["use"], rows[0]["user"]) == ("แดชบอร์ด", "สำนักงานหนึ่ง")
        assert proposal.values["reuses"] == 1
        assert "left out because their dataset is not open: 1" in texts(proposal.caveats)

    def test_never_more_rows_than_the_form_has(self):
        reuses = tuple(
            Reuse(
                datasets=(f"id-{n:05}",), how=str(n), who="x", date=date(2024, 1, n), approved=True
            )
            for n in range(1, 8)
        )
        proposal = answers(some(9), registers=Registers(reuses=reuses))["P2.2.1.3"]
        assert [r["use"] for r in proposal.values["rows"]] == ["7", "6", "5", "4", "3"]
        assert proposal.values["reuses"] == 7
        assert "the rows rest only" not in texts(proposal.caveats)

    def test_copies_only(self):
        proposal = answers(some(2, **COPY))["P2.2.1.3"]
        assert proposal.option == "no"
        assert "The weaker one is proposed" in texts(proposal.caveats)


class TestDemand:
    """P2.2.2"""

    def test_no_demand_on_record(self):
        proposal = answers([facts()])["P2.2.2"]
        assert (proposal.option, proposal.values["items"]) == ("no", 0)
        assert "No demand is on record" in texts(proposal.caveats)

    def test_a_source_without_registers_says_so(self):
        proposal = answers([facts()], REMOTE)["P2.2.2"]
        assert proposal.option == "no"
        assert "cannot be seen in this source" in texts(proposal.caveats)

    def test_datasets_are_counted_not_demands(self):
        registers = Registers(
            demands=(
                Demand(id="1", title="น้ำ", dataset="id-00001", fulfilled=True, year=2567),
                Demand(id="2", title="น้ำท่วม", dataset="id-00001", fulfilled=True, year=2560),
                Demand(id="3", title="รถ", dataset="id-00002", fulfilled=True),
                Demand(id="4", title="เร็ว ๆ นี้", dataset="id-00003"),
                Demand(id="5", title="ลับ", dataset="id-00004", fulfilled=True),
                Demand(id="6", title="ที่อื่น", url="https://x.example", fulfilled=True),
            )
        )
        datasets = [facts(1), facts(2, **COPY), facts(3), facts(4, **WAITING)]
        proposal = answers(datasets, registers=registers)["P2.2.2"]
        assert proposal.option == "yes"
        assert (proposal.values["items"], proposal.values["items_own"]) == (3, 2)
        assert [row["url"] for row in proposal.values["rows"]] == [
            "https://data.example.go.th/dataset/dataset-00001",
            "https://x.example",
            "https://data.example.go.th/dataset/dataset-00002",
        ]
        assert "not counted because no open dataset answers them: 1" in texts(proposal.caveats)
        assert "outside this catalog, not checked here: 1" in texts(proposal.caveats)

    def test_met_by_copies_only(self):
        registers = Registers(
            demands=(Demand(id="1", title="x", dataset="id-00001", fulfilled=True),)
        )
        proposal = answers([facts(**COPY)], registers=registers)["P2.2.2"]
        assert (proposal.option, proposal.values["items"]) == ("no", 1)

    def test_rows_stop_at_the_forms_limit_and_the_number_does_not(self):
        demands = tuple(
            Demand(id=str(n), title=str(n), dataset=f"id-{n:05}", fulfilled=True)
            for n in range(1, 9)
        )
        proposal = answers(some(8), registers=Registers(demands=demands))["P2.2.2"]
        assert (proposal.values["items"], len(proposal.values["rows"])) == (8, 5)
        assert len(proposal.evidence) == 8


class TestSharable:
    """P2.2.3.1"""

    @pytest.mark.parametrize(
        ("datasets", "registers", "option"),
        [
            ([], Registers(), "none"),
            ([facts()], Registers(), "none"),
            ([facts(**COMING)], Registers(), "preparing"),
            ([facts(linkage_status="waiting")], Registers(), "preparing"),
            ([facts(**BY_API)], Registers(), "available"),
            ([facts(**BY_API), facts(2, **COMING)], Registers(), "available"),
            ([facts(**{**INTERNAL, **BY_API})], Registers(), "available"),
            ([facts(**{**BY_API, "category": "secret", "level": "secret"})], Registers(), "none"),
            ([facts(**{**COMING, "level": "secret"})], Registers(), "none"),
            ([facts()], Registers(exchanges=(exchange(),)), "available"),
            ([facts()], Registers(exchanges=(exchange(status="preparing"),)), "preparing"),
            (
                [facts(level="confidential", category="internal")],
                Registers(exchanges=(exchange(),)),
                "none",
            ),
            ([facts()], Registers(exchanges=(exchange("id-99999"),)), "none"),
            ([facts(datastore=True)], Registers(), "none"),
            ([facts(**BY_API, **COPY)], Registers(), "none"),
            ([facts(**BY_API, **COPY), facts(2, **COMING)], Registers(), "preparing"),
        ],
    )
    def test_option(self, datasets, registers, option):
        assert answers(datasets, registers=registers)["P2.2.3.1"].option == option

    def test_partner_tiers_are_ticked_from_exchanges(self):
        registers = Registers(
            exchanges=(
                exchange(),
                exchange(tier="other", partner="มหาวิทยาลัยตัวอย่าง"),
                exchange(tier="department", status="preparing"),
            )
        )
        values = answers([facts()], registers=registers)["P2.2.3.1"].values
        assert (values["province"], values["department"], values["other"]) == (True, False, True)
        assert values["other_text"] == "มหาวิทยาลัยตัวอย่าง"

    def test_split_by_level(self):
        datasets = [facts(1, **BY_API), facts(2, **{**INTERNAL, **BY_API}), facts(3, **COMING)]
        proposal = answers(datasets)["P2.2.3.1"]
        assert proposal.values["sharable"] == 2
        assert proposal.values["sharable_open_level"] == 1
        assert proposal.values["sharable_internal_level"] == 1
        assert proposal.values["preparing"] == 1
        assert proposal.values["ready_to_link"] == 2
        assert [row.dataset for row in proposal.evidence] == ["id-00001", "id-00002", "id-00003"]

    def test_only_internal_ones_is_a_caveat(self):
        proposal = answers([facts(**{**INTERNAL, **BY_API})])["P2.2.3.1"]
        assert "The form speaks of datasets classed as open" in texts(proposal.caveats)

    def test_declared_but_not_linked_is_a_caveat(self):
        proposal = answers([facts(**{**BY_API, **COMING})])["P2.2.3.1"]
        assert proposal.option == "available"
        assert "marked as not linked yet: 1" in texts(proposal.caveats)

    def test_partners_cannot_be_proposed_without_exchanges(self):
        proposal = answers([facts(**BY_API)])["P2.2.3.1"]
        assert "no exchange is on record" in texts(proposal.caveats)


class TestSharableStatistics:
    """P2.2.3.2"""

    @pytest.mark.parametrize(
        ("datasets", "registers", "option"),
        [
            ([], Registers(), "no"),
            (some(3), Registers(), "no"),
            ([facts(**COMING)], Registers(), "no"),
            ([facts(**BY_API)], Registers(), "yes"),
            ([facts()], Registers(exchanges=(exchange(),)), "yes"),
            ([facts(**BY_API, **COPY)], Registers(), "no"),
        ],
    )
    def test_option(self, datasets, registers, option):
        assert answers(datasets, registers=registers)["P2.2.3.2"].option == option

    def test_the_two_numbers(self):
        datasets = [
            facts(1),
            facts(2, **WAITING),
            facts(3, **BY_API, **COPY),
            facts(4, **{**INTERNAL, **BY_API}),
        ]
        values = answers(datasets)["P2.2.3.2"].values
        assert (values["disclosable"], values["disclosable_own"]) == (3, 2)
        assert (values["sharable"], values["sharable_own"]) == (2, 1)

    def test_figures_of_use(self):
        registers = Registers(
            exchanges=(
                exchange(calls=10, records=1000, last_use=date(2024, 5, 1)),
                exchange(partner="อีกแห่ง", calls=5),
                exchange(status="preparing", calls=99),
            )
        )
        proposal = answers([facts()], registers=registers)["P2.2.3.2"]
        values = proposal.values
        assert (values["exchanges"], values["partners"], values["calls"]) == (2, 2, 15)
        assert (values["records"], values["last_use"]) == (1000, "2024-05-01")
        assert "15" in values["use_details"]
        assert "stays blank" not in texts(proposal.caveats)

    def test_figures_nobody_gave_are_not_zero(self):
        proposal = answers([facts(**BY_API)])["P2.2.3.2"]
        values = proposal.values
        assert (values["calls"], values["records"], values["last_use"]) == (None, None, None)
        assert values["use_details"] == ""
        assert "stays blank" in texts(proposal.caveats)

    def test_evidence_names_partner_method_and_use(self):
        registers = Registers(
            exchanges=(
                exchange(partner="กรมหนึ่ง", method="api", calls=10, last_use=date(2024, 5, 1)),
                exchange(partner="กรมสอง", method="gdx"),
            )
        )
        (row,) = answers([facts()], registers=registers)["P2.2.3.2"].evidence
        assert row.note.text("en") == (
            "กรมหนึ่ง (API): calls: 10, last use: 1 May 2024; "
            "กรมสอง (GDX/DG-Link): no figures of use stated"
        )

    def test_a_dataset_may_be_exchanged_with_any_number_of_agencies(self):
        exchanges = tuple(exchange(partner=f"หน่วย {number}") for number in range(1000))
        (row,) = answers([facts()], registers=Registers(exchanges=exchanges))["P2.2.3.2"].evidence
        assert row.note.text().count(";") == 999

    def test_who_may_not_know_of_single_exchanges_gets_numbers(self):
        hidden = {"detailed": False, "tier": "other"}
        registers = Registers(exchanges=(exchange(partner="1", **hidden), exchange("id-00002")))
        found = answers(some(2), registers=registers)
        figures = found["P2.2.3.2"]
        assert (figures.values["exchanges"], figures.values["partners"]) == (2, 2)
        assert figures.values["calls"] is None
        assert figures.evidence[0].note.text("en") == "Exchanges under way: 1, with 1 agencies."
        for proposal in (figures, found["P2.2.3.1"]):
            assert "people of the offices who have logged in" in texts(proposal.caveats)
        assert "stays blank" not in texts(figures.caveats)
        ticked = found["P2.2.3.1"].values
        assert (ticked["other"], ticked["other_text"]) == (True, "")
