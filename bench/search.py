"""Measure the embedded search service on generated Thai datasets.

    python bench/search.py [--datasets 10000] [--rounds 60]

Starts the service as a process of its own and asks it what CKAN asks, over HTTP, one request at a
time. There is no JVM here to compare with Solr (a later bench does); the baseline of this run is
named "scan": a plain Python pass over the same datasets held in memory, that finds the words by
substring, counts the facets and sorts. It is what a catalog without a search engine would do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pysolr

from ckanext.pcio.search import analysis

FACETS = [
    "organization",
    "groups",
    "tags",
    "res_format",
    "license_id",
    "data_type",
    "data_category",
]
DISMAX = {
    "defType": "dismax",
    "tie": "0.1",
    "mm": "2<-1 5<80%",
    "qf": "name^4 title^4 tags^2 groups^2 text",
}
FILTERS = [
    "+capacity:public +dataset_type:dataset +state:(active)",
    '+site_id:"bench"',
    '+permission_labels:("public")',
]
BATCH = 250


class Generator:
    """Datasets of Thai words in natural proportions, the same for the same seed."""

    def __init__(self, seed: int = 2567) -> None:
        self.random = random.Random(seed)
        analysis.load()
        words = sorted(w for w in analysis._dictionary().words if 3 <= len(w) <= 12)
        self.words = self.random.sample(words, 8000)
        self.weights = [1 / (rank + 8) for rank in range(len(self.words))]

    def text(self, count: int, space_every: int) -> str:
        """Return words in a row, with a space after every few."""
        words = self.random.choices(self.words, self.weights, k=count)
        return "".join(w + (" " if n % space_every == 0 else "") for n, w in enumerate(words, 1))

    def dataset(self, number: int) -> dict[str, Any]:
        """Return one dataset as CKAN sends it to its search engine."""
        pick = self.random
        title = self.text(pick.randint(4, 9), 5).strip()
        notes = self.text(pick.randint(25, 70), 6)
        day = f"20{pick.randint(15, 25)}-{pick.randint(1, 12):02d}-{pick.randint(1, 28):02d}"
        modified = f"{day}T{pick.randint(0, 23):02d}:00:00.{pick.randint(0, 999999):06d}Z"
        shown = json.dumps(
            {"id": f"id-{number}", "title": title, "notes": notes}
            | {f"field_{n}": self.words[n] * 4 for n in range(60)}
        )
        return {
            "index_id": f"index-{number}",
            "id": f"id-{number}",
            "name": f"dataset-{number:06d}",
            "title": title,
            "title_string": title,
            "notes": notes,
            "tags": pick.choices(self.words[:3000], self.weights[:3000], k=pick.randint(2, 6)),
            "groups": [f"group-{pick.randrange(15)}"],
            "organization": f"office-{int(pick.paretovariate(0.7)) % 200}",
            "license_id": pick.choice(["cc-by", "odc-by", "other", "notspecified"]),
            "res_format": pick.sample(
                ["CSV", "XLSX", "PDF", "JSON", "GeoJSON"], pick.randint(1, 3)
            ),
            "res_name": [title, notes[:40]],
            "data_type": f"type-{pick.randrange(5)}",
            "data_category": f"category-{pick.randrange(4)}",
            "state": "active",
            "capacity": "public",
            "private": False,
            "site_id": "bench",
            "entity_type": "package",
            "dataset_type": "dataset",
            "permission_labels": ["public"],
            "metadata_created": modified,
            "metadata_modified": modified,
            "data_dict": shown,
            "validated_data_dict": shown,
        }


class Service:
    """The service in a process of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The `solr_url`."""
        return f"http://127.0.0.1:{self.port}/solr/bench"

    def start(self) -> float:
        """Start; return the seconds until it answered."""
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ckanext.pcio.search"),
                *("--data", str(self.directory), "--port", str(self.port)),
            ],
            stdout=subprocess.DEVNULL,
            cwd=Path(__file__).parents[1],
        )
        while True:
            try:
                with urlopen(f"{self.url}/admin/ping", timeout=5):
                    return time.perf_counter() - began
            except (URLError, ConnectionError):
                if self.process.poll() is not None:
                    raise SystemExit("The service did not start.") from None
                time.sleep(0.01)

    def stop(self) -> None:
        """Stop, committing what is pending."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def memory(self) -> tuple[float, float]:
        """Return the private and the peak resident memory of its processes, in MB."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        private = peak = 0.0
        for pid in [str(self.process.pid), *children.split()]:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(("Private_Clean", "Private_Dirty")):
                    private += int(line.split()[1]) / 1024
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    peak += int(line.split()[1]) / 1024
        return private, peak


def questions(words: list[str], random_: random.Random) -> Iterator[tuple[str, Callable[[], dict]]]:
    """The kinds of request, each with a maker of one request's parameters."""

    def common(**more: Any) -> dict[str, Any]:
        return {"fq": FILTERS, "rows": 21, "df": "text", "q.op": "AND"} | more

    def listing(**more: Any) -> dict[str, Any]:
        return common(
            **{
                "fl": "id validated_data_dict",
                "sort": "score desc, metadata_modified desc",
                "facet": "true",
                "facet.field": FACETS,
                "facet.limit": 50,
                "facet.mincount": 1,
            }
            | more
        )

    def word() -> str:
        return words[int(random_.paretovariate(0.35)) % 2000]

    yield "dataset list, 7 facets", lambda: listing(q="*:*")
    yield "one word, 7 facets", lambda: listing(q=word(), **DISMAX)
    yield "two words, 7 facets", lambda: listing(q=f"{word()} {word()}", **DISMAX)
    yield "one word", lambda: common(q=word(), fl="id validated_data_dict", **DISMAX)
    yield "tag and format", lambda: common(q=f'tags:"{word()}" AND res_format:CSV', fl="name")
    yield "sort by date", lambda: common(q="*:*", fl="name", sort="metadata_modified desc")
    yield "sort by title", lambda: common(q="*:*", fl="name", sort="title_string asc")
    yield "page 200", lambda: common(q="*:*", fl="name", sort="name asc", start=4000)
    yield "autocomplete", lambda: common(q=f'title_ngram:"{word()[:3]}"', fl="name,title", rows=11)


