"""Text to words, the same way when indexing and when searching.

Thai is written without spaces, so runs of Thai letters are segmented into dictionary words
(nlpo3's newmm over PyThaiNLP's word list, CC0). Everything else follows Solr's `text` type: split
at punctuation, at changes of case and between letters and digits, lower-case, English stems,
ASCII folding.

A dictionary keeps compounds whole, and readers search for their members: the word for tourists
contains the word for tourism. The members of each word are therefore kept beside it as "parts".
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import nlpo3
import tantivy
import yaml

_DICTIONARY = "pcio"
# Longer runs take nlpo3's safe mode: its plain mode can take very long on ambiguous text.
_SAFE_MODE_FROM = 300
_MAX_WORD = 40
_GRAM = 3
# Letters of the first and second member from which a split is no accident.
_LONG_ENOUGH = ((3, 5), (5, 2))

_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_LEADING = "\u0e40-\u0e44"

_CHUNK = re.compile(r"\S+")
_SEGMENT = re.compile(rf"[{_THAI}]+|\d+|[^\W\d_{_THAI}][^\W\d_{_THAI}\u0300-\u036f]*")
_CASE_CHANGE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_POSSESSIVE = re.compile(r"(?<=[A-Za-z])['\u2019][sS]\b")
_ABBREVIATION = re.compile(r"(?<![\u0e01-\u0e4e])(?:[\u0e01-\u0e2e]{1,2}\.){2,}")
# Initials of an office or unit, which have no vowels and are no words of the list.
_INITIALS = re.compile(r"[\u0e01-\u0e2e]{2,6}")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_THAI_RUN = re.compile(rf"[{_THAI}]")
_MARK_RUN = re.compile(rf"[{_MARKS}]{{2,}}")
_SARA_AM = re.compile(r"\u0e4d([\u0e47-\u0e4c\u0e4e]*)\u0e32")
_SILENT = re.compile("[\u0e2f\u0e46]")  # paiyannoi and maiyamok carry no word of their own
_DIGITS = {ord("\u0e50") + value: str(value) for value in range(10)}
_CANNOT_BEGIN = frozenset(map(chr, (*range(0xE30, 0xE3B), *range(0xE45, 0xE4F))))
_CANNOT_END = frozenset(map(chr, range(0xE40, 0xE45)))
_SWAP = re.compile(rf"([{_LEADING}])([\u0e01-\u0e2e])")
_SECONDARY = re.compile(r"[\u0e47-\u0e4e]")


@dataclass(frozen=True, slots=True)
class Words:
    """What a text contributes to the index.

    `main` are its words in order. Each of `parts` is a sequence of words found inside words or
    across them; sequences are indexed apart, so that no phrase runs from one into the next.
    """

    main: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query. `members` are the words it is made of, if it is a Thai compound."""

    term: str
    thai: bool
    members: tuple[str, ...] = ()


class _Dictionary:
    """The word list, loaded once per process, at first use."""

    def __init__(self) -> None:
        path = _word_list()
        text = path.read_text(encoding="utf-8")
        self.words = frozenset(word.strip() for word in text.splitlines())
        self.in_order = sorted(self.words)
        data = Path(__file__).with_name("thai_heads.yaml").read_bytes()
        self.heads = frozenset(yaml.safe_load(data)["heads"])
        self.version = hashlib.sha256(text.encode() + data).hexdigest()[:12]
        message, loaded = nlpo3.load_dict(str(path), _DICTIONARY)
        if not loaded and "exist" not in message.lower():
            raise RuntimeError(message)

    def begins(self, text: str) -> bool:
        """Whether any word begins with `text`."""
        at = bisect_left(self.in_order, text)
        return at < len(self.in_order) and self.in_order[at].startswith(text)


def _word_list() -> Path:
    # Looked up without importing PyThaiNLP, which would load far more than one text file.
    spec = find_spec("pythainlp")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("PyThaiNLP, which ships the Thai word list, is not installed.")
    return Path(spec.submodule_search_locations[0]) / "corpus" / "words_th.txt"


@lru_cache(maxsize=1)
def _dictionary() -> _Dictionary:
    return _Dictionary()


