"""`python -m ckanext.pcio assess`, run as people run it."""

import csv
import functools
import http.server
import io
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

from ckanext.pcio.__main__ import looks_like_host

DATA = Path(__file__).parent.parent / "data"
RECORDS = DATA / "real_records.json"
THAI = range(0x0E01, 0x0E5C)


def command(*arguments, **options):
    known = {
        "capture_output": True,
        "timeout": 60,
        "env": {**os.environ, "PYTHONIOENCODING": "utf-8", "PCIO_DEBUG": ""},
    }
    python = [sys.executable, "-m", "ckanext.pcio", *map(str, arguments)]
    return subprocess.run(python, **{**known, **options})


def answer(report, question):
    return next(each for each in report["answers"] if each["id"] == question)


def is_one_thai_sentence(stderr: bytes) -> bool:
    (line,) = [x for x in stderr.decode().splitlines() if not x.startswith(" ")][-1:]
    assert "Traceback" not in stderr.decode()
    return any(ord(c) in THAI for c in line)


def refused(result) -> str:
    assert result.returncode == 2, result.stderr.decode()
    assert result.stdout == b""
    assert is_one_thai_sentence(result.stderr)
    return result.stderr.decode()


def dataset(number, **changes):
    return {
        "id": f"id-{number}",
        "name": f"dataset-{number}",
        "title": f"ชุดข้อมูลที่ {number}",
        "state": "active",
        "private": False,
        "data_category": "ข้อมูลสาธารณะ",
        "resources": [{"id": f"r-{number}", "format": "CSV", "url": "https://x.example/a.csv"}],
        **changes,
    }


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.json"
    path.write_text(json.dumps([dataset(1), dataset(2)], ensure_ascii=False), encoding="utf-8")
    return path


class TestRealRecords:
    @pytest.mark.parametrize("format_", ["text", "json", "csv"])
    @pytest.mark.parametrize("language", ["th", "en"])
    def test_every_format(self, format_, language):
        result = command("assess", RECORDS, "--format", format_, "--lang", language)
        assert result.returncode == 0, result.stderr.decode()
        assert "ข้อมูลสถิติ" in result.stdout.decode("utf-8-sig")
        assert "Traceback" not in result.stderr.decode()

    def test_nothing_is_invented_and_every_record_is_counted(self):
        report = json.loads(command("assess", RECORDS, "--format", "json").stdout)
        written = json.loads(RECORDS.read_text(encoding="utf-8"))
        assert report["counts"]["all"]["datasets"] == len(written)
        # None of the records shows all its mandatory fields.
        assert report["counts"]["all"]["complete"] == 0
        public = [r for r in written if r.get("data_category") == "ข้อมูลสาธารณะ"]
        assert report["counts"]["all"]["disclosable"] <= len(public)
        assert report["source"]["kind"] == "file"
        assert report["source"]["sees_private"] is False
        first = answer(report, "P2.2.1.1")
        assert first["option"] != "complete"
        assert first["values"]["metadata"] is False

    def test_oddities_are_reported_with_their_places(self):
        report = json.loads(command("assess", RECORDS, "--format", "json").stdout)
        assert report["oddities"]
        for group in report["oddities"]:
            assert group["count"] == len(group["examples"])
            assert group["message"]


class TestSources:
    def test_standard_input(self, records):
        piped = command("assess", "-", "--format", "json", input=records.read_bytes())
        assert json.loads(piped.stdout)["counts"]["all"]["datasets"] == 2

    def test_json_lines(self, tmp_path):
        path = tmp_path / "records.jsonl"
        lines = (json.dumps(dataset(n), ensure_ascii=False) for n in range(5))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        report = json.loads(command("assess", path, "--format", "json").stdout)
        assert report["counts"]["all"]["datasets"] == 5

    def test_an_empty_catalog(self, tmp_path):
        path = tmp_path / "records.json"
        path.write_text("[]", encoding="utf-8")
        report = json.loads(command("assess", path, "--format", "json").stdout)
        assert set(report["counts"]["all"].values()) == {0}
        options = {a["id"]: a["option"] for a in report["answers"]}
        assert options["P2.2.1.1"] == "none"

    def test_a_private_record_shows_that_the_file_sees_private(self, tmp_path):
        path = tmp_path / "records.json"
        records = [dataset(1), dataset(2, data_category="ข้อมูลใช้ภายในหน่วยงาน", private=True)]
        path.write_text(json.dumps(records), encoding="utf-8")
        report = json.loads(command("assess", path, "--format", "json").stdout)
        assert report["source"]["sees_private"] is True
        assert answer(report, "P2.2.1.1")["option"] == "complete"

    def test_includes_private(self, records):
        option = {}
        for flag in ((), ("--includes-private",)):
            result = command("assess", records, "--format", "json", *flag)
            option[flag] = answer(json.loads(result.stdout), "P2.2.1.1")["option"]
        assert option == {(): "partial", ("--includes-private",): "complete"}

    def test_a_portal(self, portal):
        result = command("assess", portal, "--format", "json", "--no-dictionaries")
        assert result.returncode == 0, result.stderr.decode()
        report = json.loads(result.stdout)
        assert report["source"] == {"kind": "remote", "location": portal, "sees_private": False}
        assert report["counts"]["all"]["datasets"] == 3
        assert answer(report, "P2.2.1.2")["option"] == ["agency_catalog"]
        assert answer(report, "P2.2.1.2")["values"]["url"] == portal


