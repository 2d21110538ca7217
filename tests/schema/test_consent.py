"""Public datasets consent to being listed in GD Catalog; private ones say it themselves."""

from __future__ import annotations

import pytest

from tests.schema.records import mandatory


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({}, "True"),
        ({"allow_harvest": ""}, "True"),
        ({"allow_harvest": "False"}, "False"),
        ({"allow_harvest": "True"}, "True"),
        ({"private": True}, None),
        ({"private": "True", "allow_harvest": ""}, None),
        ({"private": True, "allow_harvest": "True"}, "True"),
        ({"private": True, "allow_harvest": "False"}, "False"),
        ({"state": "draft"}, None),
    ],
)
def test_what_a_dataset_says_of_its_consent(office, given, stored):
    made = office.create(mandatory(**given))
    assert (made.get("allow_harvest") or None) == stored


def test_an_import_invents_no_consent(office):
    dataset, _warnings = office.import_(mandatory())
    assert not dataset.get("allow_harvest")
