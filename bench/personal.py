"""Looking through files for personal data: rows per second and memory.

    .pcio/venv/bin/python bench/personal.py [--rows 200000]

Writes three tables of ten columns (one without people, one with a column each of ids, names and
telephone numbers, one of free text with an address in every row) and one workbook, and looks
through them. The baseline in the same run reads the same file with `csv.reader` (the workbook:
with openpyxl) and does nothing with it. Memory is the peak that the scan itself allocates.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook, load_workbook

from ckanext.pcio.standard.personal.rules import rules
from ckanext.pcio.standard.personal.scan import scan_file
from ckanext.pcio.standard.personal.values import check_digit

RUNS = 3
_PLAIN = ["เมือง", "โนนสูง", "12.5", "14.97992", "102.09776", "2567", "ปกติ", "1,250,000.00", "-"]


def _number(drawn: random.Random) -> str:
    twelve = f"{drawn.randint(1, 8)}{drawn.randint(0, 10**11 - 1):011}"
    return twelve + str(check_digit(twelve))


def _row(kind: str, number: int, drawn: random.Random) -> list[str]:
    row = [str(number), *_PLAIN]
    if kind == "people":
        row[1:4] = [_number(drawn), "นางสาวสมมุติ ตัวอย่าง", f"08{drawn.randint(0, 10**8 - 1):08}"]
    elif kind == "text":
        row[1] = "ติดต่อสอบถามรายละเอียดเพิ่มเติมได้ที่งานบริการ โทร 044-123456 info@example.go.th"
    return row


def _csv(path: Path, kind: str, rows: int) -> None:
    drawn = random.Random(5)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f"คอลัมน์{place}" for place in range(10)])
        writer.writerows(_row(kind, number, drawn) for number in range(rows))


def _xlsx(path: Path, rows: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("a")
    drawn = random.Random(5)
    sheet.append([f"คอลัมน์{place}" for place in range(10)])
    for number in range(rows):
        sheet.append(_row("people", number, drawn))
    book.save(path)


def _read_csv(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        for _row in csv.reader(file):
            pass


def _read_xlsx(path: Path) -> None:
    for _row in load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True):
        pass


def _seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def _peak(work: Callable[[], object]) -> float:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print a line for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    limits = {**rules().limits, "seconds": 10_000}
    print(f"{'file':22}{'baseline/s':>14}{'scan/s':>12}{'x baseline':>12}{'peak MB':>10}  findings")
    with TemporaryDirectory() as folder:
        for name, number in (
            ("plain", rows),
            ("people", rows),
            ("text", rows),
            ("book", rows // 10),
        ):
            path = Path(folder) / f"{name}.{'xlsx' if name == 'book' else 'csv'}"
            read: Callable[[Path], None] = _read_csv
            if name == "book":
                _xlsx(path, number)
                read = _read_xlsx
            else:
                _csv(path, name, number)
            content = path.read_bytes()

            def scan(path: Path = path, content: bytes = content) -> int:
                return len(scan_file(io.BytesIO(content), path.name, "", limits).findings)

            baseline, took = _seconds(lambda path=path, read=read: read(path)), _seconds(scan)
            found = scan()
            print(
                f"{path.name:22}{number / baseline:14,.0f}{number / took:12,.0f}"
                f"{took / baseline:12.1f}{_peak(scan):10.1f}  {found}",
                flush=True,
            )


if __name__ == "__main__":
    main()
