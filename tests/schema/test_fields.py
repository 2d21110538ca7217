"""Every field of the schema: value -> stored as, or refused because.

Each row is one dataset that CKAN validates as `package_create` would; nothing is saved. The
tables are in dataset_rows.py and resource_rows.py.
"""

import ckan.lib.plugins as lib_plugins
import pytest
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.pcio.standard.fields import dataset_fields, resource_fields

from . import dataset_rows, resource_rows
from .records import mandatory

THAI = range(0x0E00, 0x0E80)
FILE = {"url": "https://example.go.th/a.csv", "name": "ข้อมูลปี 2567", "format": "CSV"}


@pytest.fixture
def validate(office):
    """Validate a dataset as the office's editor; returns what would be stored, and the errors."""
    plugin = lib_plugins.lookup_package_plugin("dataset")
    schema = plugin.create_package_schema()

    def check(record):
        context = {"model": model, "session": model.Session, "user": office.editor["name"]}
        record = {"owner_org": office.organization["id"], "type": "dataset", **record}
        return lib_plugins.plugin_validate(plugin, context, record, schema, "package_create")

    yield check
    model.Session.rollback()


def kind_of(field):
    """The first data type the field belongs to."""
    return (field.get("pcio_types") or ["record"])[0]


def stored_value(field, stored):
    name = field["field_name"]
    if name == "tag_string":
        return sorted(tag["name"] for tag in stored["tags"])
    extras = {extra["key"]: extra["value"] for extra in stored.get("extras", [])}
    value = stored[name] if name in stored else extras.get(name, "")
    if field.get("preset") == "pcio_terms":
        return tk.get_validator("pcio_terms_output")(value)
    return value


def problems(found):
    """The fields an error dictionary names, with their sentences."""
    return {name: str(said) for name, said in (found or {}).items() if said}


def what_is_wrong(row, name, field, stored, errors):
    """Say in what the outcome differs from the row, or return None."""
    if row.because is None:
        if errors:
            return f"refused: {errors}"
        kept = stored_value(field, stored)
        return None if kept == row.stored else f"stored as {kept!r}"
    if list(errors) != [row.at or name]:
        return f"refused at {errors}"
    said = errors[row.at or name]
    if row.because not in said:
        return f"refused because {said}"
    return None if any(ord(letter) in THAI for letter in said) else f"not in Thai: {said}"


# One test for all fields: plugins are loaded for each test, which takes longer than all rows.
def test_dataset_fields(validate):
    wrong = []
    for name, field in dataset_fields().items():
        for row in dataset_rows.TABLES[name]:
            beside = {"name": "a-name", **({"tags": None} if name == "tag_string" else {})}
            record = mandatory(kind_of(field), **{**beside, **row.beside, name: row.value})
            stored, errors = validate(record)
            if said := what_is_wrong(row, name, field, stored, problems(errors)):
                wrong.append((name, row, said))
    assert not wrong, "\n".join(map(str, wrong))


def test_resource_fields(validate):
    wrong = []
    for name, field in resource_fields().items():
        for row in resource_rows.TABLES[name]:
            file = {**FILE, **row.beside, name: row.value}
            sent = {key: value for key, value in file.items() if value is not None}
            record = mandatory(kind_of(field), name="a-name", resources=[sent])
            stored, errors = validate(record)
            found = problems((errors.get("resources") or [{}])[0])
            if said := what_is_wrong(row, name, field, stored["resources"][0], found):
                wrong.append((name, row, said))
            assert errors.keys() <= {"resources"}, (name, row, errors)
    assert not wrong, "\n".join(map(str, wrong))


def test_every_field_has_a_table_that_accepts_and_refuses():
    assert len(dataset_fields()) == 63
    assert len(resource_fields()) == 23
    for fields, tables in (
        (dataset_fields(), dataset_rows.TABLES),
        (resource_fields(), resource_rows.TABLES),
    ):
        assert tables.keys() == fields.keys()
        for name, rows in tables.items():
            assert any(row.because is not None for row in rows), name
            # The office of a test is made when it runs; every other row here stores it.
            assert name == "owner_org" or any(row.because is None for row in rows), name


def test_the_tables_know_every_length_and_range_of_the_schema():
    for fields, tables in (
        (dataset_fields(), dataset_rows.TABLES),
        (resource_fields(), resource_rows.TABLES),
    ):
        for name, field in fields.items():
            longest = field.get("pcio_max_length")
            if longest and name != "maintainer_email":
                lengths = {len(row.value) for row in tables[name] if isinstance(row.value, str)}
                assert {longest, longest + 1} <= lengths, name
            for edge in field.get("pcio_range") or ():
                assert str(edge) in [row.value for row in tables[name]], (name, edge)


def test_every_mandatory_item_has_a_row_that_leaves_it_out():
    for name, field in dataset_fields().items():
        if field.get("pcio_item") and field.get("required") and name != "owner_org":
            said = [row.because or "" for row in dataset_rows.TABLES[name]]
            assert any(f"รายการบังคับที่ {field['pcio_item']} จาก 14" in text for text in said), name