def scan(datasets: list[dict[str, Any]], params: dict[str, Any]) -> int:
    """Answer a request by reading everything: the baseline."""
    text = params["q"].split(":", 1)[-1].split(" AND ")[0].strip('"')
    words = [] if params["q"] == "*:*" else text.split()
    found = [
        (d["metadata_modified"], d)
        for d in datasets
        if d["state"] == "active"
        and all(w in d["title"] or w in d["notes"] or w in d["tags"] for w in words)
    ]
    for field in params.get("facet.field", ()):
        counts: Counter[str] = Counter()
        for _, d in found:
            value = d[field]
            counts.update(set(value) if isinstance(value, list) else (value,))
        counts.most_common(50)
    found.sort(key=lambda pair: pair[0], reverse=True)
    return len(found)


def percentiles(seconds: list[float]) -> tuple[float, float]:
    milliseconds = sorted(1000 * s for s in seconds)
    return statistics.median(milliseconds), milliseconds[int(0.95 * (len(milliseconds) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60, help="requests of each kind")
    arguments = parser.parse_args()
    generator = Generator()
    datasets = [generator.dataset(n) for n in range(arguments.datasets)]
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        service.start()
        try:
            report(arguments, generator, datasets, service)
        finally:
            service.stop()


def report(
    arguments: argparse.Namespace,
    generator: Generator,
    datasets: list[dict[str, Any]],
    service: Service,
) -> None:
    solr = pysolr.Solr(service.url, timeout=120)
    began = time.perf_counter()
    for at in range(0, len(datasets), BATCH):
        solr.add(datasets[at : at + BATCH])
    solr.commit()
    taken = time.perf_counter() - began
    size = sum(f.stat().st_size for f in service.directory.rglob("*") if f.is_file()) / 2**20
    print(f"{len(datasets):,} datasets, {os.cpu_count()} cores")
    print(f"index          {len(datasets) / taken:8,.0f} datasets/s   {size:,.0f} MB on disk")
    began = time.perf_counter()
    for dataset in datasets[:50]:
        solr.add([dataset], commit=True)
    print(f"one, committed {(time.perf_counter() - began) / 50 * 1000:8.1f} ms")
    private, peak = service.memory()
    print(f"memory         {private:8,.0f} MB private, {peak:,.0f} MB peak, after indexing")
    service.stop()
    print(f"start          {service.start():8.2f} s to the first answer")
    print(f"{'':26}{'p50 ms':>9}{'p95 ms':>9}{'scan p50':>11}{'ratio':>8}")
    for name, make in questions(generator.words, random.Random(1)):
        times, slow = [], []
        for number in range(arguments.rounds):
            params = make()
            began = time.perf_counter()
            solr.search(**params)
            times.append(time.perf_counter() - began)
            if number < 5:
                began = time.perf_counter()
                scan(datasets, params)
                slow.append(time.perf_counter() - began)
        middle, high = percentiles(times)
        base, _ = percentiles(slow)
        print(f"{name:26}{middle:9.1f}{high:9.1f}{base:11.1f}{base / middle:7.1f}x")
    private, peak = service.memory()
    print(f"memory         {private:8,.0f} MB private, {peak:,.0f} MB peak, after searching")


if __name__ == "__main__":
    main()
