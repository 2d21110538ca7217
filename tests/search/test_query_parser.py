"""Query strings to trees, as Solr's standard parser reads them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.search.errors import QueryError
from ckanext.pcio.search.query_parser import escape_for_dismax, parse
from ckanext.pcio.search.syntax import (
    Boolean,
    Boost,
    Exists,
    Fuzzy,
    MatchAll,
    Occur,
    Phrase,
    Range,
    Regex,
    Term,
    Wildcard,
    WildcardSign,
)

MUST, SHOULD, NOT = Occur.MUST, Occur.SHOULD, Occur.MUST_NOT
MANY, ONE = WildcardSign.MANY, WildcardSign.ONE


def boolean(*clauses):
    return Boolean(tuple(clauses))


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", None),
        ("   ", None),
        ("()", None),
        ("*:*", MatchAll()),
        ("*", MatchAll()),
        ("น้ำ", Term(None, "น้ำ")),
        ("name:a", Term("name", "a")),
        ("name: a", Term("name", "a")),
        ("name :a", Term("name", "a")),
        ('tags: "สอง คำ"', Phrase("tags", "สอง คำ")),
        ('"a b"~3', Phrase(None, "a b", 3)),
        (r'title:"Seymour\: An \"Introduction\""', Phrase("title", 'Seymour: An "Introduction"')),
        (r"title:Pop\!", Term("title", "Pop!")),
        (r"a\ b", Term(None, "a b")),
        (r"\*", Term(None, "*")),
        (r"\u0e01", Term(None, "ก")),
        ("name:a*", Wildcard("name", ("a", MANY))),
        ("n?me*s", Wildcard(None, ("n", ONE, "me", MANY, "s"))),
        (r"a\**", Wildcard(None, ("a*", MANY))),
        ("name:*", Exists("name")),
        ("name:[* TO *]", Range("name", None, None, True, True)),
        (
            "metadata_modified:[2020-01-01T00:00:00Z TO NOW]",
            Range("metadata_modified", "2020-01-01T00:00:00Z", "NOW", True, True),
        ),
        ("d:{NOW-7DAYS/DAY TO *]", Range("d", "NOW-7DAYS/DAY", None, False, True)),
        ('n:["a b" TO c}', Range("n", "a b", "c", True, False)),
        ("*:[* TO *]", MatchAll()),
        ("wrd~", Fuzzy(None, "wrd", 2)),
        ("wrd~1", Fuzzy(None, "wrd", 1)),
        ("wrd~0.8", Fuzzy(None, "wrd", 1)),
        ("name:/a.*[bc]/", Regex("name", "a.*[bc]")),
        ("CSV/XLSX", Term(None, "CSV/XLSX")),
        ("a^2.5", Boost(Term(None, "a"), 2.5)),
        ("a^=2", Boost(Term(None, "a"), 2.0, constant=True)),
        ("-a", boolean((NOT, Term(None, "a")))),
        ("NOT a", boolean((NOT, Term(None, "a")))),
        ("!a", boolean((NOT, Term(None, "a")))),
        ("+a", Term(None, "a")),
        ("country-sweden", Term(None, "country-sweden")),
        ("ANDROID", Term(None, "ANDROID")),
        ("ORANGE NOTE", boolean((SHOULD, Term(None, "ORANGE")), (SHOULD, Term(None, "NOTE")))),
    ],
)
def test_one_clause(query, tree):
    assert parse(query) == tree


A, B, C = Term(None, "a"), Term(None, "b"), Term(None, "c")


@pytest.mark.parametrize(
    ("query", "operator", "tree"),
    [
        ("a b", "OR", boolean((SHOULD, A), (SHOULD, B))),
        ("a b", "AND", boolean((MUST, A), (MUST, B))),
        ("a OR b", "AND", boolean((SHOULD, A), (SHOULD, B))),
        ("a || b", "AND", boolean((SHOULD, A), (SHOULD, B))),
        ("a AND b", "OR", boolean((MUST, A), (MUST, B))),
        ("a && b", "OR", boolean((MUST, A), (MUST, B))),
        ("a b OR c", "AND", boolean((MUST, A), (SHOULD, B), (SHOULD, C))),
        ("a AND b OR c", "OR", boolean((MUST, A), (MUST, B), (SHOULD, C))),
        ("+a -b c", "OR", boolean((MUST, A), (NOT, B), (SHOULD, C))),
        ("a AND NOT b", "OR", boolean((MUST, A), (NOT, B))),
        ("a -b", "AND", boolean((MUST, A), (NOT, B))),
        (
            "(a AND +state:draft)",
            "AND",
            boolean((MUST, A), (MUST, Term("state", "draft"))),
        ),
        (
            "+state:(draft OR active)",
            "AND",
            boolean((SHOULD, Term("state", "draft")), (SHOULD, Term("state", "active"))),
        ),
        (
            'x:(a "b c" y:d)',
            "OR",
            boolean(
                (SHOULD, Term("x", "a")), (SHOULD, Phrase("x", "b c")), (SHOULD, Term("y", "d"))
            ),
        ),
        (
            "(a OR (b AND c))^2",
            "OR",
            Boost(boolean((SHOULD, A), (SHOULD, boolean((MUST, B), (MUST, C)))), 2.0),
        ),
        (
            '+entity_type:package AND +(id:"x" OR name:"x") AND +site_id:"s"',
            "OR",
            boolean(
                (MUST, Term("entity_type", "package")),
                (MUST, boolean((SHOULD, Phrase("id", "x")), (SHOULD, Phrase("name", "x")))),
                (MUST, Phrase("site_id", "s")),
            ),
        ),
    ],
)
def test_joined_clauses(query, operator, tree):
    assert parse(query, operator) == tree


@pytest.mark.parametrize(
    "query",
    [
        "(a",
        "a)",
        '"a',
        "name:",
        "name:)",
        "[a TO",
        "x:[a b]",
        "x:[a TO b",
        "AND a",
        "a AND",
        "a OR OR b",
        "a^",
        "a^x",
        "a\\",
        "--a",
        "x:-a",
        "name:*-[",
        "^2",
        "(" * 100 + ")" * 100,
        "a " * 5000,
    ],
)
def test_errors(query):
    with pytest.raises(QueryError, match="Cannot parse"):
        parse(query)


SYNTAX = st.text(
    st.one_of(st.characters(), st.sampled_from(list('+-!(){}[]^"~*?:\\/ &|0159abTOกน้ำ'))),
    max_size=60,
)


@settings(max_examples=600)
@given(SYNTAX, st.sampled_from(["AND", "OR"]))
def test_no_string_breaks_the_parser(query, operator):
    with suppress(QueryError):
        parse(query, operator)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(["a", "น้ำ", "AND", "OR", '"', "(", "b:c", "*", "[", "- ", "^", "x"]))
)
def test_typed_text_without_signs_is_always_a_query(words):
    parse(escape_for_dismax(" ".join(words)), "OR")


@given(st.text(st.characters(exclude_characters=" \t\n\r\x0b\x0c\x00\x1f\u3000"), min_size=1))
def test_an_escaped_word_is_itself(text):
    escaped = "".join(f"\\{c}" if not c.isalnum() else c for c in text)
    if text not in ("AND", "OR", "NOT"):
        assert parse(f"name:{escaped}") == Term("name", text)


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("a (b)", r"a \(b\)"),
        ("สถิติ: น้ำ", r"สถิติ\: น้ำ"),
        ('"a b" -c', '"a b" -c'),
        ('5" disk', r"5\" disk"),
        ("น้ำ - ฝน", "น้ำ   ฝน"),
        ("a OR", "a"),
        ("AND a", "a"),
        ("a AND OR b", "a AND b"),
    ],
)
def test_escaping_what_was_typed(typed, escaped):
    assert escape_for_dismax(typed) == escaped
