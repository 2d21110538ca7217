"""An access log of a CKAN portal in combined format, the same for the same arguments.

    python bench/log_generator.py LINES FILE

A province's portal: some hundred datasets. People open one, its pages bring in styles, scripts and
pictures the first time, some download; search robots walk through everything; programs call the
API. About one line in five is a robot's, one in a thousand is no line of a log at all.
"""

from __future__ import annotations

import random
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

THAILAND = timezone(timedelta(hours=7))
FIRST = datetime(2026, 1, 5, tzinfo=THAILAND)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATASETS = 800
LINES_A_DAY = 60_000
WORDS = ("ท่องเที่ยว", "แรงงาน", "เกษตร", "สาธารณสุข", "การศึกษา", "ประชากร", "แหล่งน้ำ")
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SYSTEMS = ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")
BROWSERS = [
    *(
        f"Mozilla/5.0 ({system}) {_WEBKIT} Chrome/{n}.0.{patch}.{patch % 7}2 Safari/537.36"
        for system in _SYSTEMS
        for n in range(110, 134)
        for patch in range(6045, 6055)
    ),
    *(
        f"Mozilla/5.0 (Linux; Android {n}; SM-A{model}) {_WEBKIT} Chrome/129.0.0.0 Mobile "
        "Safari/537.36"
        for n in range(9, 15)
        for model in range(105, 505)
    ),
    *(
        f"Mozilla/5.0 (iPhone; CPU iPhone OS {n}_{minor} like Mac OS X) AppleWebKit/605.1.15 "
        f"(KHTML, like Gecko) Version/{n}.{minor} Mobile/15E148 Safari/604.1"
        for n in range(14, 19)
        for minor in range(7)
    ),
]
ROBOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    f"Mozilla/5.0 {_WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    f"Mozilla/5.0 {_WEBKIT} (compatible; Bytespider; spider-feedback@example.org)",
]
PROGRAMS = [
    *("python-requests/2.31.0", "curl/8.4.0", "ckanapi/4.8 (+https://github.com/ckan/ckanapi)"),
    *("Go-http-client/1.1", "okhttp/4.12.0", "R (4.3.1 x86_64-pc-linux-gnu)", "Java/17.0.9"),
]
ASSETS = [
    *(f"/webassets/base/{n:08x}_main.css" for n in range(6)),
    *(f"/webassets/vendor/{n:08x}_jquery.js" for n in range(8)),
    *("/base/images/bg.png", "/favicon.ico", "/uploads/admin/logo.png", "/api/i18n/th"),
    *("/webassets/vendor/font-awesome/webfonts/fa-solid-900.woff2", "/base/images/ckan-logo.png"),
]


@dataclass(frozen=True)
class Dataset:
    """A dataset that the log speaks of."""

    id: str
    name: str
    office: str
    resources: tuple[str, ...]


def portal(seed: int = 2567, number: int = DATASETS) -> list[Dataset]:
    """Return the datasets of the portal whose log `lines` makes with the same `seed`."""
    chance = random.Random(seed)

    def identifier() -> str:
        return str(uuid.UUID(int=chance.getrandbits(128)))

    return [
        Dataset(
            identifier(),
            f"dataset-{position:05}",
            f"org-{chance.randrange(60)}",
            tuple(identifier() for _ in range(chance.randint(1, 5))),
        )
        for position in range(number)
    ]


