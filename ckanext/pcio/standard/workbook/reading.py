"""Reading a workbook of metadata, row by row.

with open_workbook(path) as workbook:
    for row in workbook.rows(): ...
    workbook.orphans()
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from ckanext.pcio.standard import values
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.vocabulary import vocabulary

from .columns import SheetKind, description, sheets
from .found import CellRemark, DatasetRow, Layout, WorkbookRefused
from .layout import ROWS_LOOKED_AT, Plan, plan
from .rows import Cell, RowReading, letter, read_row
from .safety import inspect
from .sheets import SheetSource

# Older and newer layouts in one workbook: the newest decides what it is called.
_ORDER: tuple[Layout, ...] = ("2.1", "2.2", "pcio")


@dataclass
class _Resource:
    """A row of a resource sheet that waits for its dataset."""

    reading: RowReading
    dataset: str
    taken: bool = False


@dataclass
class _Seen:
    """Where names and ids were met first."""

    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def check(self, reading: RowReading) -> None:
        """Refuse a row whose name or id an earlier row has."""
        for key in ("name", "id"):
            value = reading.record.get(key)
            if not value:
                continue
            place = f"{reading.plan.title} {reading.number}"
            first = self.places.setdefault((key, value), place)
            if first != place:
                message = N_('"{value}" is also that of the dataset in {place}')
                reading.remark_row(
                    key, value, Message(message, {"value": value, "place": first}), refused=True
                )


class Workbook:
    """An opened workbook of metadata; a context manager that closes the file.

    `layout` says how its columns were understood, `remarks` what there is to tell about the file
    as a whole (sheets that are missing or not known, columns that were not read).
    """

    def __init__(self, source: SheetSource, plans: Sequence[Plan], remarks: list[Message]) -> None:
        self._source = source
        self._plans = plans
        self._left: tuple[CellRemark, ...] | None = None
        layouts: set[Layout] = {each.layout for each in plans if each.kind.part == "dataset"}
        self.layout: Layout = max(layouts, key=_ORDER.index)
        self.remarks: tuple[Message, ...] = tuple(remarks)

    def __enter__(self) -> Workbook:
        """Return the workbook."""
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def rows(self) -> Iterator[DatasetRow]:
        """Yield the datasets, sheet by sheet, in the order of their rows.

        May be called again, to read once more. Raises `WorkbookRefused` where a sheet cannot be
        read to its end.
        """
        resources, left = self._resources()
        seen = _Seen()
        for each in self._plans:
            if each.kind.part != "dataset":
                continue
            for reading in self._readings(each):
                title = reading.record.get("title") or values.text(reading.written.get("name", ""))
                if not title:
                    message = N_("the row has neither a name nor a title, so it is no dataset")
                    reading.remark_row("title", "", Message(message), refused=True)
                    left.extend(reading.remarks)
                    continue
                seen.check(reading)
                yield _dataset_row(reading, title, _of_dataset(reading, resources))
        left.extend(_without_dataset(resources))
        self._left = tuple(left)

    def letters(self, sheet: str) -> dict[str, str]:
        """Return the letter Excel shows for the column of each field that a sheet has."""
        found: dict[str, str] = {}
        for each in self._plans:
            if each.title == sheet:
                for index, column in each.columns.items():
                    found.setdefault(column.field, letter(index))
        return found

    def orphans(self) -> tuple[CellRemark, ...]:
        """Return remarks about rows that are no part of a dataset.

        Rows of resources whose dataset is not in the workbook, and rows without name and title.
        Reads the workbook to its end where `rows` has not been.
        """
        if self._left is None:
            for _ in self.rows():
                pass
        return self._left or ()

    def _readings(self, each: Plan) -> Iterator[RowReading]:
        for number, cells in self._source.rows(each.title):
            if number >= each.first_row and (reading := read_row(each, number, cells)):
                yield reading

    def _resources(self) -> tuple[dict[str, list[_Resource]], list[CellRemark]]:
        """Return the rows of resources by the name of their dataset, and what has none."""
        found: dict[str, list[_Resource]] = defaultdict(list)
        left: list[CellRemark] = []
        for each in self._plans:
            if each.kind.part != "resource":
                continue
            for reading in self._readings(each):
                dataset = values.text(reading.written.get("dataset_name", ""))
                if dataset:
                    found[fold(dataset)].append(_Resource(reading, dataset))
                else:
                    message = N_("the row does not say which dataset its resource belongs to")
                    reading.remark_row("dataset_name", "", Message(message), refused=True)
                    left.extend(reading.remarks)
        return found, left


def _of_dataset(reading: RowReading, resources: dict[str, list[_Resource]]) -> list[_Resource]:
    """Return the resources of a dataset: those that name it as it is written, or as it became."""
    found: list[_Resource] = []
    names = (reading.written.get("name", ""), reading.record.get("name", ""))
    for key in dict.fromkeys(fold(name) for name in names if name):
        found.extend(each for each in resources.get(key, ()) if not each.taken)
    for each in found:
        each.taken = True
    return found


def _dataset_row(reading: RowReading, title: str, resources: Sequence[_Resource]) -> DatasetRow:
    record = reading.record
    has_own_type = any(column.name == "data_type" for column in reading.plan.columns.values())
    if not (has_own_type and ("data_type" in record or "id" in record)):
        found = vocabulary("data_type").by_key(reading.plan.kind.kind)
        record["data_type"] = found.value if found else ""
    assumed = set()
    for name, careful in (("private", True), ("allow_harvest", "False")):
        # A dataset nobody has looked at is shown to nobody, here or in another catalog.
        if name not in record and not (name == "allow_harvest" and "id" in record):
            record[name] = careful
            assumed.add(name)
    remarks = list(reading.remarks)
    taken = []
    for each in resources:
        remarks.extend(each.reading.remarks)
        resource = each.reading.record
        if not resource.get("url") and "id" not in resource:
            message = N_("the row has no address of a file, so it makes no resource")
            each.reading.remark_row("url", "", Message(message), refused=False)
            remarks.append(each.reading.remarks[-1])
            continue
        taken.append(resource)
    record["resources"] = taken
    return DatasetRow(
        sheet=reading.plan.title,
        number=reading.number,
        title=title,
        record=record,
        cells=tuple(remarks),
        assumed=frozenset(assumed),
    )


def _without_dataset(resources: dict[str, list[_Resource]]) -> Iterator[CellRemark]:
    message = N_("no row of the workbook is a dataset of this name, so its resource was left out")
    for each in (each for found in resources.values() for each in found if not each.taken):
        each.reading.remark_row("dataset_name", each.dataset, Message(message), refused=True)
        yield from each.reading.remarks


def open_workbook(path: str | Path) -> Workbook:
    """Open the workbook at `path`.

    Raises `WorkbookRefused` for anything that is not a safe, readable workbook of metadata.
    """
    path = Path(path)
    inspection = inspect(path)
    source = SheetSource(path, inspection)
    try:
        plans, remarks = _plans(source)
    except BaseException:
        source.close()
        raise
    if inspection.refers_elsewhere:
        message = N_("Formulas refer to other files; they were not opened, the last results count.")
        remarks.append(Message(message))
    return Workbook(source, plans, remarks)


def _plans(source: SheetSource) -> tuple[list[Plan], list[Message]]:
    known = {fold(kind.name): kind for kind in sheets()}
    ours = {fold(name) for name in description()["sheets"].values()}
    found: dict[SheetKind, str] = {}
    unknown: list[str] = []
    for title in source.titles:
        kind = known.get(fold(title))
        if kind is not None and kind not in found:
            found[kind] = title
        elif fold(title) not in ours:
            unknown.append(title)
    if not any(kind.part == "dataset" for kind in found):
        names = ", ".join(kind.name for kind in sheets() if kind.part == "dataset")
        message = N_("The workbook has none of the standard's sheets of datasets: {sheets}.")
        raise WorkbookRefused(Message(message, {"sheets": names}))
    plans = [made for kind in sheets() if kind in found and (made := _plan(kind, found, source))]
    remarks = [remark for each in plans for remark in each.remarks]
    if not any(each.kind.part == "dataset" for each in plans):
        raise WorkbookRefused(Message(N_("The workbook holds no dataset.")))
    missing = [kind.name for kind in sheets() if kind not in found]
    for names, msgid in (
        (unknown, N_("Sheets that are not known and were not read: {sheets}.")),
        (missing, N_("Sheets of the standard that are not in the workbook: {sheets}.")),
    ):
        if names:
            remarks.append(Message(msgid, {"sheets": ", ".join(names)}))
    return plans, remarks


def _plan(kind: SheetKind, found: dict[SheetKind, str], source: SheetSource) -> Plan | None:
    rows: list[list[str]] = []
    for number, cells in source.rows(found[kind]):
        if number > ROWS_LOOKED_AT:
            break
        rows.extend([] for _ in range(number - 1 - len(rows)))
        rows.append([_shown(cell) for cell in cells])
    return plan(kind, found[kind], rows)


def _shown(cell: Cell) -> str:
    return "" if cell.problem else cell.text
