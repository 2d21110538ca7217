"""Answers to any question of the form, for tests: whole ones, and random ones."""

from __future__ import annotations

from hypothesis import strategies as st

TEXTS = st.text("กขคงจ ฉabc12", min_size=1, max_size=12).filter(str.strip).map(str.strip)


def field_values(field, draw, full):
    """Return what a field adds to `values`, drawn by `draw`; everything where `full`."""
    if field.type == "group":
        return fields_values(field.fields, draw, full)
    if not full and draw(st.booleans()):
        return {}
    if field.type in {"choice", "choices"}:
        chosen = some(field.options, draw, full, several=field.type == "choices")
        inner = [f for o in field.options if o.code in as_list(chosen) for f in o.fields]
        return {field.code: chosen, **fields_values(inner, draw, full)}
    if field.type == "matrix":
        return {field.code: {item.code: row(field, item, draw, full) for item in field.items}}
    if field.type == "table":
        columns = [column.code for column in field.columns if not column.evidence]
        rows = [{code: draw(TEXTS) for code in columns}]
        return {field.code: rows * draw(st.integers(1, field.rows))}
    simple = {
        "tick": st.just(True) if full else st.booleans(),
        "text": TEXTS,
        "url": st.just("https://example.go.th/x"),
        "number": st.integers(0, 10**6),
    }
    value = draw(simple[field.type])
    inner = fields_values(field.fields, draw, full) if value is True else {}
    return {field.code: value, **inner}


def fields_values(fields, draw, full):
    found = {}
    for field in fields:
        found.update(field_values(field, draw, full))
    return found


def row(field, item, draw, full):
    if field.groups:
        choice = {group.code: some(item.choices, draw, full) for group in field.groups}
        chosen = set(choice.values())
    else:
        choice = some(item.choices, draw, full, several=field.several)
        chosen = set(as_list(choice))
    asked = [*item.fields, *(f for o in item.choices if o.code in chosen for f in o.fields)]
    return {"choice": choice, "fields": fields_values(asked, draw, full)}


def some(options, draw, full, *, several=False):
    every = [option.code for option in options]
    if several:
        return every if full else draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    return every[-1] if full else draw(st.sampled_from(every))


def as_list(value):
    return [value] if isinstance(value, str) else value


def answer(question, draw, *, full=False):
    """Return an answer to `question` that the form takes."""
    if question.answer == "fields":
        return {"values": fields_values(question.fields, draw, full)}
    chosen = some(question.options, draw, full, several=question.answer == "many")
    asked = []
    for option in question.options:
        taken = option.code in as_list(chosen)
        if taken or question.answer == "many":
            asked += option.fields if taken else option.unchosen_fields
    return {"option": chosen, "values": fields_values(asked, draw, full)}
