"""`assess --format docx|xlsx|zip`: the catalog's part of the form as files."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pty
import subprocess
import sys
import zipfile

import docx
import openpyxl
import pytest

from ckanext.pcio.__main__ import run

from .test_assess_command import RECORDS, dataset, portal  # noqa: F401 - a fixture

DAY = ("--as-of", "2024-06-21")


@pytest.fixture
def source(request, tmp_path):
    """The same three datasets from a file and from a portal."""
    if request.param == "portal":
        return request.getfixturevalue("portal")
    path = tmp_path / "dump.jsonl"
    lines = (json.dumps(dataset(number), ensure_ascii=False) for number in range(3))
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("source", ["dump", "portal"], indirect=True)
def test_a_file_and_a_portal_in_every_format(source, tmp_path):
    for format_ in ("docx", "xlsx", "zip"):
        target = tmp_path / f"form.{format_}"
        arguments = ["assess", source, "--format", format_, "-o", str(target), *DAY]
        assert run([*arguments, "--no-dictionaries", "--province", "จังหวัดตัวอย่าง"]) == 0
    assert docx.Document(str(tmp_path / "form.docx")).paragraphs
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    chosen = {row[0].value: row[5].value for row in book.worksheets[0].iter_rows(min_row=2)}
    assert "แล้วบางส่วน" in chosen["P2.2.1.1"]
    archive = zipfile.ZipFile(tmp_path / "form.zip")
    manifest = json.loads(archive.read("manifest.json"))
    for each in manifest["files"]:
        assert hashlib.sha256(archive.read(each["path"])).hexdigest() == each["sha256"]
    told = {name: manifest[name] for name in ("state", "as_of", "province", "source", "missing")}
    assert told == {
        "state": "proposals",
        "as_of": "2024-06-21",
        "province": "จังหวัดตัวอย่าง",
        "source": source.rpartition("/")[2] if source.endswith("jsonl") else source,
        "missing": [],
    }
    assert archive.read("datasets/P2.2.1.1.csv").decode().count("\r\n") == 4
    assert archive.read("form/pcio-2567.xlsx") == (tmp_path / "form.xlsx").read_bytes()
    assert archive.read("form/pcio-2567.docx") == (tmp_path / "form.docx").read_bytes()


def test_language_and_digits(tmp_path):
    def text(*options):
        target = tmp_path / "form.docx"
        assert (
            run(["assess", str(RECORDS), "--format", "docx", "-o", str(target), *DAY, *options])
            == 0
        )
        with zipfile.ZipFile(target) as archive:
            return archive.read("word/document.xml").decode()

    assert "๒๑ มิถุนายน ๒๕๖๗" in text()
    assert "21 มิถุนายน 2567" in text("--digits", "arabic")
    assert "21 June 2024" in text("--lang", "en")


def test_what_could_not_be_read_is_told():
    """A warning of reading stands in the sheet and in the bundle's form."""
    from ckanext.pcio.report import lists, xlsx_form
    from ckanext.pcio.survey.filled import from_assessment

    from .test_formats import odd

    assessment = odd()
    form = from_assessment(assessment)
    made = xlsx_form.render(
        form, assessment.instrument, lists.from_assessment(assessment), language="en"
    )
    notes = openpyxl.load_workbook(io.BytesIO(made)).worksheets[5]
    assert "Private datasets: not seen" in [row[1].value for row in notes.iter_rows()]


def test_nothing_binary_goes_to_a_terminal():
    command = [sys.executable, "-m", "ckanext.pcio", "assess", str(RECORDS), "--format", "zip"]
    terminal, end = pty.openpty()
    done = subprocess.run(command, stdout=end, stderr=subprocess.PIPE, check=False)
    os.close(end)
    assert done.returncode == 2
    assert "-o" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    # Nothing is there to be read, and nobody who could still write.
    os.set_blocking(terminal, False)
    with pytest.raises(OSError):  # noqa: PT011 - which of two, kernels do not agree on
        os.read(terminal, 1)
    os.close(terminal)


def test_a_full_disk_is_one_sentence(capfdbinary):
    arguments = ["assess", str(RECORDS), "--format", "xlsx", "-o", "/dev/full"]
    assert run(arguments) == 2
    assert "พื้นที่เก็บข้อมูลเต็ม" in capfdbinary.readouterr().err.decode()
