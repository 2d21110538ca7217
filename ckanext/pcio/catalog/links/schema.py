"""Argument schema of `pcio_links_check`."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator

from ckanext.pcio.standard.arguments import reference


@validator_args
def links_check(not_empty: Validator) -> Schema:
    """`pcio_links_check`: which dataset."""
    return {"id": [not_empty, reference]}
