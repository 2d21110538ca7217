"""Laws of eras, digits and completeness, for whatever people write."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ckanext.pcio.standard import completeness, dates, values
from ckanext.pcio.standard.vocabulary import OTHER, vocabulary

from .records import mandatory

FIRST, LAST = dates.FIRST_GREGORIAN_YEAR, dates.LAST_GREGORIAN_YEAR
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
# From the first year that can only be Buddhist (2401) when it is written so.
DAYS = st.dates(date(1858, 1, 1), date(2057, 12, 31))
WRITTEN = st.sampled_from(
    ["{d} {m} {b}", "{d}/{mo}/{b}", "{b}-{mo:02}-{d:02}", "{g}-{mo:02}-{d:02}"]
)
TEXTS = st.text(max_size=12) | st.from_regex(r"\A\D{0,3}\d{1,4}\D{0,2}\d{0,4}\Z")


def stored(read, value):
    """What is stored, or None where it is refused."""
    try:
        return read(value)
    except values.Refused:
        return None


@settings(deadline=None)  # the first call loads the calendar
@given(TEXTS)
def test_what_is_stored_is_stored_again_unchanged(written):
    for read in (values.year, values.iso_date):
        kept = stored(read, written)
        if kept is not None:
            assert read(kept) == kept


@given(TEXTS)
def test_thai_and_arabic_digits_say_the_same(written):
    for read in (values.year, values.iso_date):
        assert stored(read, written) == stored(read, written.translate(THAI_DIGITS))


@given(st.integers(0, 9999))
def test_a_year_is_kept_as_it_is_written_or_refused(year):
    """Nobody's year is moved into another era, also not by a helpful program."""
    kept = stored(values.year, f"{year:04}")
    assert kept in (None, str(year))
    assert (kept is not None) == (LAST < year <= values.LAST_YEAR)


@given(st.integers(FIRST, LAST))
def test_a_gregorian_year_is_refused_with_the_buddhist_one_it_may_mean(year):
    with pytest.raises(values.Refused) as refused:
        values.year(str(year))
    assert str(year + 543) in refused.value.message.text("th")


@given(DAYS, WRITTEN)
def test_a_date_is_the_same_day_in_both_eras(day, form):
    written = form.format(
        d=day.day, mo=day.month, m=dates.format_month(day).split()[0], b=day.year + 543, g=day.year
    )
    assert values.iso_date(written) == day.isoformat()


@given(st.integers(0, 9999), st.integers(1, 12), st.integers(1, 28))
def test_a_date_moves_by_543_years_exactly_where_its_year_can_only_be_buddhist(year, month, day):
    written = f"{year:04}-{month:02}-{day:02}"
    kept = stored(values.iso_date, written)
    gregorian = year - 543 if year > LAST else year
    if FIRST <= gregorian <= LAST:
        assert kept == f"{gregorian:04}-{month:02}-{day:02}"
    else:
        assert kept is None


LISTS = {
    "data_type": False,
    "objective": True,
    "update_frequency_unit": False,
    "geo_coverage": False,
    "data_format": True,
    "data_category": False,
    "license_id": False,
}
CODE_OF = {"update_frequency_unit": "update_frequency"}


@st.composite
def choices(draw):
    """A list of the 14, and a value somebody chooses in it, "other" with its text."""
    field = draw(st.sampled_from(sorted(LISTS)))
    terms = [term for term in vocabulary(field).terms if not term.not_present]
    if LISTS[field]:
        chosen = draw(st.lists(st.sampled_from(terms), min_size=1, max_size=4))
    else:
        chosen = [draw(st.sampled_from(terms))]
    spelled = [draw(st.sampled_from([term.value, *term.aliases])) for term in chosen]
    filled = {field: spelled if LISTS[field] else spelled[0]}
    if any(term.key == OTHER for term in chosen):
        filled[f"{field}_other"] = draw(st.text("กขค ", min_size=1).filter(str.strip))
    return field, filled


@given(choices(), st.sets(st.sampled_from(sorted(mandatory()))))
def test_completeness_never_falls_when_an_item_is_filled(choice, blank):
    field, filled = choice
    before = {**mandatory(), "owner_org": "office", **dict.fromkeys(blank, "")}
    # A unit that asks for a number is filled together with it.
    assume("update_frequency_interval" not in blank)
    ok_before = {item.code for item in completeness.check(before) if item.state == "ok"}
    after = completeness.check({**before, **filled})
    ok_after = {item.code for item in after if item.state == "ok"}
    assert ok_before | {CODE_OF.get(field, field)} == ok_after
