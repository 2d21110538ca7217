"""API actions over the survey."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog.queries import visible
from ckanext.pcio.catalog.readers.local import read_facts
from ckanext.pcio.registers.reader import read_registers
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey import schema
from ckanext.pcio.survey.assessment import as_dict, assess
from ckanext.pcio.survey.config import settings_from_config
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument
from ckanext.pcio.usage.queries import rank


@tk.side_effect_free
@validate(schema.assessment_show)
def pcio_assessment_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the proposed answers to the survey from the datasets the caller may see.

    What the registers hold of these datasets counts for everybody; the partners of exchanges and
    their figures of use are told to people of an office only.

    :param survey: id of the edition (optional, default `ckanext.pcio.survey`)
    :param lang: language of the sentences, `th` or `en` (optional, default `th`)
    :param organization: id or name of one organization (optional)

    :returns: the same as `./pcio assess --format json`: `survey`, `as_of`, `source`, `counts`,
        `answers`, and `notes`, `oddities` and `warnings`
    """
    tk.check_access("pcio_assessment_show", context, data_dict)
    try:
        instrument = load_instrument(data_dict.get("survey") or tk.config["ckanext.pcio.survey"])
    except InstrumentError as error:
        raise tk.ValidationError({"survey": [error.message.text(data_dict["lang"])]}) from error
    source, facts = read_facts(context)
    name = _organization_name(data_dict.get("organization"))
    if name is not None:
        facts = [f for f in facts if f.organization == name]
    assessment = assess(
        instrument,
        facts,
        source,
        today_in_thailand(),
        registers=read_registers(context, facts),
        usage=rank(visible(context)),
        settings=settings_from_config(),
    )
    return as_dict(assessment, data_dict["lang"])


def _organization_name(reference: str | None) -> str | None:
    if not reference:
        return None
    organization = model.Group.get(reference)
    if organization is None or not organization.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return organization.name