def load() -> str:
    """Load the word list now and return its version, which names what the index was made with."""
    return _dictionary().version


def normalise(text: str) -> str:
    """Return `text` with one spelling for what looks the same.

    NFC; sara am as one letter; double sara e as sara ae; tone marks after vowels; no repeated
    marks, no invisible characters; Thai digits as ASCII digits; abbreviations without full stops.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    if _THAI_RUN.search(text) or any("\u0e50" <= c <= "\u0e59" for c in text):
        text = text.replace("\u0e40\u0e40", "\u0e41")
        text = _SARA_AM.sub("\\1\u0e33", _MARK_RUN.sub(_in_order, text))
        text = _ABBREVIATION.sub(lambda m: m[0].replace(".", "") + " ", text)
        text = _SILENT.sub(" ", text).translate(_DIGITS)
    return text


def _in_order(marks: re.Match[str]) -> str:
    """Put the marks on one letter in order, each once: vowels, nikhahit, tones and others."""
    once = dict.fromkeys(marks[0])
    return "".join(sorted(once, key=lambda mark: 1 if mark == "\u0e4d" else 2 * (mark > "\u0e3a")))


def _pipeline(*, stem: bool) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    builder = builder.filter(tantivy.Filter.lowercase())
    if stem:
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


_STEMMED = _pipeline(stem=True)
_PLAIN = _pipeline(stem=False)


@lru_cache(maxsize=16384)
def fold(word: str, stem: bool) -> str:
    """Return the index form of one word that is not Thai."""
    terms = (_STEMMED if stem else _PLAIN).analyze(word)
    return terms[0] if terms else word.lower()


# A value is analysed for its field and again for `text`: a few values are worth remembering.
@lru_cache(maxsize=256)
def index_words(text: str, *, stem: bool = True) -> Words:
    """Analyse a text for the index. `stem` is Solr's difference of `text` and `text_general`."""
    main: list[str] = []
    parts: list[tuple[str, ...]] = []
    for chunk in _CHUNK.finditer(_POSSESSIVE.sub("", normalise(text))):
        joined: list[str] = []
        for piece, thai in _pieces(chunk[0], split_case=stem):
            if thai:
                words, inner = _thai_run(piece)
                main += words
                parts += inner
                _join(joined, parts, stem)
            else:
                main.append(fold(piece, stem))
                if joined and joined[-1].isdigit() != piece.isdigit():
                    _join(joined, parts, stem)
                joined.append(piece)
        _join(joined, parts, stem)
    return Words(tuple(main), tuple(parts))


def _join(joined: list[str], parts: list[tuple[str, ...]], stem: bool) -> None:
    """Add the joined form of neighbouring pieces (`wi-fi` is also found as `wifi`)."""
    if len(joined) > 1:
        parts.append((fold("".join(joined), stem),))
    joined.clear()


def query_words(text: str, *, stem: bool = True) -> list[QueryWord]:
    """Analyse a text of a query into its words, in order."""
    words: list[QueryWord] = []
    for chunk in _CHUNK.finditer(_POSSESSIVE.sub("", normalise(text))):
        for piece, thai in _pieces(chunk[0], split_case=stem):
            if thai:
                run, _ = _thai_run(piece)
                words += [QueryWord(w, True, m if len(m := members(w)) > 1 else ()) for w in run]
            else:
                words.append(QueryWord(fold(piece, stem), False))
    return words


def runs(text: str) -> list[tuple[str, bool]]:
    """Split normalised text into runs of Thai (True) and what stands between them (False)."""
    pieces = re.split(rf"([{_THAI}]+)", normalise(text))
    return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece.strip()]


def wildcard_text(text: str) -> str:
    """Return the literal part of a wildcard pattern in the form the index has: no stemming."""
    return fold(normalise(text).strip(), False) if text else ""


def _pieces(chunk: str, *, split_case: bool) -> Iterator[tuple[str, bool]]:
    for match in _SEGMENT.finditer(chunk):
        piece = match[0]
        if _THAI_RUN.match(piece):
            yield piece, True
        elif split_case:
            for word in _CASE_CHANGE.split(piece):
                yield word, False
        else:
            yield piece, False


