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
from ckanext.pcio.survey import improving, schema, worklist_rows
from ckanext.pcio.survey.assessment import as_dict, assess
from ckanext.pcio.survey.config import counted_since, settings_from_config
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
        counted_since=counted_since(),
        settings=settings_from_config(),
    )
    return as_dict(assessment, data_dict["lang"])


@tk.side_effect_free
@validate(schema.worklist_list)
def pcio_worklist_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what is left to do on the datasets the caller may see, what gains most first.

    For people who belong to an office. What a dataset gains is told in words, against the whole
    province's answers to the survey.

    :param organization: id or name of one organization (optional)
    :param kind: one kind of work: `personal`, `fill`, `correct`, `publish`, `data`, `dictionary`,
        `format`, `linkage`, `update`, `license`, `link` or `register` (optional)
    :param question: id of a question: only what brings its answer nearer (optional)
    :param part: with a question, code of one option or field of it (optional)
    :param data_type: key of one dataset type (optional)
    :param own: only the province's own datasets (optional, default false)
    :param sort: `gain`, `title`, `missing`, `oldest` or `most_used` (optional, default `gain`)
    :param lang: language of the sentences, `th` or `en` (optional, default `th`)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `count` and `results`: of each dataset its names and office, `may_edit`, `urgent`,
        `used` (investigations of the last twelve months), `steps` (`kind`, `what`, `why`, and
        where: `place`, `field`, `resource`) and `gains` (`question`, `part`, `sentence`, and `by`,
        the kinds of work that bring it)
    """
    tk.check_access("pcio_worklist_list", context, data_dict)
    return worklist_rows.listed(context, data_dict)


@tk.side_effect_free
@validate(schema.worklist_summary)
def pcio_worklist_summary(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how much is left to do, by office, and where the survey's answers stand.

    For people who belong to an office; the datasets counted are those the caller may see, the
    answers are the whole province's.

    :param own: only the province's own datasets (optional, default false)
    :param lang: language of the sentences, `th` or `en` (optional, default `th`)

    :returns: `datasets`, `todo` (datasets with anything to do) and `kinds` (datasets by kind of
        work); `organizations`: the same with `name` and `title` of each office that has datasets,
        by title; `goals`: `question`, `part`, `name`, `needed` (datasets, None where work does not
        reach it), `candidates` and `sentence`
    """
    tk.check_access("pcio_worklist_summary", context, data_dict)
    return worklist_rows.summary(context, data_dict)


@tk.side_effect_free
@validate(schema.improvement_list)
def pcio_improvement_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what would raise the answers of a survey, the shortest way first.

    For people who belong to an office. The numbers are over every dataset of the province, also
    those the caller does not see, because the answers are the province's.

    :param edition: id of the edition (optional, default `ckanext.pcio.survey`)
    :param question: id of one question (optional)
    :param lang: language of the sentences, `th` or `en` (optional, default `th`)

    :returns: `edition` and `questions`, those the catalog answers in the form's order: `question`,
        `stand` (`improvable`, `strongest` or `unmoved`), `sentence`, `skipped_by`, and
        `improvements`: `part`, `change` (`option`, `tick`, `rows`, `text` or `number`), the
        sentences `lack`, `action` and `effect`, `needed` (datasets or entries that change it),
        `own` (how many of them must be the province's own), `candidates` (to choose from), `kinds`
        of work with the `datasets` that need each, and the page where it is done: `where`,
        `endpoint`, `arguments`, `label`, and `needs`, the action a person must be allowed there
    """
    tk.check_access("pcio_improvement_list", context, data_dict)
    try:
        instrument = load_instrument(data_dict.get("edition") or tk.config["ckanext.pcio.survey"])
    except InstrumentError as error:
        raise tk.ValidationError({"edition": [error.message.text(data_dict["lang"])]}) from error
    question = data_dict.get("question")
    if question and question not in {each.id for each in instrument.questions}:
        raise tk.ObjectNotFound(tk._("There is no such question."))
    found = improving.questions(instrument, data_dict["lang"])
    return {
        "edition": instrument.id,
        "questions": [each for each in found if question in (None, "", each["question"])],
    }


def _organization_name(reference: str | None) -> str | None:
    if not reference:
        return None
    organization = model.Group.get(reference)
    if organization is None or not organization.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return organization.name
