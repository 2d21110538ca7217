"""Rules of pillars 4 and 7: what the portal itself is evidence of."""

from datetime import date

import pytest

from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.registers.records import Registers, Reuse
from ckanext.pcio.survey.answer import from_proposal
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.proposal import SurveySettings
from ckanext.pcio.survey.proposed import record

from .builders import COPY, FILE, INTERNAL, PORTAL, REMOTE, WAITING, answers, facts, texts

SINCE = date(2024, 2, 29)


def portal_at(url):
    return Source(kind="portal", location=url, sees_private=True)


class TestLogOfUse:
    """P4.5.2"""

    @pytest.mark.parametrize(
        ("main", "here", "option"),
        [
            ("https://www.example.go.th", "https://www.example.go.th/data", "yes"),
            ("https://www.example.go.th", "https://example.go.th", "yes"),
            ("https://www.example.go.th/", "https://data.example.go.th", "yes"),
            ("https://EXAMPLE.go.th", "https://data.example.go.th:8443", "yes"),
            ("https://www.example.go.th", "https://dataexample.go.th", None),
            ("https://www.example.go.th", "https://example.gdcatalog.go.th", None),
            ("https://data.example.go.th", "https://www.example.go.th", None),
            ("", "https://data.example.go.th", None),
            ("example.go.th", "https://example.go.th", None),
            ("https://[", "https://example.go.th", None),
        ],
    )
    def test_only_where_the_catalog_is_part_of_the_main_website(self, main, here, option):
        chosen = SurveySettings(main_website=main)
        proposal = answers([], portal_at(here), settings=chosen, counted_since=SINCE)["P4.5.2"]
        assert proposal.option == option
        assert "29 February 2024" in texts(proposal.reasons)
        assert ("is not proposed" in texts(proposal.caveats)) is (option is None)

    @pytest.mark.parametrize("source", [PORTAL, REMOTE, FILE])
    def test_without_counting_nothing_is_proposed(self, source):
        chosen = SurveySettings(main_website="https://example.go.th")
        proposal = answers([facts()], source, settings=chosen)["P4.5.2"]
        assert proposal.option is None
        assert "No log of use" in texts(proposal.reasons)


class TestInformation:
    """P4.6.1"""

    @pytest.mark.parametrize(
        ("datasets", "source", "proposed"),
        [
            ([], PORTAL, False),
            ([facts()], PORTAL, True),
            ([facts()], REMOTE, True),
            ([facts()], FILE, False),
            ([facts(**WAITING)], PORTAL, False),
            ([facts(**INTERNAL)], PORTAL, False),
            ([facts(**COPY)], PORTAL, False),
        ],
    )
    def test_the_website_alone(self, datasets, source, proposed):
        proposal = answers(datasets, source)["P4.6"]
        fields = {"channels": ["website"], "website_url": source.location}
        row = {"e_information": {"choice": "yes", "fields": fields}}
        assert proposal.values.get("participation") == (row if proposed else None)
        assert proposal.partial
        if proposed:
            question = load_instrument("pcio-2567").question("P4.6")
            answer = from_proposal(question, record(proposal, "2024-06-21"))
            assert answer == {"values": {"participation": row}}


def picture(*datasets, **changes):
    known = {"how": "x", "who": "สำนักงาน", "kind": "visualization", "user_kind": "internal"}
    return Reuse(datasets=datasets or ("id-00001",), **{**known, "approved": True, **changes})


class TestPictures:
    """P7.1.8"""

    @pytest.mark.parametrize(
        ("reuse", "said"),
        [
            (picture(title="แผนที่น้ำท่วม"), ""),
            (picture(user_kind="citizen"), "made by others"),
            (picture(user_kind="agency"), "made by others"),
            (picture("id-00002"), "made by others"),
            (picture(kind="report"), "no map, chart or dashboard"),
            (picture(approved=False), "no map, chart or dashboard"),
        ],
    )
    def test_only_what_offices_made_of_their_own_data(self, reuse, said):
        told = Registers(reuses=(reuse,))
        proposal = answers([facts(), facts(2, **COPY)], registers=told)["P7.1"]
        assert ("technologies" in proposal.values) is (not said)
        assert said in texts(proposal.caveats)
        assert bool(proposal.evidence) is (not said)

    def test_projects_are_named_once_and_as_many_as_the_form_has_rows(self):
        titles = ["ก", "ก", "ข", "ค", "ง", "จ"]
        told = Registers(reuses=tuple(picture(title=title) for title in titles))
        proposal = answers([facts()], registers=told)["P7.1"]
        row = proposal.values["technologies"]["analytics"]
        projects = [{"project": title} for title in "กขคง"]
        assert row == {"choice": "yes", "fields": {"projects": projects}}
        # The program is for people to name.
        assert "analytics_text" not in row["fields"]

    def test_from_outside_no_register_is_seen(self):
        proposal = answers([facts()], REMOTE)["P7.1"]
        assert "technologies" not in proposal.values
        assert "cannot be seen" in texts(proposal.caveats)
