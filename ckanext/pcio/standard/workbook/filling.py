"""What helps an office to fill in the workbook: headings, examples, lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.fields import (
    dataset_fields,
    field_vocabulary_name,
    resource_fields,
)
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import OTHER, Vocabulary, vocabularies, vocabulary

from .columns import Column, SheetKind, description, sheets
from .rows import letter

# Rows an office can fill in with lists to choose from.
LAST_ROW = 5005
_BLUE, _PALE, _GREY = "FF1F3864", "FFD9E2F3", "FF6B7280"
_WIDE = frozenset({"title", "notes", "resource_url", "description", "accessible_condition"})
_PROMPT_MOST = 250
_TEXT_FORMAT = "@"

_STEPS = (
    N_("Each sheet Temp2_Meta_… is for one dataset type; each row from row 6 on is one dataset."),
    N_("Each sheet Temp3_Resource_… names the files; the name in column A says whose they are."),
    N_("Rows 1 to 5 are help, column names, headings and an example; they are not read."),
    N_("Headings with * are of the 14 mandatory items. Where several values fit, put commas."),
    N_("Years are of the Buddhist era (2567). Dates may be 2567-05-02, or dates of Excel."),
    N_("A blank cell stays blank: it means neither yes nor no."),
    N_("A value that is not in a list is taken as “other” with your text, and you are told."),
    N_(
        "Columns after the standard's are ours. Leave the identifier as it is: it finds the "
        "dataset again."
    ),
    N_("Before anything is written you see a report of every row and cell."),
)


def start_sheet(book: Any, kind: SheetKind, language: str) -> Any:
    """Add one of the ten sheets with its first five rows; return it, to append rows to."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    sheet = book.create_sheet(kind.name)
    columns = kind.columns("pcio")
    _prepare(sheet, columns)
    rows = description()["rows"]
    standard = len(kind.columns("2.2"))
    fill, pale = PatternFill("solid", _BLUE), PatternFill("solid", _PALE)
    white, dark = Font(bold=True, color="FFFFFFFF"), Font(bold=True)
    small, example = Font(size=8, color=_GREY), Font(italic=True, color=_GREY)
    top = Alignment(wrap_text=True, vertical="top")

    def styled(text: str, font: Any, back: Any = None) -> Any:
        return _styled(sheet, text, font, back, top)

    sheet.append([styled(_about(kind).text(language), dark)])
    sheet.append([styled(_help(kind, column, language), small) for column in columns])
    sheet.append([styled(column.name, small) for column in columns])
    sheet.append(
        [
            styled(
                _heading(kind, column, language), *((white, fill) if i < standard else (dark, pale))
            )
            for i, column in enumerate(columns)
        ]
    )
    sheet.append([styled(_example(kind, column, language), example) for column in columns])
    _add_choices(sheet, kind, columns, rows["first"], language)
    return sheet


def _prepare(sheet: Any, columns: tuple[Column, ...]) -> None:
    for index, column in enumerate(columns):
        dimension = sheet.column_dimensions[letter(index)]
        dimension.width = 44 if column.name in _WIDE else 24
        # A date or a number typed in stays as it was typed.
        dimension.number_format = _TEXT_FORMAT
    sheet.row_dimensions[2].height = 60
    sheet.row_dimensions[4].height = 34
    sheet.freeze_panes = f"D{description()['rows']['first']}"


