"""Reading the dashboard's pages as a test does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model

ROLES = ("anonymous", "editor", "sysadmin")


def get(app: Any, url: str, token: str | None = None, status: int = 200) -> Any:
    """Return the answer to a request as the holder of `token`."""
    headers = {"Authorization": token} if token else {}
    return app.get(url, headers=headers, status=status)


def soup(response: Any) -> BeautifulSoup:
    """Return the page of an answer."""
    return BeautifulSoup(response.body, "html.parser")


def number(text: str) -> int:
    """Return the first number in `text`."""
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


def token_of(province: dict[str, Any], role: str) -> str | None:
    """Return the token of a role; the anonymous visitor has none."""
    return None if role == "anonymous" else province[role]


def counts_for(app: Any, token: str | None) -> dict[str, Any]:
    """Return what `pcio_counts_show` counts for the holder of `token`."""
    response = get(app, "/api/3/action/pcio_counts_show", token)
    return response.json["result"]


def rows_behind(app: Any, link: Any, token: str | None) -> tuple[int, int]:
    """Return the number the list states and the rows it shows, over all its pages."""
    page = soup(get(app, link["href"], token))
    stated = number(page.select_one(".pcio-result strong").text)
    shown = len(page.select(".pcio-row"))
    while following := page.select_one(".pcio-pages a[rel=next]"):
        page = soup(get(app, following["href"], token))
        shown += len(page.select(".pcio-row"))
    return stated, shown


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements CKAN's engine runs inside the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)
