"""The mapping is whole: every field, every value, and a broken file is refused with a sentence."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ckanext.pcio.standard.dcat import mapping as module
from ckanext.pcio.standard.dcat.mapping import mapping, own_name, read_mapping
from ckanext.pcio.standard.fields import dataset_fields, resource_fields
from ckanext.pcio.standard.vocabulary import vocabularies
from ckanext.pcio.standard.yamlfile import SettingsFileError

ROOT = Path(__file__).parents[3]


def test_every_field_of_the_schema_has_a_place():
    assert [rule.field for rule in mapping().dataset] == list(dataset_fields())
    assert [rule.field for rule in mapping().resource] == list(resource_fields())
    assert (len(mapping().dataset), len(mapping().resource)) == (63, 23)


def test_a_property_of_our_own_is_named_after_its_field():
    for rule in (*mapping().dataset, *mapping().resource):
        if rule.property.startswith(mapping().namespace):
            assert rule.property == rule.own, rule.field


def test_no_two_fields_of_one_record_share_a_name_of_our_own():
    for rules in (mapping().dataset, mapping().resource):
        assert len({rule.own for rule in rules}) == len(rules)


def test_every_value_of_every_vocabulary_can_be_said_and_read():
    for name, words in vocabularies().items():
        concepts = mapping().concepts[name]
        for term in words.terms:
            assert concepts.terms[concepts.own[term.key]] is term
        said = [uri for uri in concepts.uris.values() if uri in concepts.terms]
        assert len(said) == len(set(said)), name


def test_a_word_of_a_frequency_reads_as_one_that_writes_it():
    for word, pair in mapping().frequency_words.items():
        assert mapping().frequencies[pair] == word


def test_every_table_of_uris_names_its_source_and_date():
    for name, source, day in mapping().sources:
        assert source, name
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", day), name


def test_our_own_names_are_the_fields_in_one_word():
    assert own_name("data_category") == "dataCategory"
    assert own_name("resource_first_year_of_data") == "firstYearOfData"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda content: content["dataset"].update(title={"property": "x:y", "as": "text"}), "x:y"),
        (lambda content: content["dataset"]["title"].update(node="nowhere"), "title"),
        (lambda content: content["vocabularies"]["data_type"]["values"].update(q="Q"), "data_type"),
        (
            lambda content: content["vocabularies"].update(q=content["vocabularies"]["data_type"]),
            "q",
        ),
        (lambda content: content["frequency"]["rows"].append(["eon", "1", "ANNUAL"]), "frequency"),
        (lambda content: content["dataset"]["title"].update({"as": "poem"}), "poem"),
        (lambda content: content.pop("namespace"), "namespace"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path, change, where):
    content = yaml.safe_load(module.FILE.read_text("utf-8"))
    change(content)
    broken = tmp_path / "dcat.yaml"
    broken.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(SettingsFileError, match=where):
        read_mapping(broken)


def test_the_page_of_the_profile_says_what_the_mapping_does():
    command = [sys.executable, str(ROOT / "docs" / "generate_dcat.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0, "run: docs/generate_dcat.py"
