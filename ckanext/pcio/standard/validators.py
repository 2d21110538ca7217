"""CKAN and ckanext-scheming validators of the metadata schema.

How strict they are depends on what is being saved (`standard.saving`). An import reports its
problems in `context["pcio_warnings"]`, a list the importer puts there: {field, label, message}.
Every refusal is one sentence naming the field, the value and the rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.navl.dictization_functions import unflatten

from ckanext.pcio.standard import completeness, consistency, saving, tags, values
from ckanext.pcio.standard.fields import field_vocabulary_name
from ckanext.pcio.standard.helpers import FIELD_OF_ITEM, pcio_label, pcio_language
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.slug import slugify, unique_slug
from ckanext.pcio.standard.vocabulary import vocabulary

Context = Any
Key = tuple[Any, ...]
Field = Mapping[str, Any]
Schema = Mapping[str, Any]

_STATES = ("active", "draft", "deleted")


def pcio_before(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """Find out what is being saved, before any field is checked."""
    _split_form_tags(data)
    saving.remember(data, context)


def _split_form_tags(data: dict[Key, Any]) -> None:
    """Undo CKAN's web form, which splits the tags at ASCII commas only.

    It sends both the text and its own list; `tag_string_convert` adds what is missing here.
    """
    if data.get(("tag_string",)) in (None, "", tk.missing):
        return
    for key, name in list(data.items()):
        if (
            saving.is_tag_name(key)
            and isinstance(name, str)
            and len(parts := tags.split_tags(name)) > 1
        ):
            data[key] = parts[0]


# ---- saying what is wrong


def _sentence(field: Field, message: Message) -> str:
    lang = pcio_language()
    return f"{pcio_label(field, lang)}: {message.text(lang)}"


def _warn(context: Context, key: Key, field: Field, message: Message) -> None:
    warnings = context.get("pcio_warnings")
    if isinstance(warnings, list):
        warnings.append(
            {"field": ".".join(map(str, key)), "label": dict(_labels(field)), "message": message}
        )


def _labels(field: Field) -> Mapping[str, str]:
    text = field.get("label") or field["field_name"]
    return text if isinstance(text, Mapping) else {"th": text, "en": text}


def _refuse(
    field: Field, key: Key, errors: dict[Key, Any], context: Context, message: Message
) -> None:
    """Turn a problem into an error, a warning, or nothing, as the save demands."""
    kind = saving.current(context)
    if kind.importing:
        _warn(context, key, field, message)
    elif not kind.leaves(key):
        errors[key].append(_sentence(field, message))


# ---- one field


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
                    _warn(context, key, field, message)
            except values.Refused as refused:
                data[key] = _stored(refused.kept)
                _refuse(field, key, errors, context, refused.message)
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


def pcio_owner_org(
    key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context
) -> None:
    """Keep the organization when an update leaves it out; else CKAN's rule."""
    package = context.get("package")
    if data.get(key) in (None, "", tk.missing) and package is not None and package.owner_org:
        data[key] = package.owner_org
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
        data[key] = _free_name(title if isinstance(title, str) else "")
        return
    if not isinstance(name, str):
        return
    name = name.strip()
    if saving.current(context).importing:
        mended = name.lower()
        try:
            saving.core("name_validator")(mended, context)
        except tk.Invalid:
            mended = slugify(name)
        if mended != name:
            field = {"field_name": "name"}
            message = Message(
                N_('the name "{value}" cannot be used in a web address; it became "{name}"'),
                {"value": name, "name": mended},
            )
            _warn(context, key, field, message)
        name = mended
    data[key] = name


def _free_name(title: str) -> str:
    """Return a name for `title` that no dataset holds, deleted ones included.

    Two people who save the same title at once wait for each other (a lock until the end of the
    transaction), so both get a name.
    """
    session = model.Session
    base = slugify(title)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"pcio:name:{base}"))))

    def taken(name: str) -> bool:
        return session.query(
            session.query(model.Package.id).filter(model.Package.name == name).exists()
        ).scalar()

    return unique_slug(title, taken)


