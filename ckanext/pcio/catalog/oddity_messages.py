"""What each kind of oddity says to a reader."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.pcio.standard.messages import N_, Message

MESSAGES: Mapping[str, str] = {
    "not_a_dataset": N_("This is not a dataset; nothing could be read from it."),
    "unreadable": N_("The record is nested too deeply to be checked in full."),
    "id_missing": N_("The dataset has no id."),
    "name_missing": N_("The dataset has no name for its web address."),
    "name_not_valid": N_("The name is not valid in CKAN (lower-case letters, digits, - and _)."),
    "gdcatalog_copy": N_("The name says that this is GD Catalog's copy of a dataset."),
    "state_unknown": N_("The state is none of CKAN's; the dataset counts as a draft."),
    "private_as_text": N_("“Private” is a text or number, not true or false."),
    "private_unreadable": N_("“Private” cannot be read; the dataset counts as private."),
    "boolean_blank": N_("A yes-or-no field is blank; it counts neither as yes nor as no."),
    "boolean_unreadable": N_("A yes-or-no field says neither; it counts as not stated."),
    "only_dash": N_("A mandatory field holds only a dash."),
    "text_expected": N_("A field holds a list or an object where a text belongs."),
    "title_short": N_("The title is very short."),
    "title_long": N_("The title is longer than the standard's 150 characters."),
    "title_is_name": N_("The title only repeats the name in the web address."),
    "notes_short": N_("The description is shorter than 30 characters."),
    "tag_odd": N_("A tag has signs or a length that CKAN refuses."),
    "value_unknown": N_("A value is not in the standard's list."),
    "license_unknown": N_("The licence is not in the standard's list."),
    "license_not_specified": N_("The licence says that none was chosen."),
    "other_spelling": N_("A value is spelled in another way than in the standard's list."),
    "list_as_text": N_("A field for several values holds one text."),
    "interval_in_words": N_("The update interval is more than a number."),
    "interval_unreadable": N_("The update interval is not a number; one unit is assumed."),
    "condition_stated": N_("The access condition is free text of the portal's own."),
    "field_of_other_type": N_("A field is filled that belongs to another type of dataset."),
    "several_units": N_("One field names several units of measure."),
    "multiplier_blank": N_("A unit of measure has no multiplier."),
    "date_buddhist": N_("A date is in the Buddhist era; it was read as Gregorian."),
    "date_in_words": N_("A date is written in words; it was read."),
    "date_other_form": N_("A date is not in ISO form; it was read."),
    "date_unreadable": N_("A date cannot be read for certain; it was left out."),
    "year_unreadable": N_("A year is not one year of the Buddhist era; it was left out."),
    "year_gregorian": N_("A year is Gregorian where the Buddhist era is used."),
    "year_placeholder": N_("A year looks like a placeholder."),
    "years_reversed": N_("The first year of the data is after its last year."),
    "updated_before_created": N_("The last update is before the creation."),
    "updated_before_uploaded": N_("The last update is before the file was put into the catalog."),
    "updated_before_last_year": N_("The last update is before the last year of the data."),
    "released_before_uploaded": N_("The release date is before the file was put into the catalog."),
    "resource_older": N_("A file's last update is before the dataset's last update."),
    "format_blank": N_("A resource states no format."),
    "format_unknown": N_("The format of a resource is not known."),
    "format_api": N_("The format “API” does not say what the service returns."),
    "dictionary_blank": N_("The columns in the data store are not all described."),
}


def oddity_message(code: str) -> Message:
    """Return the sentence that says what the oddity `code` is."""
    return Message(MESSAGES[code])
