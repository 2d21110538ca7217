"""How fast a catalog becomes facts and answers, against plain json.loads of the same file.

    python bench/assess.py [--datasets 25000]

Prints seconds, processor seconds, datasets per second and peak memory of each step, each in a
process of its own, and the ratio of processor seconds to the baseline. Target (design.md §11):
`assess` of 25,000 datasets in less than 10 s.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from catalog_generator import write

from ckanext.pcio.catalog.counts import count
from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.file import read_file

TODAY = date(2024, 6, 21)


def baseline(path: str) -> int:
    """Parse every line, and nothing else."""
    with Path(path).open("rb") as file:
        return sum(1 for line in file if json.loads(line))


def facts(path: str) -> int:
    """Read the file and draw the facts of every dataset."""
    return len(_facts(path))


def _facts(path: str) -> list[DatasetFacts]:
    settings = FactsSettings()
    return [facts_from_dataset(dataset, settings) for dataset in read_file(path).datasets]


def counts(path: str) -> int:
    """Only the counting, over facts drawn before the clock starts."""
    found = _facts(path)
    CLOCK.start()
    return count(found, TODAY).all["datasets"]


def assess(path: str) -> int:
    """The whole command, as a person runs it."""
    command = [sys.executable, "-m", "ckanext.pcio", "assess", path, "--format", "json"]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "out.json"
        subprocess.run([*command, "-o", str(result)], check=True, stderr=subprocess.DEVNULL)
        return json.loads(result.read_text("utf-8"))["counts"]["all"]["datasets"]


STEPS: dict[str, Callable[[str], int]] = {
    "json.loads (baseline)": baseline,
    "facts": facts,
    "counts": counts,
    "assess": assess,
}


class Clock:
    """Wall and processor time since `start`; the step itself may start it anew."""

    def start(self) -> None:
        """Begin at zero."""
        self.wall, self.processor = time.perf_counter(), self._used()

    def read(self) -> tuple[float, float]:
        """Return wall and processor seconds."""
        return time.perf_counter() - self.wall, self._used() - self.processor

    def _used(self) -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in used)


CLOCK = Clock()


def measured(step: str, path: str) -> tuple[float, float, float, int]:
    """Run one step in a process of its own: wall and processor seconds, peak MB, datasets."""
    command = [sys.executable, __file__, "--step", step, "--file", path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return tuple(json.loads(done.stdout))


def run_step(step: str, path: str) -> None:
    """Run one step here and print its figures."""
    CLOCK.start()
    number = STEPS[step](path)
    wall, processor = CLOCK.read()
    who = resource.RUSAGE_CHILDREN if step == "assess" else resource.RUSAGE_SELF
    print(json.dumps([wall, processor, resource.getrusage(who).ru_maxrss / 1024, number]))


def main() -> None:
    """Generate the catalog, measure each step, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--datasets", type=int, default=25_000)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--file")
    chosen = parser.parse_args()
    if chosen.step:
        run_step(chosen.step, chosen.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.jsonl"
        write(chosen.datasets, path)
        megabytes = path.stat().st_size / (1 << 20)
        print(f"{chosen.datasets} datasets, {megabytes:.0f} MB, {os.cpu_count()} processors")
        print(f"{'step':<24}{'s':>8}{'cpu s':>8}{'datasets/s':>12}{'peak MB':>9}{'x base':>8}")
        base = 0.0
        for step in STEPS:
            wall, processor, peak, number = measured(step, str(path))
            base = base or processor
            print(
                f"{step:<24}{wall:>8.2f}{processor:>8.2f}{number / wall:>12,.0f}{peak:>9.0f}"
                f"{processor / base:>8.1f}"
            )
            if number != chosen.datasets:
                sys.exit(f"{step} saw {number} datasets, not {chosen.datasets}")


if __name__ == "__main__":
    main()
