"""`python -m ckanext.pcio assess SOURCE`: the answers of any catalog, without CKAN or a server.

Nothing but the result goes to standard output. A mistake is one sentence on standard error and
exit code 2. Thai is the first language; `--lang en` changes report, help and errors.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from ckanext.pcio.report.output import Output, OutputClosed, OutputError
from ckanext.pcio.standard.messages import N_, Message

if TYPE_CHECKING:
    from ckanext.pcio.catalog.facts import DatasetFacts
    from ckanext.pcio.catalog.readers.reading import Reading
    from ckanext.pcio.survey.assessment import Assessment
    from ckanext.pcio.survey.filled import Attachment

FORMATS = ("text", "json", "csv", "docx", "xlsx", "zip")
# The filled form and its bundle: nothing a terminal could show.
BINARY = frozenset({"docx", "xlsx", "zip"})
EXIT_ERROR = 2
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/.*)?", re.IGNORECASE)
_FILE_ENDINGS = frozenset({"json", "jsonl", "ndjson", "gz", "txt", "csv", "xls", "xlsx", "zip"})


class AssessError(click.ClickException):
    """A mistake that ends the command with one sentence."""

    exit_code = EXIT_ERROR

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.sentence = message


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    chosen = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(chosen))


def run(arguments: list[str]) -> int:
    """Run the command line with `arguments` and return its exit code."""
    language = language_of(arguments)
    try:
        result = group(language).main(arguments, prog_name="pcio", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        complain(Message(N_("Stopped. Nothing was written.")), language)
        return EXIT_INTERRUPTED
    except OutputClosed:
        # What Python still holds for standard output must not be written either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except click.ClickException as error:
        complain(sentence(error), language)
        return EXIT_ERROR
    except Exception as error:
        if os.environ.get("PCIO_DEBUG"):
            raise
        unexpected = N_(
            "Something went wrong that was not foreseen ({error}). Nothing was written."
        )
        complain(Message(unexpected, {"error": f"{type(error).__name__}: {error}"}), language)
        return EXIT_ERROR
    return result if isinstance(result, int) else 0


def language_of(arguments: Sequence[str]) -> str:
    """Return the language the arguments ask for, before they are parsed: "th" or "en"."""
    for i, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and i + 1 < len(arguments):
            value = arguments[i + 1]
        if value == "en":
            return "en"
    return "th"


def complain(message: Message, language: str) -> None:
    """Write one sentence to standard error."""
    text = " ".join(message.text(language).split())
    print(text.encode("utf-8", "replace").decode("utf-8"), file=sys.stderr)


def sentence(error: click.ClickException) -> Message:
    """Return what an error of the command line is to a reader."""
    if isinstance(error, AssessError):
        return error.sentence
    if isinstance(error, click.NoSuchOption):
        return Message(
            N_("There is no option {option}. See --help."), {"option": error.option_name}
        )
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else ""
        return Message(N_("{name} is missing. See --help."), {"name": name})
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param else ""
        return Message(
            N_("{name} cannot have this value. See --help. ({detail})"),
            {"name": name, "detail": error.message},
        )
    return Message(
        N_("The command is not understood. See --help. ({detail})"),
        {"detail": error.format_message()},
    )


def group(language: str) -> click.Group:
    """Return the command line with its help in `language`."""

    def say(msgid: str) -> str:
        return Message(msgid).text(language)

    options: list[Callable[[Any], Any]] = [
        click.argument("source"),
        click.option(
            "--survey",
            default="pcio-2567",
            show_default=True,
            metavar="EDITION",
            help=say(N_("Edition of the survey.")),
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help=say(N_("Format of the result.")),
        ),
        click.option(
            "-o",
            "--output",
            metavar="FILE",
            help=say(N_("Write the result to this file, whole or not at all.")),
        ),
        click.option(
            "--lang",
            type=click.Choice(("th", "en")),
            default="th",
            show_default=True,
            help=say(N_("Language of the result.")),
        ),
        click.option(
            "--digits",
            type=click.Choice(("thai", "arabic")),
            default="thai",
            show_default=True,
            help=say(N_("Digits of the Thai document (docx, zip).")),
        ),
        click.option(
            "--as-of",
            metavar="DATE",
            help=say(N_("Day of the assessment, as in 2024-06-21; today when left out.")),
        ),
        click.option(
            "--province", default="", help=say(N_("Name of the province, for the heading."))
        ),
        click.option(
            "--data-go-th",
            default="",
            metavar="NAME",
            help=say(N_("The province's organization on data.go.th, for P2.2.1.2.")),
        ),
        click.option(
            "--own-system",
            default="",
            metavar="URL",
            help=say(N_("An open data system the province made itself, for P2.2.1.2.")),
        ),
        click.option(
            "--includes-private",
            is_flag=True,
            help=say(
                N_(
                    "The source shows every private dataset too: a file that holds them even if "
                    "there are none, or a portal with the token in PCIO_API_TOKEN."
                )
            ),
        ),
        click.option(
            "--no-dictionaries",
            is_flag=True,
            help=say(N_("Do not ask a portal for data dictionaries; faster.")),
        ),
    ]

    shown = click.help_option("--help", help=say(N_("Show this help.")))
    options.append(shown)

    def assess(**chosen: Any) -> None:
        run_assess(**chosen)

    for option in reversed(options):
        assess = option(assess)
    summary = say(N_("Propose the answers of the readiness survey from a catalog."))
    detail = say(
        N_(
            "SOURCE is the address of a CKAN portal, a file (the result of package_search, a JSON "
            "list, or JSON lines), or - for standard input."
        )
    )
    command = click.command("assess", help=f"{summary}\n\n{detail}", short_help=summary)(assess)
    title = say(N_("A province's data catalog and its readiness survey."))
    top = shown(click.Group("pcio", help=title))
    top.add_command(command)
    return top


def run_assess(
    *,
    source: str,
    survey: str,
    format_: str,
    output: str | None,
    lang: str,
    digits: Literal["thai", "arabic"],
    as_of: str | None,
    province: str,
    data_go_th: str,
    own_system: str,
    includes_private: bool,
    no_dictionaries: bool,
) -> None:
    """Read `source`, assess it and write the report; raises `AssessError`."""
    from ckanext.pcio.catalog.readers.reading import SourceError  # noqa: PLC0415 - a fast --help
    from ckanext.pcio.survey.assessment import assess  # noqa: PLC0415
    from ckanext.pcio.survey.instrument import InstrumentError, load_instrument  # noqa: PLC0415
    from ckanext.pcio.survey.proposal import SurveySettings  # noqa: PLC0415

    day = parse_day(as_of)
    if format_ in BINARY and output is None and sys.stdout.isatty():
        text = N_("A file of the format {format} is not for a terminal. Add -o FILE.")
        raise AssessError(Message(text, {"format": format_}))
    try:
        instrument = load_instrument(survey)
        with Output(output) as out:
            reading = open_source(source, includes_private, not no_dictionaries)
            facts = list(facts_of(reading))
            assessment = assess(
                instrument,
                facts,
                reading.source,
                day,
                settings=SurveySettings(
                    province_name=province,
                    data_go_th_organization=data_go_th,
                    own_system_url=own_system,
                ),
                warnings=reading.warnings,
            )
            if format_ in BINARY:
                out.write(filled(assessment, format_, lang, digits))
            else:
                out.write(rendered(assessment, format_, lang))
    except (InstrumentError, OutputError, SourceError) as error:
        raise AssessError(error.message) from error


def parse_day(text: str | None) -> date:
    """Return the day `--as-of` names, or today in Thailand; raises `AssessError`."""
    from ckanext.pcio.standard.dates import (  # noqa: PLC0415 - a fast --help
        BUDDHIST_OFFSET,
        LAST_GREGORIAN_YEAR,
        today_in_thailand,
    )

    if text is None:
        return today_in_thailand()
    try:
        found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
        if found is None:
            raise ValueError
        year, month, day = map(int, found.groups())
        # 29 February is in other years of the Buddhist era than of the Gregorian.
        buddhist = year > LAST_GREGORIAN_YEAR
        chosen = date(year - BUDDHIST_OFFSET if buddhist else year, month, day)
    except ValueError:
        wrong = N_("--as-of “{value}” is not a date. Write it as in 2024-06-21.")
        raise AssessError(Message(wrong, {"value": text})) from None
    if buddhist:
        refused = N_(
            "--as-of “{value}” is in the Buddhist era. Write the Gregorian date: {gregorian}."
        )
        raise AssessError(Message(refused, {"value": text, "gregorian": chosen.isoformat()}))
    return chosen


def open_source(source: str, includes_private: bool, dictionaries: bool) -> Reading:
    """Return the datasets of a portal or a file; raises `SourceError`."""
    address = source.strip()
    if address.lower().startswith(("http://", "https://")) or looks_like_host(address):
        from ckanext.pcio.catalog.readers.remote import read_portal  # noqa: PLC0415

        return read_portal(address, dictionaries=dictionaries, includes_private=includes_private)
    from ckanext.pcio.catalog.readers.file import read_file  # noqa: PLC0415

    return read_file(source, includes_private)


def looks_like_host(text: str) -> bool:
    """Whether `text` is a portal's address without its "https://", and no file is meant."""
    is_file = text.rpartition(".")[2].lower() in _FILE_ENDINGS or os.path.lexists(text)
    return not is_file and _HOST.fullmatch(text) is not None


