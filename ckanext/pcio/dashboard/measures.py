"""The numbers of the dashboard: their names, what they mean, and what they are a share of.

A measure is a key of `pcio_counts_show` (design.md §4 defines the words) and at the same time a
slice of `pcio_facts_list`, so that each number leads to the datasets it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.assessment import COUNT_LABELS


@dataclass(frozen=True, slots=True)
class Measure:
    """One number, with the number it is a share of (`whole`; None for the total itself)."""

    key: str
    meaning: str
    whole: str | None = "datasets"

    @property
    def label(self) -> str:
        """The number's name, as on the answer sheet."""
        return COUNT_LABELS[self.key]


@dataclass(frozen=True, slots=True)
class Group:
    """Measures that answer one question of the reader."""

    key: str
    label: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Work that is left: the datasets of `part` that are not yet among `done`."""

    slice_name: str
    label: str
    meaning: str
    part: str
    done: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Name and meaning of a list of datasets."""

    name: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Register:
    """Where what people told the portal is listed, behind an answer that counts it."""

    action: str
    """The action the reader must be allowed for the list to be of use."""
    endpoint: str
    label: str
    arguments: Mapping[str, str] = field(default_factory=dict)


DATASETS = Measure(
    "datasets",
    N_("Every dataset in the catalog, with drafts and private ones, without deleted ones."),
    whole=None,
)

GROUPS: tuple[Group, ...] = (
    Group(
        "disclosure",
        N_("Disclosure"),
        (
            Measure(
                "disclosable",
                N_("Category public data and level open, published or not."),
            ),
            Measure(
                "open",
                N_("May be disclosed, and published for everyone to see."),
                whole="disclosable",
            ),
        ),
    ),
    Group(
        "quality",
        N_("Quality of the descriptions"),
        (
            Measure(
                "complete",
                N_("All 14 mandatory items of the national standard are present and valid."),
            ),
            Measure(
                "current",
                N_("Updated within the frequency that the dataset itself states."),
            ),
            Measure(
                "with_dictionary",
                N_("Columns are described in the data store, or a dictionary file is attached."),
            ),
            Measure(
                "high_value",
                N_("Marked as a high-value dataset by the office."),
            ),
        ),
    ),
    Group(
        "format",
        N_("Formats"),
        (
            Measure(
                "structured",
                N_("At least one file or service in a structured format such as XLSX or CSV."),
            ),
            Measure(
                "machine_readable",
                N_("At least one file or service that a computer can process directly."),
            ),
            Measure(
                "unstructured",
                N_("Only files such as PDF, pictures or documents."),
            ),
        ),
    ),
    Group(
        "exchange",
        N_("Exchange between agencies"),
        (
            Measure(
                "sharable",
                N_("Level below secret, and a way to link to it is declared or on record."),
            ),
            Measure(
                "ready_to_link",
                N_("Reachable through an API or a Web Service."),
            ),
        ),
    ),
)

MEASURES: tuple[Measure, ...] = (DATASETS, *(m for group in GROUPS for m in group.measures))

TASKS: tuple[Task, ...] = (
    Task(
        "waiting",
        N_("Waiting to be opened"),
        N_("May be disclosed, but still a draft or private. Publishing them opens them."),
        part="disclosable",
        done="open",
    ),
    Task(
        "incomplete",
        N_("Incomplete metadata"),
        N_("At least one of the 14 mandatory items is missing or not valid."),
        part="datasets",
        done="complete",
    ),
    Task(
        "stale",
        N_("Past their update date"),
        N_("The stated frequency has passed since the last update, or no date is stated."),
        part="datasets",
        done="current",
    ),
    Task(
        "no_dictionary",
        N_("Without a data dictionary"),
        N_("Nothing says what the columns mean."),
        part="datasets",
        done="with_dictionary",
    ),
)

_OTHER_SLICES: tuple[Slice, ...] = (
    Slice(
        "preparing",
        N_("Linkage in preparation"),
        N_("The office says that a way to link to the dataset is being prepared."),
    ),
    Slice(
        "private",
        N_("Private datasets"),
        N_("Seen only by the members of the office that owns them."),
    ),
)

SLICES: dict[str, Slice] = {
    **{m.key: Slice(m.key, m.label, m.meaning) for m in MEASURES},
    **{t.slice_name: Slice(t.slice_name, t.label, t.meaning) for t in TASKS},
    **{s.name: s for s in _OTHER_SLICES},
}

# The list an answer rests on: question -> proposed option -> slice.
EVIDENCE_SLICES: Mapping[str, Mapping[str, str]] = {
    "P1.5": {"done": "open"},
    "P2.2.1.1": {
        "none": "datasets",
        "preparing": "waiting",
        "partial": "disclosable",
        "complete": "disclosable",
    },
    "P2.2.1.2": {"agency_catalog": "open"},
    "P2.2.1.3": {"yes": "open"},
    "P2.2.3.1": {"preparing": "preparing", "available": "sharable"},
    "P2.2.3.2": {"yes": "sharable"},
}
# The register an answer counts from: question -> list.
_EXCHANGES = Register(
    "pcio_exchange_list", "pcio_exchange.index", N_("See the exchanges on record")
)
_REUSES = Register("pcio_reuse_list", "pcio_reuse.index", N_("See the reuses on record"))
REGISTERS: Mapping[str, tuple[Register, ...]] = {
    "P2.1.5.2": (_REUSES,),
    "P7.1": (_REUSES,),
    "P2.2.1.3": (
        _REUSES,
        Register("pcio_usage_show", "pcio_usage.portal", N_("See how the data is used")),
    ),
    "P2.2.2": (
        Register(
            "pcio_demand_list",
            "pcio_demand.index",
            N_("See the requests that were met"),
            {"state": "fulfilled"},
        ),
    ),
    "P2.2.3.1": (_EXCHANGES,),
    "P2.2.3.2": (_EXCHANGES,),
}


def remaining(task: Task, counts: Mapping[str, int]) -> int:
    """Return how many datasets are left to do for `task`."""
    return counts[task.part] - counts[task.done]


def percent(part: int, whole: int) -> int | None:
    """Return `part` of `whole` in whole per cent, or None where there is no whole.

    Rounded down, so that 100 means every one of them; a share that is not zero shows at least 1.
    """
    if whole <= 0:
        return None
    return max(100 * part // whole, 1 if part else 0)
