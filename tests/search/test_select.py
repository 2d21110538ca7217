"""What searches find, in which order, with which counts."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.pcio.search.dismax import minimum_should_match
from ckanext.pcio.search.errors import QueryError, RequestError
from ckanext.pcio.search.index import Core
from tests.search.helpers import ask, dataset, fill, names, typed

TITLES = {
    "tourists": "สถิตินักท่องเที่ยวจังหวัดเชียงใหม่",
    "people": "จำนวนประชากรแยกตามอำเภอ",
    "hospitals": "รายชื่อโรงพยาบาลส่งเสริมสุขภาพตำบล",
    "rain": "ปริมาณน้ำฝนรายเดือน พ.ศ. ๒๕๖๖",
    "elderly": "ข้อมูลผู้สูงอายุที่ขึ้นทะเบียน",
    "students": "จำนวนนักเรียนในโรงเรียนสังกัด สพฐ.",
    "air": "คุณภาพอากาศ PM2.5 รายชั่วโมง",
    "flu": "ผู้ป่วยโรคหวัดรายอำเภอ",
    "waste": "ปริมาณขยะมูลฝอย",
}


@pytest.fixture(scope="module")
def thai():
    core = Core(None)
    fill(core, *(dataset(name, title) for name, title in TITLES.items()))
    return core


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ท่องเที่ยว", {"tourists"}),
        ("นักท่องเที่ยว", {"tourists"}),
        ("เชียงใหม่", {"tourists"}),
        ("นักท่องเที่ยวเชียงใหม่", {"tourists"}),
        ("ประชากร", {"people"}),
        ("จำนวนประชากร", {"people"}),
        ("จำนวน ประชากร", {"people"}),
        ("โรงพยาบาล", {"hospitals"}),
        ("พยาบาล", {"hospitals"}),
        ("น้ำ", {"rain"}),
        ("น\u0e4d\u0e49าฝน", {"rain"}),
        ("2566", {"rain"}),
        ("๒๕๖๖", {"rain"}),
        ("พศ", {"rain"}),
        ("ผู้สูงอายุ", {"elderly"}),
        ("สูงอายุ", {"elderly"}),
        ("นักเรียน", {"students"}),
        ("โรงเรียน", {"students"}),
        ("pm2.5", {"air"}),
        ("PM 2.5 อากาศ", {"air"}),
        # The word for a cold is inside the word for province, but not part of it.
        ("หวัด", {"flu"}),
        ("อำเภอ", {"people", "flu"}),
        ("รถไฟ", set()),
        ('"นักท่องเที่ยวจังหวัด"', {"tourists"}),
        ('"ท่องเที่ยวจังหวัด"', {"tourists"}),
        ('"จังหวัดนักท่องเที่ยว"', set()),
        ("อำเภอ -หวัด", {"people"}),
        ("+อำเภอ +หวัด", {"flu"}),
        ("tourists", {"tourists"}),
        ("!!!", set()),
    ],
)
def test_thai_search(thai, query, found):
    assert set(typed(thai, query)) == found


def test_the_whole_word_ranks_above_the_word_inside():
    core = Core(None)
    fill(core, dataset("inside", "นักท่องเที่ยว ปี"), dataset("whole", "ท่องเที่ยว ปี"))
    assert typed(core, "ท่องเที่ยว") == ["whole", "inside"]


def test_an_exact_run_ranks_above_scattered_words():
    core = Core(None)
    fill(
        core,
        dataset("scattered", "ประชากร แยก ตาม อำเภอ และ จำนวน"),
        dataset("run", "จำนวนประชากร แยกตามอำเภอ และ"),
    )
    assert typed(core, "จำนวนประชากร") == ["run", "scattered"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name:a", {"a"}),
        ("name:a*", {"a", "ab"}),
        ("name:a?", {"ab"}),
        ("name:/[ab]+/", {"a", "ab", "b"}),
        ("name:aab~1", {"ab"}),
        ("-name:a", {"ab", "b"}),
        ("NOT name:a", {"ab", "b"}),
        ("*:* -name:a", {"ab", "b"}),
        ("name:(a OR b)", {"a", "b"}),
        ("(name:a OR (-name:b))", {"a", "ab"}),
        ("+state:(draft OR active)", {"a", "ab", "b"}),
        ('+permission_labels:("public" OR "member-x")', {"a", "ab", "b"}),
        ("metadata_modified:[2020-01-01T00:00:00Z TO NOW]", {"ab", "b"}),
        ("metadata_modified:[* TO 2020-01-01T00:00:00Z]", {"a"}),
        ("metadata_modified:{2020-06-01T00:00:00Z TO *}", {"b"}),
        ('metadata_modified:"2020-06-01T00:00:00Z"', {"ab"}),
        ("issued_date:[2021-01-01T00:00:00Z TO *]", {"b"}),
        ("name:[a TO ab]", {"a", "ab"}),
        ("name:[a TO ab}", {"a"}),
        ("views_recent:[5 TO *]", {"ab"}),
        ("views_recent:7", {"ab"}),
        ("extras_colour:dark", {"b"}),
        ('colour:"dark blue"', {"b"}),
        ("colour:dark", set()),
        ("res_extras_alt_url:example", {"b"}),
        ("vocab_genre:jazz", {"a"}),
        ("res_format:CSV", {"a", "b"}),
        ("res_format:csv", set()),
        ("res_format:*", {"a", "b"}),
        ("-res_format:[* TO *]", {"ab"}),
        ('title_ngram:"iver"', {"a"}),
        ("title_ngram:wo", {"a"}),
        ("title_ngram:big*", {"a"}),
        ('title_ngram:"wo big r"', {"a"}),
        ("title_ngram:x", set()),
        ('title:"two big"', {"a"}),
        ('title:"big two"', set()),
        ('title:"two rivers"~2', {"a"}),
        ("title:RIVER", {"a"}),
        ("title:riv*", {"a"}),
        ("title:rivets~2", {"a"}),
        ("unknown_field:x", set()),
        ("{!bool must=rivers must_not=lakes}", {"a"}),
        ("{!lucene q.op=OR df=name}a b", {"a", "b"}),
        ("{!term f=name}ab", {"ab"}),
        ("{!prefix f=name}a", {"a", "ab"}),
        ("{!dismax qf=title v='big rivers'}", {"a"}),
        ("name:a^2 OR name:b^=3", {"a", "b"}),
    ],
)
def test_query_syntax(query, found):
    core = Core(None)
    fill(
        core,
        dataset(
            "a",
            "Two big rivers",
            metadata_modified="2019-01-01T00:00:00Z",
            res_format=["CSV", "CSV", "PDF"],
            vocab_genre=["jazz"],
        ),
        dataset("ab", metadata_modified="2020-06-01T00:00:00Z", views_recent=7, state="draft"),
        dataset(
            "b",
            metadata_modified="2022-01-01T00:00:00Z",
            issued_date="2021-05-05T00:00:00Z",
            extras_colour="dark blue",
            colour="dark blue",
            res_format=["CSV"],
            res_extras_alt_url=["http://example.org/x"],
        ),
    )
    assert set(names(core, query, q__op="AND")) == found
    assert set(names(core, fq=query, q__op="AND")) == found


@pytest.mark.parametrize(
    "params",
    [
        {"q": "name:("},
        {"q": "data_dict:x"},
        {"q": "metadata_modified:soon"},
        {"q": "metadata_modified:[soon TO *]"},
        {"q": "views_total:many"},
        {"q": "name:/(/"},
        {"q": "{!knn f=x}"},
        {"q": "{!bool must=x"},
        {"q": "{!v=$q}", "loop": "yes"},
        {"q": "x", "defType": "magic"},
        {"q": "x", "defType": "dismax", "mm": "half"},
        {"q": "x", "defType": "dismax", "tie": "much"},
        {"q": "น้ำ" * 2000},
        {"q": '"' + "น้ำ" * 2000 + '"'},
        {"q": "น้ำ" * 2000, "defType": "dismax", "qf": "title"},
        {"sort": "name"},
        {"sort": "name upwards"},
        {"sort": "tags asc"},
        {"sort": "random(1) asc"},
        {"sort": "extras_x asc"},
        {"rows": "many"},
        {"rows": "-1"},
        {"start": "-1"},
        {"facet": "true", "facet__field": ["tags"], "facet__limit": "few"},
        {"fq": ["+state:active", "name:["]},
    ],
)
def test_broken_requests_say_so(thai, params):
    with pytest.raises(QueryError) as caught:
        ask(thai, **params)
    assert str(caught.value)


@pytest.mark.parametrize(
    ("optional", "spec", "minimum"),
    [
        *((n, "2<-1 5<80%", m) for n, m in ((1, 1), (2, 2), (3, 2), (5, 4), (6, 4), (10, 8))),
        *((n, "100%", n) for n in (1, 4)),
        (4, "-25%", 3),
        (4, "75%", 3),
        (5, "-2", 3),
        (2, "5", 2),
        (3, "0", 0),
        (3, "2 < 50%", 1),
    ],
)
def test_minimum_should_match(optional, spec, minimum):
    assert minimum_should_match(spec, optional) == minimum


def test_fields_asked_for():
    core = Core(None)
    fill(core, dataset("a", "Title", tags=["x", "y"], secret="s", extras_k="v", views_total=3))
    (doc,) = ask(core, fl="name,title tags")["response"]["docs"]
    assert doc == {"name": "a", "title": "Title", "tags": ["x", "y"]}
    (doc,) = ask(core, fl="id extras_*,score")["response"]["docs"]
    assert doc == {"id": "id-a", "extras_k": "v", "score": 1.0}
    (doc,) = ask(core, fl="*")["response"]["docs"]
    # What schema.xml does not store does not come back; labels least of all.
    assert doc.keys() & {"secret", "permission_labels", "title_string", "views_total"} == set()
    assert doc["metadata_modified"] == "2024-01-01T00:00:00Z"
    assert {"data_dict", "validated_data_dict", "indexed_ts"} <= doc.keys()


def test_paging_covers_everything_once():
    core = Core(None)
    fill(core, *(dataset(f"d{n:03d}", "same") for n in range(57)))
    for sort in ("name asc", "score desc, metadata_modified desc", "score desc, name desc"):
        seen = [n for at in range(0, 60, 10) for n in names(core, sort=sort, start=at, rows=10)]
        assert sorted(seen) == sorted(names(core))
    answer = ask(core, rows=0)["response"]
    assert (answer["numFound"], answer["docs"]) == (57, [])
    assert ask(core, start=1000)["response"]["docs"] == []


def test_score_ties_are_broken_by_the_next_key():
    core = Core(None)
    fill(
        core,
        *(
            dataset(f"d{n}", "same", metadata_modified=f"2024-01-{n:02d}T00:00:00Z")
            for n in (5, 3, 9, 1)
        ),
    )
    assert typed(core, "same", sort="score desc, metadata_modified desc") == [
        "d9",
        "d5",
        "d3",
        "d1",
    ]
    assert names(core, sort="score desc, metadata_modified desc") == ["d9", "d5", "d3", "d1"]


def test_sorting_by_a_field_without_a_column():
    core = Core(None)
    fill(
        core,
        *(
            dataset(n, **({"rank_no": v} if v else {}))
            for n, v in (("a", "3"), ("b", ""), ("c", "1"), ("d", "2"))
        ),
    )
    assert names(core, sort="rank_no asc") == ["c", "d", "a", "b"]
    assert names(core, sort="rank_no desc", rows=2) == ["a", "d"]
    assert names(core, sort="state asc, rank_no desc") == ["a", "d", "c", "b"]


@pytest.mark.parametrize("sort", ["name asc", "name desc", "title asc", "plain asc", "plain desc"])
def test_pages_far_down(sort):
    """Beyond a thousand another way of sorting takes over; nothing is lost or repeated there."""
    core = Core(None)
    kinds = {0: {}, 1: {"plain": "a"}, 2: {"plain": "b"}, 3: {"plain": "b"}}
    everyone = [
        dataset(f"d{n:04d}", f"t{n // 7}" if n % 5 else "", **kinds[n % 4]) for n in range(1500)
    ]
    fill(core, *everyone)
    seen = [n for at in range(0, 1500, 125) for n in names(core, sort=sort, start=at, rows=125)]
    assert sorted(seen) == [d["name"] for d in everyone]
    field, order = sort.split()
    order_of = {d["name"]: d.get(field) for d in everyone}
    values = [order_of[name] for name in seen]
    present = [value for value in values if value is not None]
    assert present == sorted(present, reverse=order == "desc")
    assert values == present + [None] * (len(values) - len(present))


def test_titles_sort_in_thai():
    core = Core(None)
    fill(core, *(dataset(f"t{n}", t) for n, t in enumerate(["แพร่", "กรุงเทพ", "เชียงใหม่", "ไทย"])))
    assert names(core, sort="title_string asc") == ["t1", "t2", "t3", "t0"]
    assert names(core, sort="title_string desc") == ["t0", "t3", "t2", "t1"]


def test_facets():
    core = Core(None)
    fill(
        core,
        dataset("a", tags=["น้ำ", "ดิน"], groups=["g"]),
        dataset("b", tags=["น้ำ"], colour="blue"),
        dataset("c", tags=["ไฟ", "ไฟ"]),
    )

    def facet(q="*:*", **params):
        answer = ask(core, q, facet="true", facet__field=["tags"], rows=0, **params)
        return answer["facet_counts"]["facet_fields"]["tags"]

    assert facet(facet__mincount=1) == ["น้ำ", 2, "ดิน", 1, "ไฟ", 1]
    assert facet(facet__limit=1, facet__mincount=1) == ["น้ำ", 2]
    assert facet(facet__limit=-1, facet__mincount=1) == ["ดิน", 1, "น้ำ", 2, "ไฟ", 1]
    assert facet("name:a", facet__mincount=1) == ["ดิน", 1, "น้ำ", 1]
    assert facet("name:a") == ["ดิน", 1, "น้ำ", 1, "ไฟ", 0]
    assert facet("name:zzz", facet__mincount=1) == []
    assert facet(facet__prefix="น", facet__mincount=1) == ["น้ำ", 2]
    assert facet(facet__mincount=2) == ["น้ำ", 2]
    assert facet(facet__offset=1, facet__limit=1, facet__mincount=1) == ["ดิน", 1]
    counts = ask(
        core,
        facet="true",
        facet__field=["groups", "colour"],
        facet__missing="true",
        facet__query="tags:น้ำ",
        **{"f.colour.facet.missing": "false"},
    )["facet_counts"]
    assert counts["facet_fields"] == {"groups": ["g", 1, None, 2], "colour": ["blue", 1]}
    assert counts["facet_queries"] == {"tags:น้ำ": 2}


def test_replacing_deleting_and_committing():
    core = Core(None)
    core.add([dataset("a", "old"), dataset("b", "old")])
    assert names(core) == []
    core.commit()
    core.add([dataset("a", "new")])
    assert sorted(names(core, "title:old")) == ["a", "b"]
    core.commit()
    assert (names(core, "title:new"), names(core, "title:old")) == (["a"], ["b"])
    core.delete_ids(["index-b"])
    core.add([dataset("c")])
    core.rollback()
    core.commit()
    assert sorted(names(core)) == ["a", "b"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"index_id": ""},
        {"organization": ["a", "b"]},
        {"extras_x": {"set": 1}},
        {"tags": [["nested"]]},
        {"metadata_modified": "yesterday"},
        {"views_total": "many"},
        {"views_total": 2**40},
    ],
)
def test_documents_solr_would_refuse(wrong):
    core = Core(None)
    with pytest.raises(RequestError):
        core.add([dataset("good"), dataset("bad") | wrong])
    core.commit()
    assert names(core) == []


def test_odd_values_are_kept():
    core = Core(None)
    fill(
        core,
        dataset(
            "a", "x" * 100_000, long="y" * 100_000, flag=True, number=3, half="\ud800", nul="a\x00b"
        ),
    )
    assert names(core, "flag:true AND number:3") == ["a"]
    assert names(core, "long:*") == ["a"]


WORDS = st.sampled_from(["น้ำ", "ดิน", "ลม", "ไฟ", "water", "fire"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.lists(WORDS, max_size=3), st.booleans()), min_size=1, max_size=12))
def test_laws_of_an_index(documents):
    """Each is found by its id; facets count what a query for the value finds; deleting removes."""
    core = Core(None)
    fill(
        core,
        *(
            dataset(f"d{n}", " ".join(tags), tags=tags, state="active" if on else "draft")
            for n, (tags, on) in enumerate(documents)
        ),
    )
    for n, (tags, _) in enumerate(documents):
        assert names(core, f'id:"id-d{n}"') == [f"d{n}"]
        for word in tags:
            assert f"d{n}" in typed(core, word)
    answer = ask(core, "state:active", facet="true", facet__field=["tags"], facet__mincount=1)
    flat = answer["facet_counts"]["facet_fields"]["tags"]
    counts = dict(zip(flat[::2], flat[1::2], strict=True))
    assert counts == {
        word: sum(word in tags and on for tags, on in documents)
        for word in {word for tags, on in documents if on for word in tags}
    }
    core.delete_ids(["index-d0"])
    core.commit()
    assert names(core, "id:id-d0") == []
    assert len(names(core)) == len(documents) - 1
    answer = ask(core, facet="true", facet__field=["tags"], facet__mincount=1)
    flat = answer["facet_counts"]["facet_fields"]["tags"]
    assert sum(flat[1::2]) == sum(len(set(tags)) for tags, _ in documents[1:])


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from(list('+-!(){}[]^"~*?:\\/ &|กน้ำเที่ab1'))),
        max_size=40,
    ),
    st.sampled_from(["lucene", "dismax", "edismax"]),
)
def test_no_query_breaks_the_service(thai, query, parser):
    with suppress(QueryError):
        ask(thai, query, **{"defType": parser, "qf": "name^4 title^4 tags^2 text"})