def _styled(sheet: Any, text: str, font: Any, fill: Any, alignment: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    if not text:
        return None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.font = font
    cell.alignment = alignment
    cell.number_format = _TEXT_FORMAT
    if fill is not None:
        cell.fill = fill
    return cell


def _about(kind: SheetKind) -> Message:
    found = vocabulary("data_type").by_key(kind.kind)
    message = {
        "dataset": N_("Datasets of the type {type}: one row each, from row 6 on"),
        "resource": N_("Files of datasets of the type {type}: one row each, from row 6 on"),
    }[kind.part]
    return Message(message, {"type": found.value if found else ""})


def _field(kind: SheetKind, column: Column) -> Mapping[str, Any]:
    fields = dataset_fields() if kind.part == "dataset" else resource_fields()
    return fields.get(column.field, {})


def _in(text: Any, language: str) -> str:
    return (text.get(language) or "") if isinstance(text, Mapping) else str(text or "")


def _heading(kind: SheetKind, column: Column, language: str) -> str:
    required = _field(kind, column).get("required") or column.name in kind.required
    return f"{column.label[language]} *" if required else column.label[language]


def _help(kind: SheetKind, column: Column, language: str) -> str:
    return _in(_field(kind, column).get("help_text"), language)


def _example(kind: SheetKind, column: Column, language: str) -> str:
    if column.field == "data_type":
        found = vocabulary("data_type").by_key(kind.kind)
        return found.value if found else ""
    written = description()["examples"].get(column.name)
    if written:
        return written
    of_schema = _field(kind, column)
    words = _words(of_schema)
    if words is None:
        shown = of_schema.get("pcio_example") or of_schema.get("form_placeholder")
        return _in(shown, language)
    return _lists()[words.name][0]


def _words(of_schema: Mapping[str, Any]) -> Vocabulary | None:
    preset = of_schema.get("preset")
    if preset in ("pcio_term", "pcio_terms", "pcio_boolean"):
        return vocabulary(field_vocabulary_name(of_schema))
    return None


# ---- lists to choose from


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, tuple[str, ...]]:
    """Return what cells offer, by vocabulary: words of the newest version, Thai for yes and no."""
    found: dict[str, tuple[str, ...]] = {}
    for words in vocabularies().values():
        yes_or_no = {term.value for term in words.terms} == {"True", "False"}
        found[words.name] = tuple(
            term.th if yes_or_no else term.value
            for term in words.terms
            if not term.not_present and ("2.2" in term.versions)
        )
    return found


def add_lists(book: Any, language: str) -> None:
    """Add the sheet with the words of every list, a column each."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    sheet = book.create_sheet(description()["sheets"]["lists"])
    named = [(vocabularies()[name], words) for name, words in _lists().items()]
    for index in range(len(named)):
        sheet.column_dimensions[letter(index)].width = 32
    sheet.freeze_panes = "A2"
    bold, top = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.append([_styled(sheet, words.label(language), bold, None, top) for words, _ in named])
    for row in range(max(len(words) for _, words in named)):
        sheet.append(
            [
                _styled(sheet, words[row] if row < len(words) else "", Font(), None, top)
                for _, words in named
            ]
        )


def _add_choices(
    sheet: Any, kind: SheetKind, columns: tuple[Column, ...], first: int, language: str
) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    order = list(_lists())
    for index, column in enumerate(columns):
        of_schema = _field(kind, column)
        words = vocabulary("high_value_dataset") if column.name == "private" else _words(of_schema)
        if words is None or column.name == "d_type":
            continue
        place, count = letter(order.index(words.name)), len(_lists()[words.name])
        choice = DataValidation(
            type="list",
            formula1=f"'{description()['sheets']['lists']}'!${place}$2:${place}${count + 1}",
            allow_blank=True,
            # Several values, and a text of one's own, have to be possible.
            showErrorMessage=not (words.multiple or words.by_key(OTHER)),
            showInputMessage=True,
            promptTitle=column.label[language][:30],
            prompt=_prompt(words, language)[:_PROMPT_MOST],
        )
        choice.add(f"{letter(index)}{first}:{letter(index)}{LAST_ROW}")
        sheet.data_validations.append(choice)


def _prompt(words: Vocabulary, language: str) -> str:
    if words.multiple:
        msgid = N_("Several values may be given, with commas between them.")
    elif words.by_key(OTHER):
        msgid = N_("Choose a value; a text of your own is taken as “other”.")
    else:
        msgid = N_("Choose a value.")
    return Message(msgid).text(language)


def add_instructions(book: Any, language: str) -> None:
    """Add the sheet that says how to fill in the others."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    sheet = book.create_sheet(description()["sheets"]["instructions"])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 110
    bold, plain = Font(bold=True), Font()
    top = Alignment(wrap_text=True, vertical="top")
    heading = Message(N_("How to fill in this workbook")).text(language)
    sheet.append([_styled(sheet, heading, Font(bold=True, size=14), None, Alignment())])
    for number, step in enumerate(_STEPS, 1):
        text = Message(step).text(language)
        sheet.append(
            [_styled(sheet, str(number), bold, None, top), _styled(sheet, text, plain, None, top)]
        )
    sheet.append([])
    for kind in sheets():
        about = _about(kind).text(language)
        sheet.append(
            [_styled(sheet, kind.name, bold, None, top), _styled(sheet, about, plain, None, top)]
        )
