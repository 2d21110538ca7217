"""Write the tables of docs/dcat.md from the mapping; `--check` exits 1 where they are out of date.

python docs/generate_dcat.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ckanext.pcio.standard.dcat.mapping import DcatMapping, Rule, mapping  # noqa: E402
from ckanext.pcio.standard.fields import dataset_fields, resource_fields  # noqa: E402

PAGE = ROOT / "docs" / "dcat.md"
KINDS = {
    "text": "words, with their language",
    "code": "a name of no language",
    "iri": "address",
    "url": "address",
    "mail": "`mailto:` address",
    "date": "`xsd:date`",
    "boolean": "`xsd:boolean`",
    "term": "URI of the value",
    "terms": "URIs of the values",
    "frequency": "URI for unit and interval together",
    "year_start": "`xsd:date`, 1 January of the Gregorian year",
    "year_end": "`xsd:date`, 31 December of the Gregorian year",
    "bound": "one polygon, `gsp:wktLiteral`",
    "keywords": "each word, with its language",
    "publisher": "the office, a `foaf:Organization`",
    "format": "URI of the file type, or a label",
}


def short(rules: DcatMapping, iri: str) -> str:
    """Return an IRI as prefix:name."""
    for prefix, namespace in rules.prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def fields(rules: DcatMapping, table: Iterable[Rule], schema: Any) -> list[str]:
    """Return the rows of one kind of record."""
    lines = ["| Field | Meaning | Property | Written as | Exactly |", "|---|---|---|---|---|"]
    for rule in table:
        path = short(rules, rule.property)
        if rule.hub:
            path = f"{short(rules, rule.hub.property)} / {path}"
        own = "" if rule.own == rule.property else f"`{short(rules, rule.own)}`"
        label = schema[rule.field]["label"]["en"]
        lines.append(f"| `{rule.field}` | {label} | `{path}` | {KINDS[rule.kind]} | {own} |")
    return lines


def values(rules: DcatMapping) -> list[str]:
    """Return the URIs of every value that has one of a public authority."""
    lines = ["| Vocabulary | Value | Meaning | URI |", "|---|---|---|---|"]
    for name, concepts in rules.concepts.items():
        if name != concepts.vocabulary.name:
            continue
        for term in concepts.vocabulary.terms:
            uri = concepts.uris.get(term.key, "")
            if uri and not uri.startswith(rules.namespace):
                lines.append(f"| `{name}` | {term.value} | {term.en} | {uri} |")
    for (unit, interval), uri in rules.frequencies.items():
        said = f"{unit} {interval}".strip()
        lines.append(f"| frequency | {said} | | {uri} |")
    lines += [f"| `format` | {name} | | {uri} |" for name, uri in rules.formats.items()]
    lines += [f"| group | {n} | {theme.label} | {theme.uri} |" for n, theme in rules.themes.items()]
    return lines


def sources(rules: DcatMapping) -> list[str]:
    """Return where each table of URIs comes from."""
    rows = [f"| `{name}` | {source} | {day} |" for name, source, day in rules.sources]
    return ["| Table | Source | Looked at |", "|---|---|---|", *rows]


def made(text: str) -> str:
    """Return the page with every table between its markers made anew."""
    rules = mapping()
    parts = {
        "dataset": fields(rules, rules.dataset, dataset_fields()),
        "resource": fields(rules, rules.resource, resource_fields()),
        "values": values(rules),
        "sources": sources(rules),
    }
    for name, lines in parts.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        body = "\n".join(lines)
        text = f"{before}{begin}\n{body}\n{end}{after}"
    return text


def main() -> int:
    """Write docs/dcat.md, or compare it with what would be written."""
    old = PAGE.read_text(encoding="utf-8")
    new = made(old)
    if "--check" in sys.argv:
        return int(old != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