def pcio_tag_string(
    field: Field, _schema: Schema
) -> Callable[[Key, dict[Key, Any], dict[Key, Any], Context], None]:
    """Split the tags of the form; a list of tags in the same request is left as it is."""

    def validator(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
        tag_string_convert(key, data, errors, context)
        data.pop(key, None)

    return validator


pcio_tag_string.is_a_scheming_validator = True  # type: ignore[attr-defined]


def tag_string_convert(
    key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context
) -> None:
    """Replace CKAN's: Thai comma forms separate, and every wrong tag is named at once."""
    written = data.get(key)
    if written in (None, "", tk.missing):
        return
    if isinstance(written, str):
        names = tags.split_tags(written)
    elif isinstance(written, list):
        names = list(dict.fromkeys(tags.normalize_tag(str(name)) for name in written))
    else:
        names = tags.split_tags(str(written))
    known = {v for k, v in data.items() if saving.is_tag_name(k)}
    index = max((k[1] for k in data if saving.is_tag_name(k)), default=-1)
    for name in names:
        if (problem := tags.tag_problem(name)) and not saving.current(context).importing:
            errors[key].append(_plain_sentence(problem))
        elif problem:
            _warn(context, key, {"field_name": "tag_string"}, problem)
        if name not in known and not (problem and not saving.current(context).importing):
            index += 1
            data[("tags", index, "name")] = name


def tag_name_validator(value: Any, context: Context) -> Any:
    """Replace CKAN's, which refuses Thai vowel and tone marks."""
    kind = saving.current(context)
    if kind.unchanged:
        return value
    name = tags.normalize_tag(str(value))
    if problem := tags.tag_problem(name):
        if not kind.importing:
            raise tk.Invalid(_plain_sentence(problem))
        _warn(context, ("tags",), {"field_name": "tag_string"}, problem)
        return name[: tags.MAX_LENGTH]
    return name


def tag_length_validator(value: Any, context: Context) -> Any:
    """Replace CKAN's; `tag_name_validator` checks the length of the cleaned tag."""
    return value


def _plain_sentence(message: Message) -> str:
    text = message.text(pcio_language())
    return text[:1].upper() + text[1:]


def pcio_resource_url(value: Any) -> str:
    """Store the address without outer spaces; whether there must be one is asked at the end."""
    return "" if value in (None, tk.missing) else str(value).strip()


# ---- the whole record


def pcio_after(key: Key, data: dict[Key, Any], errors: dict[Key, Any], context: Context) -> None:
    """Check the 14 mandatory items and the rules between fields, all at once."""
    kind = saving.current(context)
    record = _record(data)
    schema = tk.h.scheming_get_dataset_schema(record.get("type") or "dataset")
    fields = {field["field_name"]: field for field in schema["dataset_fields"]}

    for problem in consistency.dataset_problems(record, _lists_with_other(fields)):
        if not _has_errors(errors, problem.field):
            _report(problem, fields[problem.field], (problem.field,), errors, context)
    if kind.active or kind.importing:
        for item in completeness.check(record):
            name = _field_of(item.code, record)
            if item.state != "ok" and not _has_errors(errors, name):
                _refuse(fields[name], (name,), errors, context, _item_message(item))
    _check_resources(record, schema, errors, context)


def _field_of(code: str, record: Mapping[str, Any]) -> str:
    """Return the field to name for an item; of item 9, the half that is not there."""
    unit = vocabulary("update_frequency_unit").find(record.get("update_frequency_unit"))
    if code == "update_frequency" and unit is not None:
        return "update_frequency_interval"
    return FIELD_OF_ITEM.get(code, code)


def _item_message(item: completeness.ItemState) -> Message:
    reason = item.reason
    if reason is None:
        return Message(N_("is item {number} of the 14 mandatory ones"), {"number": item.number})
    return Message(
        N_("{reason} (item {number} of the 14 mandatory ones)"),
        {"reason": reason, "number": item.number},
    )


def _has_errors(errors: Mapping[Key, Any], name: str) -> bool:
    names = {name, f"{name}_other"}
    if name == "tag_string":
        names.add("tags")
    return any(found for key, found in errors.items() if key[0] in names and found)


def _report(
    problem: consistency.Problem, field: Field, key: Key, errors: dict[Key, Any], context: Context
) -> None:
    kind = saving.current(context)
    if problem.kind == "warning" and not kind.importing:
        _warn(context, key, field, problem.message)
    elif problem.kind == "missing" and not kind.active and not kind.importing:
        return
    else:
        errors.setdefault(key, [])
        _refuse(field, key, errors, context, problem.message)


def _check_resources(
    record: Mapping[str, Any], schema: Schema, errors: dict[Key, Any], context: Context
) -> None:
    kind = saving.current(context)
    fields = {field["field_name"]: field for field in schema["resource_fields"]}
    lists = _lists_with_other(fields)
    for index, resource in enumerate(record.get("resources") or []):
        for problem in consistency.resource_problems(resource, lists):
            key = ("resources", index, problem.field)
            _report(problem, fields[problem.field], key, errors, context)
        if not (kind.active or kind.importing) or resource.get("url_type") == "datastore":
            continue
        for name in ("url", "name", "format"):
            key = ("resources", index, name)
            if values.is_blank(resource.get(name)) and not errors.get(key):
                errors.setdefault(key, [])
                _refuse(fields[name], key, errors, context, Message(N_("is required")))


def _lists_with_other(fields: Mapping[str, Field]) -> list[tuple[str, str]]:
    return [
        (name, field_vocabulary_name(field))
        for name, field in fields.items()
        if field.get("pcio_asks_other")
    ]


def _record(data: Mapping[Key, Any]) -> dict[str, Any]:
    """Return the flattened, converted data as the dataset dictionary it will become."""
    record: dict[str, Any] = unflatten(
        {k: v for k, v in data.items() if v is not tk.missing and not str(k[-1]).startswith("__")}
    )
    for extra in record.pop("extras", None) or []:
        record.setdefault(extra.get("key"), extra.get("value"))
    for field in tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]:
        name = field["field_name"]
        if field.get("output_validators") == "pcio_terms_output" and name in record:
            record[name] = pcio_terms_output(record[name])
    return record