def facts_of(reading: Reading) -> Iterator[DatasetFacts]:
    """Yield the facts of every dataset, with progress on standard error."""
    from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset  # noqa: PLC0415

    settings = FactsSettings()
    site_url = reading.source.location if reading.source.kind == "remote" else None
    with click.progressbar(
        reading.datasets,
        length=reading.total,
        label=reading.source.location,
        file=sys.stderr,
        update_min_steps=20,
        show_eta=reading.total is not None,
    ) as datasets:
        for dataset in datasets:
            yield facts_from_dataset(dataset, settings, site_url)


def rendered(assessment: Assessment, format_: str, language: str) -> bytes:
    """Return the assessment as text, JSON or CSV."""
    from ckanext.pcio.report import csv_report, json_report, text  # noqa: PLC0415

    render = {"text": text.render, "json": json_report.render, "csv": csv_report.render}
    return render[format_](assessment, language)


def filled(
    assessment: Assessment, format_: str, language: str, digits: Literal["thai", "arabic"]
) -> bytes:
    """Return the form as the catalog alone fills it, in one of `BINARY`."""
    from ckanext.pcio.report import bundle, docx, lists, xlsx_form  # noqa: PLC0415
    from ckanext.pcio.survey.filled import from_assessment  # noqa: PLC0415

    form, instrument = from_assessment(assessment), assessment.instrument
    if format_ == "docx":
        return docx.render(form, instrument, language=language, digits=digits)
    rows = lists.from_assessment(assessment)
    if format_ == "xlsx":
        return xlsx_form.render(form, instrument, rows, language=language)
    target = io.BytesIO()
    bundle.write(form, instrument, rows, no_file, target, language=language, digits=digits)
    return target.getvalue()


def no_file(attachment: Attachment) -> NoReturn:
    """Open a file of evidence: a catalog alone has none."""
    raise FileNotFoundError(attachment.name)


if __name__ == "__main__":
    main()
