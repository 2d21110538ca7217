"""Argument schemas of the actions of the register of reuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.pcio.registers import spam, texts
from ckanext.pcio.registers.vocabulary import REUSE_TYPE, REUSE_USER, words
from ckanext.pcio.standard.arguments import reference, rows, version, whole_number

from .links import LONGEST, web_address
from .states import DECISIONS, STATES

TITLE, HOW, NAME, ALT, REASON, REFERENCE = 200, 4000, 200, 300, 1000, 500
"""Longest texts, in characters."""
DATASETS_AT_MOST = 20


@validator_args
def reuse_create(ignore_empty: Validator) -> Schema:
    """`pcio_reuse_create`: what is told, with its datasets and its picture."""
    return {
        "title": [texts.line(TITLE, required=True), spam.few_links],
        "how": [texts.paragraphs(HOW, required=True), spam.few_links],
        "user_kind": [_key_of(REUSE_USER, required=True)],
        "user_name": [texts.line(NAME), spam.few_links],
        "type": [_key_of(REUSE_TYPE, required=True)],
        "datasets": [_references],
        "link": [_link],
        "picture_upload": [ignore_empty],
        "picture_data": [ignore_empty, _text],
        "picture_alt": [texts.line(ALT), spam.few_links],
        "used_on": [texts.past_day],
        "email": [texts.email()],
    }


@validator_args
def reuse_update(
    not_empty: Validator,
    ignore_missing: Validator,
    ignore_empty: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
) -> Schema:
    """`pcio_reuse_update`: only what is given changes; `version` is the one that was looked at."""
    fields = {
        name: [ignore_missing, *validators]
        for name, validators in reuse_create().items()
        if not name.startswith("picture_")
    }
    return {
        "id": [not_empty, reference],
        "version": [not_empty, whole_number],
        **fields,
        "picture_upload": [ignore_empty],
        "picture_data": [ignore_empty, _text],
        "picture_alt": [ignore_missing, texts.line(ALT), spam.few_links],
        "picture_clear": [default(False), boolean_validator],
    }


@validator_args
def reuse_review(not_empty: Validator) -> Schema:
    """`pcio_reuse_review`: which decision, on which version, and why."""
    return {
        "id": [not_empty, reference],
        "decision": [not_empty, _one_of(*DECISIONS)],
        "version": [not_empty, whole_number],
        "reason": [texts.paragraphs(REASON)],
    }


@validator_args
def reuse_delete(not_empty: Validator, ignore_empty: Validator) -> Schema:
    """`pcio_reuse_delete`: which one, and which version was looked at, where that matters."""
    return {
        "id": [not_empty, reference],
        "version": [version],
    }


@validator_args
def reuse_show(not_empty: Validator, default: ValidatorFactory) -> Schema:
    """`pcio_reuse_show`: which one; `key` is what its submitter was given."""
    return {"id": [not_empty, reference], "key": [default(""), reference]}


@validator_args
def reuse_list(
    ignore_empty: Validator,
    default: ValidatorFactory,
) -> Schema:
    """`pcio_reuse_list`: which reuses, and which page of them."""
    return {
        "dataset": [ignore_empty, texts.line(REFERENCE)],
        "organization": [ignore_empty, texts.line(REFERENCE)],
        "type": [ignore_empty, _key_of(REUSE_TYPE)],
        "user": [ignore_empty, _key_of(REUSE_USER)],
        "q": [ignore_empty, texts.line(REFERENCE)],
        "state": [ignore_empty, _one_of(*STATES)],
        "limit": [default(20), rows],
        "offset": [default(0), whole_number],
    }


def _key_of(vocabulary: str, *, required: bool = False) -> Callable[[Any], str]:
    """Return the validator of a key of `vocabulary`; a label or another spelling is read as one."""

    def validator(value: Any) -> str:
        if value is tk.missing or value is None or value == "":
            if required:
                raise tk.Invalid(tk._("Please choose one of the list."))
            return ""
        known = words(vocabulary)
        text = value if isinstance(value, str) else ""
        term = known.by_key(text) or known.find(text)
        if term is None:
            raise tk.Invalid(tk._("This is not in the list. Please choose one of the list."))
        return term.key

    return validator


def _one_of(*choices: str) -> Callable[[Any], Any]:
    def validator(value: Any) -> Any:
        if value not in choices:
            raise tk.Invalid(
                tk._("Only these are known: {choices}").format(choices=", ".join(choices))
            )
        return value

    return validator


def _references(value: Any) -> list[str]:
    """Validator: ids, names, addresses or titles of datasets, as a list or one on a line."""
    given = (
        value
        if isinstance(value, list)
        else str("" if value is tk.missing else value or "").split("\n")
    )
    read = texts.line(REFERENCE)
    found = list(dict.fromkeys(text for text in map(read, given) if text))
    if not found:
        raise tk.Invalid(tk._("Name at least one dataset."))
    if len(found) > DATASETS_AT_MOST:
        raise tk.Invalid(tk._("Name at most {number} datasets.").format(number=DATASETS_AT_MOST))
    return found


def _text(value: Any) -> str:
    """Validator: what is no text is text that is no picture."""
    return value if isinstance(value, str) else repr(value)


def _link(value: Any) -> str | None:
    address = texts.line(LONGEST)(value)
    if address and web_address(address) is None:
        raise tk.Invalid(
            tk._("Give a web address that begins with http:// or https:// and names a host.")
        )
    return address or None
