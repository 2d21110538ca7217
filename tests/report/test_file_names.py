"""Names in a bundle: whatever people called their files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.report.file_names import LONGEST, safe


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("คำสั่งแต่งตั้ง.pdf", "คำสั่งแต่งตั้ง.pdf"),
        ("../../x", "x"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/passwd", "passwd"),
        ("C:\\a.pdf", "a.pdf"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("COM¹.txt", "_COM¹.txt"),
        ("console.pdf", "console.pdf"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("a\x00b.pdf", "a_b.pdf"),
        ("a\nb.pdf", "a_b.pdf"),
        ('<a>:"b|c?*.pdf', "_a___b_c__.pdf"),
        ("  a .pdf. ", "a .pdf"),
        ("..", "_"),
        ("", "_"),
        ("\ud800.pdf", "_.pdf"),
        ("ช\u0e49\u0e4d\u0e32ง.pdf", "ช\u0e49\u0e33ง.pdf"),
    ],
)
def test_names(name, kept):
    assert safe(name) == kept


def test_three_hundred_thai_letters_keep_their_ending():
    made = safe("ที่" * 100 + ".pdf")
    assert made.endswith(".pdf")
    assert len(made.encode()) <= LONGEST
    # Not cut between a letter and the marks on it.
    assert set(made.removesuffix(".pdf").split("ที่")) == {""}


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_name_is_taken_everywhere(name):
    made = safe(name)
    assert 0 < len(made.encode()) <= LONGEST
    assert not set(made) & set('/\\<>:"|?*\0')
    assert made == made.strip(" .")
    assert made not in {".", ".."}
    assert safe(made) == made