@pytest.fixture
def portal():
    """A CKAN API with three datasets."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = [dataset(n) for n in range(3)]
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            start = int(query.get("start", ["0"])[0])
            known = {
                "package_search": {"count": 3, "results": found[start:]},
                "status_show": {"ckan_version": "2.9.11", "extensions": [], "site_url": ""},
            }
            action = self.path.partition("?")[0].rstrip("/").rpartition("/")[2]
            body = json.dumps({"success": action in known, "result": known.get(action)}).encode()
            self.send_response(200 if action in known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name the server calls

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class TestOptions:
    def test_as_of_decides(self, records):
        result = command("assess", records, "--format", "json", "--as-of", "2024-02-29")
        assert json.loads(result.stdout)["as_of"] == "2024-02-29"

    def test_channels_and_province(self, records):
        result = command(
            *("assess", records, "--format", "text", "--province", "จังหวัดตัวอย่าง"),
            *("--data-go-th", "sample", "--own-system", "https://open.example.go.th"),
        )
        sheet = result.stdout.decode()
        assert "จังหวัดตัวอย่าง" in sheet
        assert "https://data.go.th/organization/sample" in sheet
        assert "https://open.example.go.th" in sheet

    def test_help_is_thai_first(self):
        assert "แบบสำรวจ" in command("assess", "--help").stdout.decode()
        english = command("assess", "--lang", "en", "--help").stdout.decode()
        assert "readiness survey" in english
        assert command("--help").returncode == 0

    def test_only_the_result_goes_to_standard_output(self, records):
        json.loads(command("assess", records, "--format", "json").stdout)
        rows = command("assess", records, "--format", "csv").stdout.decode("utf-8-sig")
        assert next(csv.reader(io.StringIO(rows)))[0] == "part"


class TestRefusals:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("assess",),
            ("asses", "x.json"),
            ("assess", "x.json", "--formt", "json"),
            ("assess", "x.json", "--format", "docx"),
            ("assess", "x.json", "--survey", "pcio-2400"),
            ("assess", "x.json", "--survey", "../../etc/passwd"),
            ("assess", "x.json", "--as-of", "yesterday"),
            ("assess", "x.json", "--as-of", "20240621"),
            ("assess", "x.json", "--as-of", "2024-02-30"),
            ("assess", "no-such-file.json"),
            ("assess", "."),
            ("assess", ""),
        ],
    )
    def test_a_mistake_is_one_thai_sentence(self, arguments, tmp_path):
        refused(command(*arguments, cwd=tmp_path))

    def test_a_buddhist_date_is_named_with_its_gregorian_year(self, records):
        assert "2024-06-21" in refused(command("assess", records, "--as-of", "2567-06-21"))
        assert "2024-02-29" in refused(command("assess", records, "--as-of", "2567-02-29"))

    def test_english_on_request(self, tmp_path):
        result = command("assess", "no-such-file.json", "--lang", "en", cwd=tmp_path)
        assert result.returncode == 2
        assert not any(ord(c) in THAI for c in result.stderr.decode())

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[1, 2", b"\xff\xfe\x00", b"%PDF-1.7 \x00\x01", b'"text"', b"<html></html>"],
    )
    def test_a_file_that_is_no_catalog(self, tmp_path, content):
        path = tmp_path / "wrong.json"
        path.write_bytes(content)
        assert "wrong.json" in refused(command("assess", path))

    def test_an_unreachable_portal(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        assert str(port) in refused(command("assess", f"http://127.0.0.1:{port}"))

    def test_a_site_that_is_no_portal(self, tmp_path):
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
        handler.log_message = lambda *_: None
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            refused(command("assess", f"http://127.0.0.1:{server.server_port}"))
        finally:
            server.shutdown()
            server.server_close()


class TestAddresses:
    @pytest.mark.parametrize(
        ("source", "host"),
        [
            ("chiangmai.gdcatalog.go.th", True),
            ("data.example.go.th/th/dataset", True),
            ("data.example.go.th:8080", True),
            ("records.json", False),
            ("dump.jsonl.gz", False),
            ("folder/records.json", False),
            ("folder.of.may/records.json", False),
            ("records", False),
            ("-", False),
            ("", False),
        ],
    )
    def test_a_host_is_told_from_a_file(self, source, host):
        assert looks_like_host(source) is host

    def test_a_file_that_is_there_is_a_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "catalog.go.th").write_text("[]")
        assert not looks_like_host("catalog.go.th")

    def test_spaces_around_an_address_do_no_harm(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert address in refused(command("assess", f"  {address}/dataset/x  "))

    def test_no_source_at_all(self):
        assert "assess" not in refused(command("assess", ""))


class TestOutputFile:
    def test_written_whole(self, records, tmp_path):
        out = tmp_path / "answers.json"
        result = command("assess", records, "--format", "json", "-o", out)
        assert (result.returncode, result.stdout) == (0, b"")
        assert json.loads(out.read_text(encoding="utf-8"))["survey"] == "pcio-2567"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["answers.json", "records.json"]
        assert out.stat().st_mode & 0o777 == 0o666 & ~_umask()

    @pytest.mark.parametrize("place", ["no-such-folder/x.json", "."])
    def test_a_place_that_cannot_be_written(self, records, tmp_path, place):
        refused(command("assess", records, "-o", tmp_path / place))
        assert [p.name for p in tmp_path.iterdir()] == ["records.json"]

    def test_a_full_disk(self, records):
        assert "เต็ม" in refused(command("assess", records, "-o", "/dev/full"))

    def test_an_older_result_stays_when_reading_fails(self, tmp_path):
        out = tmp_path / "answers.txt"
        out.write_text("old")
        (tmp_path / "wrong.json").write_text("{")
        refused(command("assess", tmp_path / "wrong.json", "-o", out))
        assert out.read_text() == "old"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["answers.txt", "wrong.json"]

    def test_a_link_is_kept(self, records, tmp_path):
        real = tmp_path / "real.txt"
        real.write_text("old")
        link = tmp_path / "link.txt"
        link.symlink_to(real)
        assert command("assess", records, "-o", link).returncode == 0
        assert link.is_symlink()
        assert "P2.2.1.1" in real.read_text(encoding="utf-8")

    def test_a_device(self, records):
        assert command("assess", records, "-o", "/dev/null").returncode == 0


def _umask():
    current = os.umask(0)
    os.umask(current)
    return current


class TestInterruptions:
    def test_a_closed_pipe_is_quiet(self, tmp_path):
        path = tmp_path / "many.json"
        path.write_text(json.dumps([dataset(n) for n in range(500)]), encoding="utf-8")
        python = [sys.executable, "-m", "ckanext.pcio", "assess", str(path), "--format", "json"]
        process = subprocess.Popen(python, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        error = process.stderr.read().decode()
        process.stderr.close()
        assert process.wait(60) == 141
        assert "Traceback" not in error
        assert "BrokenPipe" not in error

    def test_ctrl_c(self, tmp_path):
        out = tmp_path / "answers.json"
        python = [sys.executable, "-m", "ckanext.pcio", "assess", "-", "-o", str(out)]
        process = subprocess.Popen(
            python, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + 20
        while not list(tmp_path.iterdir()):  # the place of the result is taken before reading
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
        assert process.returncode == 130
        assert stdout == b""
        assert is_one_thai_sentence(stderr)
        assert list(tmp_path.iterdir()) == []


BARE = textwrap.dedent(
    """
    import sys

    class Refuse:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] in {"ckan", "flask", "sqlalchemy", "ckanapi", "jinja2"}:
                raise ModuleNotFoundError(f"{name} is not here")

    sys.meta_path.insert(0, Refuse())
    from ckanext.pcio.__main__ import main

    main(sys.argv[1:])
    """
)


def test_works_without_ckan(records):
    result = subprocess.run(
        [sys.executable, "-c", BARE, "assess", str(records), "--format", "json"],
        capture_output=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr.decode()
    assert json.loads(result.stdout)["counts"]["all"]["datasets"] == 2


def test_starts_fast():
    """Its own imports take less than half a second; the fastest of three counts."""
    script = (
        "import time; start = time.perf_counter(); import ckanext.pcio.__main__; "
        "print(time.perf_counter() - start)"
    )
    times = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True).stdout)
        for _ in range(3)
    ]
    assert min(times) < 0.5
