"""The evidence bundle: opened, every digest checked, hostile names, what is missing, its memory."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ckanext.pcio.report import bundle

from . import sheet_forms as forms

ROOT = Path(__file__).parents[2]


def with_pieces(*pieces):
    """The form with these pieces of evidence at its first question, and no other."""
    form = forms.form()
    return replace(
        form,
        answers=tuple(
            replace(answer, attachments=pieces if answer.question == "G1" else ())
            for answer in form.answers
        ),
    )


def made(form=None, open_file=forms.open_pdf, **options):
    target = io.BytesIO()
    bundle.write(form or forms.form(), forms.SURVEY, forms.LISTS, open_file, target, **options)
    return target.getvalue()


def opened(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive, json.loads(archive.read("manifest.json"))


@pytest.fixture(scope="module")
def whole():
    return made()


class TestContents:
    def test_every_file_is_in_the_manifest_with_its_digest(self, whole):
        archive, manifest = opened(whole)
        told = {each["path"]: each for each in manifest["files"]}
        assert set(told) | {"manifest.json"} == set(archive.namelist())
        for path, each in told.items():
            content = archive.read(path)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (
                each["size"],
                each["sha256"],
            )
        assert manifest["missing"] == []

    def test_what_it_holds(self, whole):
        archive, manifest = opened(whole)
        assert archive.namelist() == [
            "form/pcio-2567.docx",
            "form/pcio-2567.xlsx",
            "form/pcio-2567.csv",
            "form/pcio-2567.json",
            "datasets/P2.2.1.1.csv",
            "datasets/P2.2.1.2.csv",
            "evidence/addresses.csv",
            "evidence/G1/yes/G1-1-คำสั่งแต่งตั้ง.pdf",
            "evidence/P2.2.1.1/partial/P2.2.1.1-1-+ประกาศ.docx",
            "README.txt",
            "manifest.json",
        ]
        known = {name: manifest[name] for name in ("edition", "as_of", "state", "province")}
        assert known == {
            "edition": "pcio-2567",
            "as_of": "2024-06-21",
            "state": "locked",
            "province": "จังหวัดตัวอย่าง",
        }
        form = json.loads(archive.read("form/pcio-2567.json"))
        assert form["digest"] == manifest["form_sha256"]
        (piece,) = [each for each in manifest["files"] if each.get("question") == "G1"]
        assert (piece["place"], piece["passage"]) == ("yes", "หน้า 2")

    def test_addresses_and_lists_are_safe_to_open(self, whole):
        archive, _manifest = opened(whole)
        addresses = archive.read("evidence/addresses.csv").decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(addresses, newline="")))
        assert rows[1] == ["G1-2", "G1", "yes", "https://example.go.th/มติ", "", "สำนักงานสถิติจังหวัด"]
        assert "'=HYPERLINK(1)" in archive.read("datasets/P2.2.1.1.csv").decode()

    def test_the_readme_speaks_thai_and_english(self, whole):
        archive, _manifest = opened(whole)
        text = archive.read("README.txt").decode("utf-8-sig")
        assert "\r\n" in text
        assert "ชุดหลักฐานของจังหวัดตัวอย่าง" in text
        assert "21 มิถุนายน 2567" in text
        assert "21 June 2024" in text
        assert "Every file of evidence is here" in text

    def test_names_bear_the_utf8_flag_and_no_time(self, whole):
        archive, _manifest = opened(whole)
        for info in archive.infolist():
            assert info.filename.isascii() or info.flag_bits & 0x800
            assert info.date_time == (2024, 6, 21, 0, 0, 0)

    def test_unzip_takes_it(self, whole, tmp_path):
        (tmp_path / "b.zip").write_bytes(whole)
        subprocess.run(["unzip", "-q", "b.zip"], cwd=tmp_path, check=True, env={"LANG": "C.UTF-8"})
        assert (tmp_path / "evidence/G1/yes/G1-1-คำสั่งแต่งตั้ง.pdf").read_bytes() == forms.PDF


def test_the_same_input_makes_the_same_bytes(whole):
    """Also in another process, time zone, locale and order of hashes."""
    code = (
        "import hashlib; from tests.report import test_bundle as t;"
        "print(hashlib.sha256(t.made()).hexdigest())"
    )
    known = {**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, check=True)
    assert done.stdout.decode().strip() == hashlib.sha256(whole).hexdigest()
    assert made() == whole


def test_hostile_names_stay_inside_and_apart():
    names = [
        "../../x", "../../x", "CON", "con", "A.pdf", "a.PDF", "a\u202egnp.exe", "ก" * 300, "\0", "",
        "/etc/passwd", "C:\\x", "\ud800.pdf",
    ]  # fmt: skip
    form = with_pieces(*(forms.piece(n, name=name) for n, name in enumerate(names)))
    archive, manifest = opened(made(form))
    paths = [each["path"] for each in manifest["files"] if each["kind"] == "evidence"]
    assert len({path.casefold() for path in paths}) == len(names)
    assert all(path.startswith("evidence/G1/yes/") and path.count("/") == 3 for path in paths)
    assert not [path for path in paths if ".." in path or "\u202e" in path or "\\" in path]
    assert max(len(path.rpartition("/")[2].encode()) for path in paths) <= 255
    assert set(paths) <= set(archive.namelist())


class TestWhatIsMissing:
    def broken(self, open_file, **changes):
        form = with_pieces(forms.piece(1), replace(forms.piece(2), **changes))
        archive, manifest = opened(made(form, open_file))
        (lost,) = manifest["missing"]
        assert lost["path"] == "evidence/G1/yes/G1-2-คำสั่งแต่งตั้ง.pdf"
        for text in (
            "มีไฟล์หลักฐาน 1 ไฟล์ที่ไม่อยู่ในชุดนี้",
            "1 files of evidence are NOT in this bundle:",
            lost["path"],
        ):
            assert text in archive.read("README.txt").decode()
        assert "evidence/G1/yes/G1-1-คำสั่งแต่งตั้ง.pdf" in archive.namelist()
        return archive, manifest, lost

    def test_a_file_that_is_gone(self):
        def open_file(attachment):
            if attachment.id == "file-2":
                raise FileNotFoundError(attachment.id)
            return forms.open_pdf(attachment)

        archive, _manifest, lost = self.broken(open_file)
        assert (lost["reason"], lost["found"]) == ("gone", None)
        assert lost["path"] not in archive.namelist()

    def test_a_file_that_is_another_than_it_was(self):
        archive, _manifest, lost = self.broken(forms.open_pdf, sha256="0" * 64)
        digest = hashlib.sha256(forms.PDF).hexdigest()
        assert lost["reason"] == "altered"
        assert lost["found"] == {"size": len(forms.PDF), "sha256": digest}
        assert lost["path"] not in archive.namelist()

    def test_a_file_that_fails_half_way(self):
        class Failing(io.BytesIO):
            def read(self, *size):
                found = super().read(5)
                if self.tell() > 10:
                    raise OSError(5, "input/output error")
                return found

        seen = []

        def open_file(attachment):
            seen.append(attachment.id)
            # The second file is whole when it is looked at, and fails when it is copied.
            fails = seen.count("file-2") == 2 and attachment.id == "file-2"
            return (Failing if fails else io.BytesIO)(forms.PDF)

        archive, manifest, lost = self.broken(open_file)
        (entry,) = [each for each in manifest["files"] if each["path"] == lost["path"]]
        assert (lost["reason"], entry["kind"]) == ("altered", "altered evidence")
        assert lost["found"]["size"] == entry["size"] == len(archive.read(lost["path"])) == 10

    def test_a_full_disk_is_no_bundle(self):
        class Full(io.BytesIO):
            def write(self, data):
                if self.tell() > 1000:
                    raise OSError(28, "no space left on device")
                return super().write(data)

        with pytest.raises(OSError, match="no space"):
            bundle.write(forms.form(), forms.SURVEY, forms.LISTS, forms.open_pdf, Full())


SIZE = 100 << 20


class Zeros(io.RawIOBase):
    """A large file that nobody has to hold, and that tells how much was asked for at once."""

    asked = 0

    def __init__(self):
        super().__init__()
        self.left = SIZE

    def read(self, size=-1):
        Zeros.asked = max(Zeros.asked, self.left if size < 0 else size)
        found = min(self.left, size)
        self.left -= found
        return bytes(found)


class Sink(io.RawIOBase):
    """A place to write to that keeps nothing but its size and the largest piece."""

    def __init__(self):
        super().__init__()
        self.at = self.size = self.most = 0

    def seekable(self):
        return True

    def tell(self):
        return self.at

    def seek(self, to, whence=0):
        self.at = to if whence == 0 else self.size
        return self.at

    def write(self, data):
        self.most = max(self.most, len(data))
        self.at += len(data)
        self.size = max(self.size, self.at)
        return len(data)


def test_no_more_than_a_piece_of_a_file_is_in_memory():
    digest = hashlib.sha256()
    for _ in range(SIZE >> 20):
        digest.update(bytes(1 << 20))
    pieces = (replace(forms.piece(n), size=SIZE, sha256=digest.hexdigest()) for n in range(5))
    target = Sink()
    bundle.write(with_pieces(*pieces), forms.SURVEY, forms.LISTS, lambda _each: Zeros(), target)
    assert target.size > 5 * SIZE
    assert max(Zeros.asked, target.most) <= 1 << 20
