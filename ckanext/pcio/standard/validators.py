"""CKAN and ckanext-scheming validators of single fields of the metadata schema.

How strict they are depends on what is being saved (`standard.saving`). Those of tags are in
`standard.tag_validators`, those of the whole record in `standard.record_validators`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.pcio.standard import refusals, saving, values
from ckanext.pcio.standard.fields import (
    dataset_fields,
    field_vocabulary_name,
    resource_fields,
)
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.names import free_name
from ckanext.pcio.standard.slug import slugify
from ckanext.pcio.standard.vocabulary import vocabulary

Context = Any
Key = tuple[Any, ...]
Field = Mapping[str, Any]
Schema = Mapping[str, Any]

_STATES = ("active", "draft", "deleted")


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _says(written: Any, stored: Any) -> bool:
    """Whether what is stored is what was written, apart from the form of a list."""
    if isinstance(stored, list):
        return all(isinstance(part, str) and part in str(written) for part in stored)
    return values.is_blank(written) or str(written).strip() == stored


def _value_validator(
    read: Callable[[Field, Any], Any],
) -> Callable[[Field, Schema], Callable[..., None]]:
    """Make a scheming validator that stores what `read` returns and says why it refuses."""

    def factory(field: Field, _schema: Schema) -> Callable[..., None]:
        def validator(
            key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context
        ) -> None:
            value = data.get(key)
            if value is tk.missing or value is None:
                data.pop(key, None)
                raise tk.StopOnError
            try:
                stored = read(field, value)
                data[key] = _stored(stored)
                if saving.current(context).importing and not _says(value, stored):
                    shown = ", ".join(stored) if isinstance(stored, list) else stored
                    message = Message(
                        N_('"{value}" was read as "{stored}"'),
                        {"value": values.shown(value), "stored": shown},
                    )
                    refusals.warn(context, key, field, message)
            except values.Refused as refused:
                data[key] = _stored(refused.kept)
                refusals.refuse(field, key, errors, context, refused.message)
                if errors[key]:
                    # Not stored; the form shows again what was typed.
                    data[key] = value
                    raise tk.StopOnError from refused

        return validator

    factory.is_a_scheming_validator = True  # type: ignore[attr-defined]
    return factory


def _words(field: Field) -> Any:
    return vocabulary(field_vocabulary_name(field))


def _range(field: Field) -> tuple[Any, Any]:
    low, high = field["pcio_range"]
    return low, high


pcio_text = _value_validator(lambda field, value: values.text(value, field.get("pcio_max_length")))
pcio_term = _value_validator(lambda field, value: values.term(_words(field), value))
pcio_terms = _value_validator(lambda field, value: values.terms(_words(field), value))
pcio_boolean = _value_validator(lambda _field, value: values.boolean(value))
pcio_year = _value_validator(lambda _field, value: values.year(value))
pcio_date = _value_validator(lambda _field, value: values.iso_date(value))
pcio_whole_number = _value_validator(
    lambda field, value: values.whole_number(value, *_range(field))
)
pcio_coordinate = _value_validator(lambda field, value: values.coordinate(value, *_range(field)))
pcio_email = _value_validator(
    lambda field, value: values.email(value, field.get("pcio_max_length"))
)
pcio_url = _value_validator(lambda _field, value: values.url(value))


def pcio_terms_output(value: Any) -> Any:
    """Return the list a multi-valued field holds, however it was stored."""
    if isinstance(value, list):
        return value
    if values.is_blank(value) or not isinstance(value, str):
        return []
    try:
        loaded = json.loads(value)
    except ValueError:
        loaded = None
    return loaded if isinstance(loaded, list) else [value]


# ---- fields with a rule of their own


def pcio_state(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """Let anybody who may create a dataset create it as a draft; the rest is CKAN's rule."""
    state = data.get(key)
    if state in (None, "", tk.missing):
        data.pop(key, None)
        raise tk.StopOnError
    if state not in _STATES:
        message = Message(
            N_('"{value}" is not one of: {choices}'),
            {"value": values.shown(state), "choices": ", ".join(_STATES)},
        )
        raise tk.Invalid(message.text(pcio_language()))
    if state == "draft" and context.get("package") is None:
        return
    saving.core("ignore_not_package_admin")(key, data, errors, context)
    if key not in data:
        raise tk.StopOnError


def _organization(reference: str) -> Any:
    """Return the organization of an id or a name; the database is not asked twice for the id."""
    return model.Session.get(model.Group, reference) or model.Group.get(reference)


def pcio_owner_org(
    key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context
) -> None:
    """Keep the organization when an update leaves it out; else CKAN's rule."""
    package = context.get("package")
    if data.get(key) in (None, "", tk.missing) and package is not None and package.owner_org:
        data[key] = package.owner_org
    office = data.get(key)
    message = None
    if office in (None, "", tk.missing):
        if not authz.check_config_permission("create_unowned_dataset"):
            message = Message(N_("choose the organization that owns the dataset"))
    elif not isinstance(office, str) or not _organization(office):
        message = Message(N_('there is no organization "{value}"'), {"value": values.shown(office)})
    if message is not None:
        errors[key].append(refusals.sentence(dataset_fields()["owner_org"], message))
        raise tk.StopOnError
    saving.core("owner_org_validator")(key, data, errors, context)


def pcio_name(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """Make a name out of the title where none was given; mend an imported one."""
    name = data.get(key)
    package = context.get("package")
    if name in (None, "", tk.missing) or (isinstance(name, str) and not name.strip()):
        if package is not None:
            data[key] = package.name
            raise tk.StopOnError
        title = data.get(("title",))
        data[key] = free_name(title if isinstance(title, str) else "")
        return
    if not isinstance(name, str):
        message = Message(N_('a text was expected, not "{value}"'), {"value": values.shown(name)})
        errors[key].append(refusals.sentence(dataset_fields()["name"], message))
        raise tk.StopOnError
    name = name.strip()
    if saving.current(context).importing:
        mended = name.lower()
        if _is_no_name(mended, context):
            mended = slugify(name)
        if mended != name:
            field = {"field_name": "name"}
            message = Message(
                N_('the name "{value}" cannot be used in a web address; it became "{name}"'),
                {"value": name, "name": mended},
            )
            refusals.warn(context, key, field, message)
        name = mended
    elif _is_no_name(name, context):
        wrong = N_(
            '"{value}" cannot stand in a web address: write 2 to 100 of the lower-case letters '
            "a-z, digits, - and _ (but not new, edit or search)"
        )
        message = Message(wrong, {"value": values.shown(name)})
        errors[key].append(refusals.sentence(dataset_fields()["name"], message))
        data[key] = name
        raise tk.StopOnError
    data[key] = name


def _is_no_name(name: str, context: Context) -> bool:
    try:
        saving.core("name_validator")(name, context)
    except tk.Invalid:
        return True
    return False


def pcio_resource_url(
    key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context
) -> None:
    """Store the address of a file; whether there must be one is asked at the end.

    What CKAN keeps itself (an uploaded file, a table) has its name here, not an address.
    """
    value = data.get(key)
    if data.get((*key[:-1], "url_type")) not in (None, "", tk.missing):
        data[key] = "" if value in (None, tk.missing) else str(value).strip()
        return
    try:
        data[key] = values.link(None if value is tk.missing else value)
    except values.Refused as refused:
        data[key] = refused.kept
        refusals.refuse(resource_fields()["url"], key, errors, context, refused.message)
