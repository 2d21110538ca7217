"""Filled forms that are the same each time: whole, empty and random, with evidence."""

from __future__ import annotations

from random import Random

from ckanext.pcio.survey.filled import Attachment, FilledAnswer, FilledForm
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import codes, places

EDITION = "pcio-2567"
OFFICES = ("สำนักงานจังหวัดตรัง", "สำนักงานสถิติจังหวัดตรัง", "สำนักงานเกษตรจังหวัดตรัง", "")
TEXTS = (
    "จังหวัดจัดทำแผนปฏิบัติการดิจิทัล พ.ศ. 2566 – 2568",
    "ระบบจองคิวออนไลน์ของศาลากลาง",
    "ลดเวลาจาก 30 นาทีเหลือ 5 นาที",
    "31 มีนาคม 2568",
)
PROPOSAL = {
    "values": {},
    "reasons": {"th": ["ข้อมูลเปิด 25 ชุด จาก 40 ชุด"], "en": ["25 of 40 datasets are open"]},
    "caveats": {"th": ["ไม่เห็นชุดข้อมูลส่วนตัว"], "en": ["Private datasets are not seen"]},
    "evidence": [],
    "evidence_count": 1025,
}


def empty(**about):
    questions = load_instrument(EDITION).questions
    return form([FilledAnswer(question=question.id) for question in questions], **about)


def whole(**about):
    """Everything answered, in every table every row, and attached."""
    return form(_answers(Chooser(Random(1), all_of_it=True), _confirmed), **about)


def random(seed, **about):
    """Some options, some texts, some evidence; drafts, overrides, stale answers and skips."""
    chooser = Chooser(Random(seed), all_of_it=False)
    return form(_answers(chooser, lambda question: _mixed(chooser.random, question)), **about)


def form(answers, **about):
    told = {"province": "ตรัง", "as_of": "2026-11-21", "state": "open", **about}
    return FilledForm(edition=EDITION, answers=tuple(answers), **told)


def attached(question, answer, chooser, number=1):
    """Evidence at each place where the answer asks for it."""
    wanted = [place.path for place in places(question, answer) if place.kind == "evidence"]
    found = [place for place in wanted for _ in range(number) if chooser.some()]
    return tuple(chooser.attachment(question.id, n, place) for n, place in enumerate(found, 1))


def _answers(chooser, about):
    for question in load_instrument(EDITION).questions:
        answer = chooser.answer(question)
        proof = attached(question, answer, chooser)
        yield FilledAnswer(
            question=question.id, answer=answer, attachments=proof, **about(question)
        )


def _confirmed(question):
    return {"state": "confirmed", "origin": "own", "confirmed_at": "2026-11-20T03:00:00"}


def _mixed(random, question):
    proposed = question.options[0].code if question.options else None
    return {
        "state": random.choice(("draft", "confirmed")),
        "origin": random.choice(("own", "override")),
        "reason": "ข้อมูลในบัญชียังไม่ครบ",
        "proposal": {**PROPOSAL, "option": proposed} if question.rule else None,
        "stale": random.random() < 0.3,
    }


class Chooser:
    """Answers questions in the shape `survey.places` tells."""

    def __init__(self, random, *, all_of_it):
        self.random = random
        self.all = all_of_it

    def some(self):
        return self.all or self.random.random() < 0.7

    def of(self, options, *, several):
        every = [option.code for option in options]
        if several:
            return [code for code in every if self.some()] or every[:1]
        return every[-1] if self.all else self.random.choice(every)

    def answer(self, question):
        if question.answer == "fields":
            return {"values": self.fields(question.fields)}
        chosen = self.of(question.options, several=question.answer == "many")
        asked = []
        for option in question.options:
            taken = option.code in codes(chosen)
            if taken or question.answer == "many":
                asked += option.fields if taken else option.unchosen_fields
        return {"option": chosen, "values": self.fields(asked)}

    def fields(self, fields):
        values = {}
        for field in fields:
            values.update(self.field(field))
        return values

    def field(self, field):
        if field.type == "group":
            return self.fields(field.fields)
        if not self.some():
            return {}
        if field.type in {"choice", "choices"}:
            chosen = self.of(field.options, several=field.type == "choices")
            inner = [f for o in field.options if o.code in codes(chosen) for f in o.fields]
            return {field.code: chosen, **self.fields(inner)}
        if field.type == "tick":
            return {field.code: True, **self.fields(field.fields)}
        return {field.code: self.value(field)}

    def value(self, field):
        if field.type == "table":
            number = field.rows if self.all else self.random.randint(1, field.rows)
            columns = [column.code for column in field.columns if not column.evidence]
            return [{code: self.random.choice(TEXTS) for code in columns} for _ in range(number)]
        if field.type == "matrix":
            return {item.code: self.row(field, item) for item in field.items if self.some()}
        if field.type == "number":
            return self.random.choice((0, 7, 1234, 99.5))
        if field.type == "url":
            return f"{field.prefix or 'https://trang.go.th/'}หน้า-{self.random.randint(1, 9)}"
        return self.random.choice(TEXTS)

    def row(self, field, item):
        if field.groups:
            choice = {g.code: self.of(item.choices, several=False) for g in field.groups}
            chosen = set(choice.values())
        else:
            choice = self.of(item.choices, several=field.several)
            chosen = set(codes(choice))
        asked = [*item.fields, *(f for o in item.choices if o.code in chosen for f in o.fields)]
        return {"choice": choice, "fields": self.fields(asked)}

    def attachment(self, question, number, place):
        kind = "file" if self.all else self.random.choice(("file", "url"))
        return Attachment(
            id=f"{question}-{number}",
            place=place,
            kind=kind,
            name=f"คำสั่งที่ {number}-2567.pdf" if kind == "file" else "",
            url=f"https://trang.go.th/doc/{number}" if kind == "url" else "",
            size=1536 * 1000 * number if kind == "file" else None,
            passage="หน้า 3 ข้อ 2" if self.some() else "",
            organization=self.random.choice(OFFICES),
        )
