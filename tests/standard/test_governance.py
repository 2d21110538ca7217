"""Category, level and licence: what goes together, what is refused, what is only advised."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.consistency import dataset_problems, level_and_licence
from ckanext.pcio.standard.governance import governance, read_governance
from ckanext.pcio.standard.openness import is_open_license
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR, vocabulary
from ckanext.pcio.standard.yamlfile import SettingsFileError

PUBLIC, INTERNAL, PERSONAL = "ข้อมูลสาธารณะ", "ข้อมูลใช้ภายใน", "ข้อมูลส่วนบุคคล"
SECURITY, SECRETS = "ข้อมูลความมั่นคง", "ข้อมูลความลับทางราชการ"
OPEN, INSIDE, CONFIDENTIAL = "เปิดเผย", "ชั้นเผยแพร่ภายในองค์กร", "ลับ"
ODC, BY, NC = (
    "Open Data Common",
    "Creative Commons Attributions",
    "Creative Commons Attribution Non-Commercial",
)
OLD_NC = "Creative Commons Non-Commercial (Any)"

TABLE = [
    (PUBLIC, OPEN, ODC, None),
    (PUBLIC, OPEN, BY, None),
    (PUBLIC, OPEN, "DGA Open Government License", None),
    (PUBLIC, OPEN, "อื่นๆ", None),
    (PUBLIC, OPEN, NC, "warning"),
    (PUBLIC, "", ODC, None),
    (PUBLIC, "", NC, "warning"),
    (PUBLIC, OPEN, "License not specified", None),
    (PUBLIC, OPEN, "", None),
    (PUBLIC, OPEN, "MIT", None),
    ("", OPEN, NC, "warning"),
    ("", "", NC, None),
    (INTERNAL, INSIDE, ODC, None),
    (INTERNAL, INSIDE, NC, None),
    (INTERNAL, INSIDE, OLD_NC, None),
    (INTERNAL, INSIDE, "อื่นๆ", None),
    (INTERNAL, INSIDE, BY, "conflict"),
    (INTERNAL, "", BY, "conflict"),
    (INTERNAL, "เผยแพร่ภายในองค์กร", "CC BY 4.0", "conflict"),
    # Personal data may be internal or higher: only what no level of it bears is refused.
    (PERSONAL, "", ODC, None),
    (PERSONAL, "", BY, "conflict"),
    (PERSONAL, CONFIDENTIAL, ODC, "conflict"),
    (PERSONAL, CONFIDENTIAL, "อื่นๆ", None),
    (SECURITY, CONFIDENTIAL, ODC, "conflict"),
    (SECURITY, "ลับมาก", BY, "conflict"),
    (SECURITY, "ลับที่สุด", "GNU Free Documentation License", "conflict"),
    (SECURITY, "", ODC, "conflict"),
    (SECURITY, "", NC, None),
    (SECRETS, CONFIDENTIAL, NC, "warning"),
    (SECRETS, CONFIDENTIAL, "อื่นๆ", None),
    ("หมวดเก่า", CONFIDENTIAL, ODC, "conflict"),
    # Category and level contradict each other; which of them is wrong is not known yet.
    (PUBLIC, CONFIDENTIAL, ODC, None),
    (SECURITY, OPEN, NC, None),
]


@pytest.mark.parametrize(("category", "level", "licence", "kind"), TABLE)
def test_level_and_licence(category, level, licence, kind):
    record = {"data_category": category, "data_classification": level, "license_id": licence}
    found = level_and_licence(record)
    assert [problem.kind for problem in found] == ([kind] if kind else [])
    for problem in found:
        assert problem.field == "license_id"
        thai = problem.message.text("th")
        assert vocabulary("license_id").find(licence).value in thai
        assert (level and vocabulary("data_classification").find(level).value in thai) or (
            category in thai
        )


def test_the_choices_named_are_on_offer_and_go_with_the_level():
    problem = level_and_licence({"data_category": INTERNAL, "license_id": BY})[0]
    assert problem.message.params["choices"].text("th") == (
        f"{ODC}, {NC}, Creative Commons Attribution Non-Commercial Share-Alike, "
        "Creative Commons Attribution Non-Commercial No-Derivs, อื่นๆ"
    )
    problem = level_and_licence({"data_classification": CONFIDENTIAL, "license_id": BY})[0]
    assert problem.message.params["choices"].text("th") == "อื่นๆ"


def test_every_open_licence_is_refused_above_internal_and_none_where_data_is_open():
    for term in vocabulary("license_id").terms:
        refused = {
            level.key
            for level in vocabulary("data_classification").terms
            if governance().refuses([level.key], term.key)
        }
        assert "open" not in refused
        closed = {"confidential", "secret", "top_secret"}
        assert (closed <= refused) == bool(is_open_license(term.key)), term.key


@given(
    st.fixed_dictionaries(
        {
            name: st.sampled_from([t.value for t in vocabulary(name).terms])
            | st.none()
            | st.text(max_size=4)
            for name in ("data_category", "data_classification", "license_id")
        }
    )
)
def test_a_conflict_can_always_be_mended_by_one_of_its_choices(record):
    """Whoever follows the sentence is not refused again."""
    for problem in dataset_problems(record):
        if problem.kind == "conflict":
            for term in problem.message.params["choices"].terms:
                mended = {**record, problem.field: term.value}
                again = [p for p in dataset_problems(mended) if p.field == problem.field]
                assert all(p.kind != "conflict" for p in again)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda table: table["licences"].update(unheard={"refused": ["cc_by"]}), "unheard"),
        (lambda table: table["licences"]["open"].update(advised=["unheard_of"]), "unheard_of"),
        (lambda table: table["categories"]["public"].update(levels=["open", "ajar"]), "ajar"),
        (lambda table: table["licences"].update(open={}), "licences"),
    ],
)
def test_a_table_with_an_unknown_word_is_refused(tmp_path, change, named):
    table = yaml.safe_load((SCHEMAS_DIR / "governance.yaml").read_text(encoding="utf-8"))
    change(table)
    path = tmp_path / "governance.yaml"
    path.write_text(yaml.safe_dump(table, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SettingsFileError) as refused:
        read_governance(path)
    assert named in refused.value.message.text("en")
