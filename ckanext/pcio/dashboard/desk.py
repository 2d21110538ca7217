"""The work of an office, each kind with the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.pcio.standard.messages import N_


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work."""

    endpoint: str
    title: str
    text: str
    action: str | None = None
    """Action whose authorization opens the page; None: everybody who sees the desk."""
    of_the_year: bool = False
    """Whether the page is one of the edition that is answered this year."""


DESK = (
    Task(
        "pcio_worklist.index",
        N_("What to mend first"),
        N_("The datasets of your office, ordered by what mending them gains for the survey."),
        "pcio_worklist_list",
    ),
    Task(
        "pcio_survey.overview",
        N_("The survey of the year"),
        N_("The questions put to your office, until when, and what is missing to send them."),
        "pcio_survey_show",
        of_the_year=True,
    ),
    Task(
        "dataset.new",
        N_("Describe a dataset"),
        N_("The form with the 14 mandatory items; it can be saved as a draft at any time."),
        "package_create",
    ),
    Task(
        "pcio_import.index",
        N_("Import a workbook"),
        N_("Many datasets at once, checked row by row before anything is written."),
        "pcio_import_list",
    ),
    Task(
        "pcio_export.index",
        N_("Metadata as files"),
        N_("The metadata of an office as the standard's workbook, CSV or JSON lines."),
    ),
    Task(
        "pcio_personal.index",
        N_("Personal data in files"),
        N_("Files that are held because personal data was found in them, and your decision."),
        "pcio_personal_list",
    ),
    Task(
        "pcio_exchange.index",
        N_("Exchange with other agencies"),
        N_("Which agency receives which data, on what basis, and how much it is used."),
        "pcio_exchange_list",
    ),
    Task(
        "pcio_inventory.index",
        N_("Databases and readiness to link"),
        N_("Which databases your datasets come from, and which can be linked to by API."),
    ),
    Task(
        "pcio_reuse.review",
        N_("Reuses that wait for approval"),
        N_("What people told of how they use the data of your office."),
        "pcio_exchange_list",
    ),
    Task(
        "pcio_demand.moderation",
        N_("Data requests to answer"),
        N_("What the public asks of your office."),
        "pcio_exchange_list",
    ),
)
