"""Reading and writing the standard's workbook: rows a minute, and memory.

    python bench/workbook.py [--rows 5000]

Seconds are of the processor: a step is one thread that hardly waits. Baseline: openpyxl going over
the same cells of the same file without reading them as anything.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_TYPES = (
    "ข้อมูลระเบียน",
    "ข้อมูลสถิติ",
    "ข้อมูลภูมิสารสนเทศเชิงพื้นที่",
    "ข้อมูลหลากหลายประเภท",
    "ข้อมูลประเภทอื่นๆ",
)


def records(rows: int) -> Iterator[dict[str, Any]]:
    """Yield datasets as a province has them: 26 to 30 fields, two files each."""
    for number in range(rows):
        yield {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "name": f"dataset-{number}",
            "title": f"จำนวนนักท่องเที่ยวจำแนกรายอำเภอ จังหวัดตัวอย่าง ชุดที่ {number}",
            "data_type": _TYPES[number % len(_TYPES)],
            "owner_org": f"office-{number % 40}",
            "private": number % 7 == 0,
            "state": "active",
            "maintainer": "กลุ่มงานยุทธศาสตร์และข้อมูล",
            "maintainer_email": "data@example.go.th",
            "tags": [{"name": "ท่องเที่ยว"}, {"name": "สถิติ"}, {"name": f"ชุด {number}"}],
            "notes": "จำนวนนักท่องเที่ยวชาวไทยและต่างชาติรายเดือน แยกตามอำเภอ " * 4,
            "objective": ["พันธกิจหน่วยงาน", "ยุทธศาสตร์ชาติ"],
            "update_frequency_unit": "เดือน",
            "update_frequency_interval": "1",
            "geo_coverage": "อำเภอ",
            "data_source": "แบบรายงานของอำเภอ",
            "data_format": ["CSV", "XLS"],
            "data_category": "ข้อมูลสาธารณะ",
            "data_classification": "เปิดเผย",
            "license_id": "Open Data Common",
            "accessible_condition": "ไม่มีการจำกัดการเข้าถึงข้อมูล",
            "last_updated_date": "2025-07-09",
            "created_date": "2020-01-15",
            "data_language": ["ไทย"],
            "allow_harvest": "True",
            "resources": [
                {
                    "id": f"00000000-0000-4000-9000-{number:06d}{each:06d}",
                    "name": f"ปี {2566 + each}",
                    "url": f"https://www.example.go.th/data/{number}/{each}.csv",
                    "format": "CSV",
                    "resource_last_updated_date": "2025-07-09",
                }
                for each in range(2)
            ],
        }


def write(path: str, rows: int) -> int:
    """Write the workbook."""
    from ckanext.pcio.standard.workbook.writing import write as write_workbook

    with Path(path).open("wb") as target:
        return write_workbook(records(rows), target)


def read(path: str, _rows: int) -> int:
    """Read every dataset with its files."""
    from ckanext.pcio.standard.workbook.reading import open_workbook

    with open_workbook(path) as workbook:
        found = sum(1 for row in workbook.rows() if len(row.record["resources"]) == 2)
        return found if not workbook.orphans() else 0


def baseline(path: str, rows: int) -> int:
    """Let openpyxl go over the cells."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    return rows


_STEPS = {"write": write, "read": read, "openpyxl alone": baseline}


def _alone(step: str, path: str, rows: int) -> None:
    """Run one step; tell its processor seconds and what memory it needed in addition."""
    import openpyxl  # noqa: F401 - imported before the clock starts, as a server has it

    from ckanext.pcio.standard.workbook import reading, writing  # noqa: F401

    empty = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    found = _STEPS[step](path, rows)
    seconds = time.process_time() - started
    if found != rows:
        raise SystemExit(f"{step}: {found} datasets instead of {rows}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{step}\t{seconds}\t{(peak - empty) / 1024}\t{peak / 1024}")


def main() -> None:
    """Run each step in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--step", choices=list(_STEPS))
    parser.add_argument("--path")
    asked = parser.parse_args()
    if asked.step:
        _alone(asked.step, asked.path, asked.rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "workbook.xlsx")
        print(f"{asked.rows:,} datasets, {2 * asked.rows:,} files")
        for step in _STEPS:
            command = [sys.executable, __file__, "--step", step, "--path", path]
            output = subprocess.run(
                [*command, "--rows", str(asked.rows)], check=True, capture_output=True, text=True
            ).stdout
            _, seconds, more, peak = output.strip().split("\t")
            pace = asked.rows / float(seconds) * 60
            print(
                f"{step:15} {float(seconds):6.2f} s  {pace:10,.0f} rows/min  "
                f"+{float(more):.0f} MB (peak {float(peak):.0f} MB)"
            )
        print(f"file: {Path(path).stat().st_size / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