@lru_cache(maxsize=4096)
def _thai_run(run: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Segment a run of Thai; return its words, and the sequences of words inside them."""
    _dictionary()
    words = tuple(w for w in nlpo3.segment(run, _DICTIONARY, len(run) > _SAFE_MODE_FROM) if w)
    if any(len(word) == 1 for word in words) and _INITIALS.fullmatch(run):
        words = (run,)
    finest = tuple(member for word in words for member in members(word))
    parts: list[tuple[str, ...]] = []
    if len(finest) > len(words):
        parts.append(finest)
    for word in words:
        parts += [(inner,) for inner in _between(word)]
    for left, right in pairwise(words):
        parts += [(crossing,) for crossing in _crossing(left, right)]
    return words, tuple(parts)


@lru_cache(maxsize=16384)
def members(word: str) -> tuple[str, ...]:
    """Return the dictionary words a Thai compound is made of, or the word alone."""
    split = _split(word)
    if split is None:
        return (word,)
    return (*members(split[0]), *members(split[1]))


def _between(word: str) -> Iterable[str]:
    """Return the compounds inside a compound: neither the whole nor its smallest members."""
    split = _split(word)
    if split is None:
        return
    for side in split:
        if _split(side) is not None:
            yield side
            yield from _between(side)


@lru_cache(maxsize=16384)
def _split(word: str) -> tuple[str, str] | None:
    """Split a compound in two words, or return None.

    Many words only look like compounds (the word for province "contains" the word for a cold), so
    a split needs a common first member from `thai_heads.yaml`, or members long enough to be no
    accident.
    """
    dictionary = _dictionary()
    for at in range(2, len(word) - 1):
        left, right = word[:at], word[at:]
        if left not in dictionary.words or right not in dictionary.words:
            continue
        if not _is_boundary(word, at):
            continue
        if left in dictionary.heads or any(
            len(left) >= short and len(right) >= long for short, long in _LONG_ENOUGH
        ):
            return left, right
    return None


@lru_cache(maxsize=16384)
def _crossing(left: str, right: str) -> tuple[str, ...]:
    """Return longer dictionary words that begin in one word and end in the next.

    The same letters can be segmented differently in another context; this keeps such words found.
    """
    both, seam = left + right, len(left)
    dictionary = _dictionary()
    found: list[str] = []
    for start in range(max(0, seam - _MAX_WORD), seam):
        if not _is_boundary(both, start) or not dictionary.begins(both[start : seam + 1]):
            continue
        for end in range(max(seam + 1, start + 5), min(len(both), start + _MAX_WORD) + 1):
            inside = start > 0 or end < len(both)
            if inside and both[start:end] in dictionary.words and _is_boundary(both, end):
                found.append(both[start:end])
    return tuple(found)


def _is_boundary(text: str, at: int) -> bool:
    """Whether a word may end and another begin at this place, as Thai is spelt."""
    if at in (0, len(text)):
        return True
    return text[at] not in _CANNOT_BEGIN and text[at - 1] not in _CANNOT_END


def grams(text: str) -> list[str]:
    """Return the character sequences under which a title or name is found by any part of it.

    Solr stores every sequence of 2 to 10 characters; sequences of three in order, matched as a
    phrase, find the same and longer parts in a fraction of the space. Pairs serve two-letter input.
    """
    text = _gram_text(text)
    return [text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)]


def pairs(text: str) -> list[str]:
    """Return the distinct pairs of neighbouring characters of a text."""
    text = _gram_text(text)
    return sorted({text[i : i + 2] for i in range(len(text) - 1)})


def _gram_text(text: str) -> str:
    return re.sub(r"\s+", "\u2423", normalise(text).strip().lower())


def sort_key(value: str) -> str:
    """Return a key that sorts Thai as dictionaries do, and Latin without regard to case.

    A leading vowel sorts after its consonant, tone marks only decide between equals.
    """
    primary = _SECONDARY.sub("", _SWAP.sub(r"\2\1", normalise(value).casefold()))
    return f"{primary}\x00{value}"[:2000]