class _Writer:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed + 1)
        self.datasets = portal(seed)
        self.weights = [1 / (rank + 20) for rank in range(len(self.datasets))]
        people = 40_000
        self.people = [(self._address(), self.chance.choice(BROWSERS)) for _ in range(people)]
        self.robots = [(self._address(), self.chance.choice(ROBOTS)) for _ in range(300)]
        self.programs = [(self._address(), self.chance.choice(PROGRAMS)) for _ in range(200)]
        self.popular = self._popular()

    def _address(self) -> str:
        return ".".join(str(self.chance.randrange(1, 255)) for _ in range(4))

    def _popular(self) -> Iterator[Dataset]:
        while True:
            yield from self.chance.choices(self.datasets, self.weights, k=10_000)

    def requests(self) -> Iterator[tuple[tuple[str, str], str, int]]:
        """Yield who asked, what, and the answer's status."""
        while True:
            kind = self.chance.random()
            if kind < 0.55:
                yield from self._person()
            elif kind < 0.90:
                yield from self._robot()
            else:
                yield from self._program()

    def _person(self) -> Iterator[tuple[tuple[str, str], str, int]]:
        chance, who = self.chance, self.people[int(self.chance.random() ** 2 * len(self.people))]
        for step in range(chance.randint(1, 4)):
            dataset = next(self.popular)
            resource = chance.choice(dataset.resources)
            prefix = chance.choice(("", "", "", "/th", "/en"))
            if chance.random() < 0.5:
                page = chance.randrange(1, 40)
                yield who, f"GET {prefix}/dataset/?q={quote(chance.choice(WORDS))}&page={page}", 200
            yield who, f"GET {prefix}/dataset/{dataset.name}", 200
            if step == 0:
                for asset in chance.sample(ASSETS, chance.randint(8, 16)):
                    yield who, f"GET {asset}", chance.choice((200, 200, 304))
            if chance.random() < 0.5:
                yield who, f"GET {prefix}/dataset/{dataset.name}/resource/{resource}", 200
                yield who, "POST /_tracking", 200
            if chance.random() < 0.35:
                yield who, self._download(dataset, resource), chance.choice((200, 200, 206, 302))

    def _download(self, dataset: Dataset, resource: str) -> str:
        file = f"{quote(self.chance.choice(WORDS))}-2567.csv"
        return f"GET /dataset/{dataset.id}/resource/{resource}/download/{file}"

    def _robot(self) -> Iterator[tuple[tuple[str, str], str, int]]:
        chance, who = self.chance, self.chance.choice(self.robots)
        for _ in range(chance.randint(1, 6)):
            dataset = chance.choice(self.datasets)
            facet = f"tags={quote(chance.choice(WORDS))}&res_format=CSV"
            kind = chance.random()
            if kind < 0.5:
                yield who, f"GET /dataset/?{facet}&page={chance.randrange(90)}", 200
            elif kind < 0.9:
                yield who, f"GET /th/dataset/{dataset.name}", chance.choice((200, 200, 304, 404))
            else:
                yield who, "GET /robots.txt", 200

    def _program(self) -> Iterator[tuple[tuple[str, str], str, int]]:
        chance, who = self.chance, self.chance.choice(self.programs)
        dataset = next(self.popular)
        resource, kind = chance.choice(dataset.resources), chance.random()
        if kind < 0.5:
            for page in range(chance.randint(1, 12)):
                arguments = f"resource_id={resource}&limit=100&offset={100 * page}"
                yield who, f"GET /api/3/action/datastore_search?{arguments}", 200
        elif kind < 0.7:
            yield who, f"GET /api/3/action/package_show?id={dataset.name}", 200
        elif kind < 0.8:
            sql = quote(f'SELECT * FROM "{resource}" LIMIT 10')
            yield who, f"GET /api/3/action/datastore_search_sql?sql={sql}", 200
        elif kind < 0.85:
            yield who, "POST /api/3/action/datastore_search", 200
        elif kind < 0.9:
            yield who, f"GET /dataset/{dataset.name}.jsonld", 200
        elif kind < 0.95:
            yield who, f"GET /datastore/dump/{resource}?bom=True", 200
        else:
            yield who, self._download(dataset, resource), chance.choice((200, 404))


def lines(number: int, seed: int = 2567) -> Iterator[str]:
    """Yield `number` lines without their ends; the same ones for the same `number` and `seed`."""
    writer = _Writer(seed)
    chance = random.Random(seed + 2)
    second, stamp, shown = 0.0, -1, ""
    # Sessions overlap: of forty that run at a time, the next line is anybody's.
    running = [writer.requests() for _ in range(40)]
    for _ in range(number):
        second += chance.expovariate(LINES_A_DAY / 86_400)
        if int(second) != stamp:
            stamp = int(second)
            at = FIRST + timedelta(seconds=stamp)
            shown = at.strftime(f"%d/{MONTHS[at.month - 1]}/%Y:%H:%M:%S +0700")
        (address, agent), request, status = next(running[chance.randrange(40)])
        if chance.random() < 0.001:
            yield "\\x16\\x03\\x01 not a line"
            continue
        size = chance.randrange(200, 90_000)
        referrer = "https://data.example.go.th/dataset/" if chance.random() < 0.6 else "-"
        yield (
            f'{address} - - [{shown}] "{request} HTTP/1.1" {status} {size} "{referrer}" "{agent}"'
        )


def write(number: int, path: Path, seed: int = 2567) -> None:
    """Write `number` lines to `path`."""
    with path.open("w", encoding="ascii", newline="\n") as file:
        for line in lines(number, seed):
            file.write(line + "\n")


if __name__ == "__main__":
    write(int(sys.argv[1].replace("_", "")), Path(sys.argv[2]))
