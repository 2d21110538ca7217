"""A filled form written by hand, with what stands behind it; small enough to be read whole."""

from __future__ import annotations

import hashlib
import io

from ckanext.pcio.survey.answer import read
from ckanext.pcio.survey.filled import Attachment, FilledAnswer, FilledForm
from ckanext.pcio.survey.instrument import load_instrument

SURVEY = load_instrument("pcio-2567")
PDF = b"%PDF-1.7\n%%EOF\n"


def piece(number=1, place="yes", name="คำสั่งแต่งตั้ง.pdf", content=PDF, **changes):
    return Attachment(
        id=f"file-{number}", place=place, kind="file", name=name, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), **changes,
    )  # fmt: skip


def proposal(question, option, **changes):
    return {
        "question": question,
        "option": option,
        "values": {"disclosable": 3, "metadata": True},
        "reasons": {"th": ["มีข้อมูลเปิด 2 ชุด"], "en": ["2 open datasets"]},
        "caveats": {"th": [], "en": []},
        "evidence": [],
        "evidence_count": 2,
        "rule": f"{question}@1",
        "as_of": "2024-06-20",
        "digest": "d" * 64,
        **changes,
    }


ANSWERS = {
    "G1": {"option": "yes"},
    "G3": {
        "option": "yes",
        "values": {"rows": [{"project": "=1+1", "result": "ลดเวลาเหลือ 5 นาที"}, {"project": "ข"}]},
    },
    "P1.2": {"values": {"works": {"policy": {"choice": "done"}, "identify": {"choice": "none"}}}},
    "P2.2.1.1": {"option": "partial", "values": {"metadata": True, "data_catalog": False}},
    "P3.1": {"values": {"skills": {"literacy": {"choice": {"promoted": "yes", "measured": "no"}}}}},
    "P7.1": {
        "values": {
            "technologies": {
                "ai": {"choice": "yes", "fields": {"projects": [{"project": "ตอบคำถามประชาชน"}]}}
            },
            "new_technologies": {"new_1": {"choice": ["in_use"], "fields": {"new_1_name": "โดรน"}}},
        }
    },
}
ATTACHMENTS = {
    "G1": (
        piece(1, passage="หน้า 2"),
        Attachment(
            id="url-1", place="yes", kind="url", url="https://example.go.th/มติ",
            organization="สำนักงานสถิติจังหวัด",
        ),
    ),
    "P2.2.1.1": (piece(2, "partial", "+ประกาศ.docx", organization="@สำนักงานตัวอย่าง"),),
}  # fmt: skip
PROPOSALS = {
    "P2.2.1.1": proposal("P2.2.1.1", "complete"),
    "P2.2.1.2": proposal("P2.2.1.2", ["agency_catalog"], evidence_count=3),
}
LISTS = {
    "P2.2.1.1": [
        {
            "dataset": f"id-{number}",
            "title": title,
            "url": f"https://data.example.go.th/dataset/{number}",
            "note": {"th": "ขาดพจนานุกรมข้อมูล", "en": "no data dictionary"},
        }
        for number, title in enumerate(("จำนวนนักท่องเที่ยว", "=HYPERLINK(1)"), 1)
    ],
    "P2.2.1.2": [
        {"dataset": "", "title": "นอกบัญชี", "url": "", "note": {"th": "", "en": ""}},
    ],
}


def form(**changes) -> FilledForm:
    """Six questions answered, two of them proposed, one overridden; the rest is blank."""
    made = tuple(
        FilledAnswer(
            question=question.id,
            state="confirmed" if question.id in ANSWERS else "none",
            origin=_origin(question.id),
            answer=read(question, ANSWERS[question.id]) if question.id in ANSWERS else {},
            reason="มีแผนเปิดเพิ่ม" if question.id == "P2.2.1.1" else "",
            proposal=PROPOSALS.get(question.id),
            stale=question.id == "P2.2.1.1",
            attachments=ATTACHMENTS.get(question.id, ()),
            # In Thailand it is the next day.
            confirmed_at="2024-06-20T18:30:00+00:00" if question.id in ANSWERS else "",
        )
        for question in SURVEY.questions
    )
    known = {
        "edition": SURVEY.id,
        "province": "จังหวัดตัวอย่าง",
        "as_of": "2024-06-21",
        "state": "locked",
        "locked_at": "2024-06-21T03:00:00+00:00",
        "answers": made,
        "counts": {whose: {"datasets": 3, "open": 2} for whose in ("all", "own")},
    }
    return FilledForm(**{**known, **changes})


def _origin(question):
    if question not in ANSWERS:
        return None
    return "override" if question == "P2.2.1.1" else "own"


def open_pdf(_attachment):
    return io.BytesIO(PDF)
