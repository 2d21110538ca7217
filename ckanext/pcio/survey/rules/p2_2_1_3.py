"""P2.2.1.3: whether the province gathers how its open datasets are used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.registers.records import Reuse
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import pair, weaker
from ckanext.pcio.survey.wording import number_of, register_unseen

NAME = "P2.2.1.3"
VERSION = 1
OPTIONS = ("no", "yes")


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" when something is open, with the rows of the form's table.

    Approved reuses come first. Rows that stay free are filled as the form's own note allows where
    the use is not known: dataset, its description, the general public.
    """
    opened = [f for f in context.facts if f.open]
    counted = pair(opened)
    option, caveats = weaker(
        context.question,
        OPTIONS,
        "yes" if counted.all else "no",
        "yes" if counted.own else "no",
    )
    by_id = {f.id: f for f in opened}
    reuses = [r for r in context.registers.reuses if r.approved and set(r.datasets) & by_id.keys()]
    pairs = list(_rows(context, opened, reuses)) if option == "yes" else []
    rows = [row for row, _ in pairs]
    known = sum(not row["by_default"] for row in rows)
    return Proposal(
        question=context.question.id,
        option=option,
        values={
            "rows": rows,
            "reuses": len(reuses),
            "reuses_own": sum(any(by_id[d].own for d in r.datasets if d in by_id) for r in reuses),
            **counted.values("open"),
        },
        reasons=(
            number_of(Message(N_("Open datasets")), counted),
            Message(
                N_(
                    "Approved reuses on record: {reuses}. Rows of the table: {known} from them, "
                    "{default} in the wording the form allows where the use is not known."
                ),
                {"reuses": len(reuses), "known": known, "default": len(rows) - known},
            ),
        ),
        evidence=tuple(
            evidence_row(f) for f in dict.fromkeys(f for _, behind in pairs for f in behind)
        ),
        caveats=(*caveats, *_caveats(context, rows, known)),
        rule=NAME,
        rule_version=VERSION,
    )


def _rows(
    context: RuleContext, opened: list[DatasetFacts], reuses: Iterable[Reuse]
) -> Iterator[tuple[dict[str, Any], list[DatasetFacts]]]:
    """Yield the table's rows with their datasets: own datasets first, newest reuse first."""
    table = context.question.field("rows")
    limit = table.rows or 0
    by_id = {f.id: f for f in opened}
    told = [_told(reuse, by_id) for reuse in _in_order(reuses, by_id)][:limit]
    yield from told
    used = {f.id for _, behind in told for f in behind}
    unknown_user = table.column("user").when_unknown
    free = limit - len(told)
    rest = [
        f
        for f in _most_used_first(context, opened)
        if f.own and f.id not in used and (f.title or f.name)
    ]
    for facts in rest[:free]:
        row = {
            "dataset": facts.title or facts.name,
            "use": facts.summary,
            # The form is filled in Thai, whatever the language of the report.
            "user": unknown_user.th if unknown_user else "",
            "url": facts.url,
            "ids": [facts.id],
            "by_default": True,
        }
        yield row, [facts]


def _in_order(reuses: Iterable[Reuse], by_id: dict[str, DatasetFacts]) -> list[Reuse]:
    def key(reuse: Reuse) -> tuple[bool, int, str]:
        own = any(by_id[d].own for d in reuse.datasets if d in by_id)
        return (not own, -(reuse.date.toordinal() if reuse.date else 0), reuse.how)

    return sorted(reuses, key=key)


def _told(
    reuse: Reuse, by_id: dict[str, DatasetFacts]
) -> tuple[dict[str, Any], list[DatasetFacts]]:
    datasets = [by_id[key] for key in reuse.datasets if key in by_id]
    row = {
        "dataset": ", ".join(f.title or f.name for f in datasets),
        "use": reuse.how,
        "user": reuse.who,
        "url": reuse.link or "",
        "ids": [f.id for f in datasets],
        "by_default": False,
    }
    return row, datasets


def _most_used_first(context: RuleContext, opened: list[DatasetFacts]) -> list[DatasetFacts]:
    usage = context.usage or {}
    # A dataset without a description would leave the second column empty.
    return sorted(opened, key=lambda f: (-usage.get(f.id, 0), not f.summary))


def _caveats(context: RuleContext, rows: list[dict[str, Any]], known: int) -> Iterator[Message]:
    yield from register_unseen(context.source)
    if rows and not known:
        yield Message(
            N_(
                "No approved reuse is on record: the rows rest only on what the form allows where "
                "the use is not known. Recorded reuses make a stronger answer."
            )
        )
    if len(rows) > known and context.usage is None:
        yield Message(N_("The use of the datasets is not known here, so the rows are not ranked."))
    without = sum(not row["use"] for row in rows)
    if without:
        yield Message(
            N_("Rows without a description, because the dataset has none: {number}."),
            {"number": without},
        )
    left_out = sum(
        r.approved and not ({f.id for f in context.facts if f.open} & set(r.datasets))
        for r in context.registers.reuses
    )
    if left_out:
        yield Message(
            N_("Approved reuses left out because their dataset is not open: {number}."),
            {"number": left_out},
        )
