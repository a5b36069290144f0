"""Write the shards of an index: a function of its live articles alone, whatever was exported before."""

from __future__ import annotations

import json
from base64 import b32encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from whoosh.util.numeric import byte_to_length, length_to_byte

from dateline.edtf import date_label
from dateline.errors import SearchError
from dateline.files import replace_file
from dateline.records import SearchDocument, SearchValue
from dateline.search.analysis import terms_of
from dateline.search.documents import CHUNK_WORDS, AnalysedDocument
from dateline.search.fields import BELOW, FAMILIES, TEXT, VALUE_FIELDS
from dateline.search.names import Name
from dateline.search.scoring import Statistics
from dateline.search.shards import columns
from dateline.search.shards.codec import DIGITS, TEXT_END, count_shared, encode_numbers, encode_sorted
from dateline.search.shards.postings import (
    BEST,
    LENGTHS,
    SHARED_LENGTHS,
    USUAL_LENGTH,
    Articles,
    Postings,
    best,
    encode_block,
    encode_contexts,
    encode_lengths,
    encode_positions,
    reference_average,
    write_contexts,
)
from dateline.search.shards.trees import Child, cut, grow_tree, separator
from dateline.search.snippet import chunk_texts, cut_chunks
from dateline.search.words import Word, frequency_class
from dateline.text import fold_spaces

NAME_CHARS = 10
COMMON_TERMS = 30  # at most; of those in more than a quarter of the articles
LEAF_CHARS = (600, 250, 1500)  # at least, more in the mean, at most: about 0.8 KB as gzip
RUN_ARTICLES = (64, 64, 256)
PART_END = "\x9f"
NAMED_FIELDS = ("place", "actor")  # whose names a plain word is widened to


class SearchArchive(Protocol):
    """What the export needs of an open index."""

    @property
    def statistics(self) -> Statistics:
        """The live articles and the sums of their lengths."""

    @property
    def languages(self) -> Sequence[str]:
        """Those of its articles, in the order of `terms_of`."""

    @property
    def dates(self) -> Sequence[columns.Dates | None]:
        """By number: the first and last day as ISO dates; dated articles come first."""

    def analysed(self) -> Iterable[AnalysedDocument]:
        """Return the articles in archive order."""

    def stored(self, number: int) -> SearchDocument:
        """Return an article."""

    def words(self, prefix: str) -> Iterable[Word]:
        """Return the words that begin so, by code point."""

    def names(self, prefix: str) -> Iterable[Name]:
        """Return the names that begin so, by text, field and key."""

    def value(self, field: str, key: str) -> SearchValue:
        """Return what articles are tagged with."""


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What the folder holds now: files of this export, and others, which open pages may still ask for."""

    files: int
    bytes: int
    live: frozenset[str]  # paths in the folder, with "/"
    superseded: frozenset[str]
    written: int  # files that were not there before

    @property
    def generation(self) -> str:
        """Return what changes with any file of the export."""
        return sha256("\n".join(sorted(self.live)).encode()).hexdigest()[:NAME_CHARS]


class CollisionError(SearchError):
    """Two shards would have the same name."""


def export_index(index: SearchArchive, folder: Path, *, name_chars: int = NAME_CHARS) -> ExportSummary:
    """Write the shards of `index` into `folder`, the file that names them last; files that are there stay.

    Raises OSError; SearchError for an archive that shards cannot hold.
    """
    shards = _Shards(folder, name_chars)
    try:
        meta = _write_shards(index, shards)
    except CollisionError:
        return export_index(index, folder, name_chars=name_chars + 2)
    content = _script("meta", meta).encode()
    written = shards.written + replace_file(folder / "meta.js", content)
    live = frozenset((*shards.sizes, "meta.js"))
    size = sum(shards.sizes.values()) + len(content)
    return ExportSummary(len(live), size, live, frozenset(shards.standing) - live, written)


class _Shards:
    """The files of a folder, each written once under a name that tells what it holds."""

    def __init__(self, folder: Path, name_chars: int) -> None:
        self.folder = folder
        self.name_chars = name_chars
        folder.mkdir(parents=True, exist_ok=True)
        self.standing = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in folder.rglob("*.js")
            if path.name != "meta.js" and "." not in path.stem  # names of scripts beside them have a full stop
        }
        self.sizes: dict[str, int] = {}
        self.digests: dict[str, bytes] = {}
        self.written = 0

    def name(self, content: str) -> str:
        """Return the name of a file that holds `content`."""
        digest = sha256(content.encode()).digest()
        name = b32encode(digest).decode().lower().rstrip("=")[: self.name_chars]
        if self.digests.setdefault(name, digest) != digest:
            raise CollisionError(f"two shards are both named {name}")
        return name

    def write(self, data: list[object]) -> str:
        """Write a shard and return its name."""
        content = _json(data)
        name = self.name(content)
        self.put(name, content)
        return name

    def put(self, name: str, content: str) -> None:
        """Write a file that is not there yet."""
        path = f"{name}.js"
        if path in self.sizes:
            return
        data = f'dateline.shard("{name}",{content});\n'.encode()
        self.sizes[path] = len(data)
        if path not in self.standing:
            replace_file(self.folder / path, data)
            self.written += 1
        elif self.standing[path] != len(data):
            raise CollisionError(f"{path} holds another shard")


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _script(name: str, data: object) -> str:
    return f"dateline.shard({_json(name)},{_json(data)});\n"


def _write_shards(index: SearchArchive, shards: _Shards) -> dict[str, object]:
    """Write all shards but meta, and return that."""
    tables = _Tables()
    for number, analysed in enumerate(index.analysed()):
        tables.add(number, analysed)
    articles = tables.articles[TEXT]
    documents = len(articles.lengths)
    common = sorted(tables.text, key=lambda term: (-len(tables.text[term].documents), term))[:COMMON_TERMS]
    common = [term for term in common if len(tables.text[term].documents) * 4 > documents]
    write_contexts([tables.text[term] for term in common], articles)
    names = list(index.names(""))
    averages = {family: index.statistics.average(family) for family in FAMILIES}
    text = _write_terms(
        ((term, TEXT, tables.text[term]) for term in sorted(tables.text)),
        tables.articles,
        averages,
        shards,
        named=_name_terms(names, index.languages),
        common=frozenset(common),
    )
    values = _write_terms(
        ((key, key.partition(" ")[0], tables.values[key]) for key in sorted(tables.values)),
        tables.articles,
        averages,
        shards,
        labels=index.value,
    )
    return {
        "documents": documents,
        "dated": sum(days is not None for days in index.dates),
        "averages": averages,
        "languages": list(index.languages),
        "common": common,
        "lengths": encode_numbers(LENGTHS[: max(max(a.lengths, default=0) for a in tables.articles.values()) + 1]),
        "usualLength": USUAL_LENGTH,
        "nameChars": shards.name_chars,
        "roots": {
            "text": text,
            "values": shards.write(values),
            "words": shards.write(_write_words(index.words(""), shards)),
            "names": shards.write(_write_names(names, shards)),
        },
        **_write_documents(index, tables, shards),
    }


class _Tables:
    """The articles by term: those of the text, and those of values as `<field> <key>`."""

    def __init__(self) -> None:
        self.text: defaultdict[str, Postings] = defaultdict(Postings)
        self.values: defaultdict[str, Postings] = defaultdict(Postings)
        self.articles = {family: Articles() for family in VALUE_FIELDS}
        self.articles[TEXT] = Articles(usual_length=USUAL_LENGTH)
        self.keys: dict[str, list[tuple[str, ...]]] = {field: [] for field in VALUE_FIELDS}
        self.chunks: list[int] = []

    def add(self, number: int, analysed: AnalysedDocument) -> None:
        """Add the next article in archive order."""
        articles = self.articles[TEXT]
        articles.lengths.append(length_to_byte(analysed.lengths.get(TEXT, 0)))
        articles.chunks.append(analysed.chunks if byte_to_length(articles.lengths[-1]) > CHUNK_WORDS else ())
        self.chunks.append(len(analysed.chunks))
        titles = analysed.title
        for term, places in analysed.body.items():
            postings = self.text[term]
            postings.documents.append(number)
            postings.title.append(titles.get(term, ()))
            postings.body.append(places)
        for term, places in titles.items():
            if term not in analysed.body:
                postings = self.text[term]
                postings.documents.append(number)
                postings.title.append(places)
                postings.body.append(())
        for field in VALUE_FIELDS:
            self._add_values(number, field, analysed)

    def _add_values(self, number: int, field: str, analysed: AnalysedDocument) -> None:
        counts = analysed.values.get(field, {})
        articles = self.articles[field]
        articles.lengths.append(length_to_byte(analysed.value_lengths.get(field, 0)))
        articles.chunks.append(())
        self.keys[field].append(tuple(key for key in counts if not key.startswith(BELOW)))
        for key, count in counts.items():
            postings = self.values[f"{field} {key}"]
            postings.documents.append(number)
            postings.title.append(())
            postings.body.append(_COUNTED[count] if count < len(_COUNTED) else tuple(range(count)))


_COUNTED = tuple(tuple(range(count)) for count in range(64))  # a value stands nowhere: as many places as it counts


def _name_terms(names: Iterable[Name], languages: Sequence[str]) -> frozenset[str]:
    """Return the terms with which the name of a place or an actor begins."""
    words = {name.text.partition(" ")[0] for name in names if name.whole and name.field in NAMED_FIELDS}
    return frozenset(term for word in words for term in terms_of(word, languages))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term of a leaf: all its postings when they are few, else the best and the name of the file with all."""

    term: str
    family: str
    postings: Postings
    head: int
    list_name: str

    @property
    def is_long(self) -> bool:
        return bool(self.list_name)


def _write_terms(
    terms: Iterable[tuple[str, str, Postings]],
    articles: Mapping[str, Articles],
    averages: Mapping[str, float],
    shards: _Shards,
    *,
    named: frozenset[str] = frozenset(),
    common: frozenset[str] = frozenset(),
    labels: Callable[[str, str], SearchValue] | None = None,
) -> list[object]:
    """Write the leaves and nodes of a table of terms, with labels of values, and return the root."""
    references = {family: reference_average(average) for family, average in averages.items()}

    def entry(term: str, family: str, postings: Postings) -> _Entry:
        df = len(postings.documents)
        head = df * 4 + (term in named)
        if df <= BEST:
            return _Entry(term, family, postings, head, "")
        few = best(postings, articles[family], references[family])
        list_name = _write_list(postings, articles[family], shards, family=family, common=term in common)
        return _Entry(term, family, few, head + 2, list_name)

    def leaf(part: list[_Entry]) -> list[object]:
        return [
            _labels(part, labels) if labels else _write_positions(part, articles[TEXT], shards),
            *_leaf(part, articles),
        ]

    return _write_leaves((entry(*term) for term in terms), lambda entry: entry.term, _entry_size, leaf, shards)


def _entry_size(entry: _Entry) -> int:
    postings = len(entry.postings.documents) * 3 + sum(map(bool, entry.postings.title))
    return len(entry.term) + 3 + postings + len(entry.list_name)


def _write_positions(part: list[_Entry], articles: Articles, shards: _Shards) -> str:
    """Write where the short terms of a leaf stand, and return the file's name."""
    short = [entry.postings for entry in part if not entry.is_long]
    return shards.write([*encode_positions(short), *encode_contexts(short, articles)]) if short else ""


def _labels(part: list[_Entry], value: Callable[[str, str], SearchValue]) -> str:
    keys = [(entry.family, entry.term.partition(" ")[2]) for entry in part]
    return TEXT_END.join(value(field, key).label for field, key in keys if not key.startswith(BELOW))


def _leaf(part: list[_Entry], articles: Mapping[str, Articles]) -> list[object]:
    blocks = [
        encode_block([entry.postings for entry in group], articles[family])
        for family, group in ((family, list(group)) for family, group in groupby(part, lambda entry: entry.family))
    ]
    return [
        encode_sorted(entry.term for entry in part),
        encode_numbers([entry.head for entry in part]),
        "".join(entry.list_name for entry in part),
        *("".join(column) for column in zip(*blocks, strict=True)),
    ]


def _write_list(postings: Postings, articles: Articles, shards: _Shards, *, family: str, common: bool) -> str:
    """Write all postings of a term, with where they stand in files of their own, and return the list's name."""
    lengths = len(postings.documents) * SHARED_LENGTHS <= len(articles.lengths)
    block = encode_block([postings], articles, lengths=lengths or family != TEXT)
    if family != TEXT:
        return shards.write([*block])
    positions = shards.write([*encode_positions([postings])])
    contexts = "" if common else shards.write([*encode_contexts([postings], articles)])
    return shards.write([*block, positions, contexts])


def _write_leaves(
    entries: Iterable[Any],
    key: Callable[[Any], str],
    size: Callable[[Any], int],
    leaf: Callable[[list[Any]], list[object]],
    shards: _Shards,
) -> list[object]:
    children = []
    before = None
    for part in cut(entries, key, size, LEAF_CHARS):
        children.append(Child(separator(before, key(part[0])), shards.write(leaf(part))))
        before = key(part[-1])
    return grow_tree(children, shards.write)


def _write_words(words: Iterable[Word], shards: _Shards) -> list[object]:
    return _write_pairs(((word.word, _word_value(word)) for word in words), shards)


def _word_value(word: Word) -> str:
    rank = DIGITS[frequency_class(word.df)]
    return rank + " ".join(_front_coded(word.word, term) for term in word.terms)


def _front_coded(word: str, term: str) -> str:
    shared = count_shared(word, term)
    return DIGITS[shared + 1] + term[shared:]


def _write_names(names: Iterable[Name], shards: _Shards) -> list[object]:
    return _write_pairs(
        ((text, PART_END.join(map(_name_value, group))) for text, group in groupby(names, lambda name: name.text)),
        shards,
    )


def _name_value(name: Name) -> str:
    return DIGITS[VALUE_FIELDS.index(name.field) * 2 + name.whole] + name.key


def _write_pairs(pairs: Iterable[tuple[str, str]], shards: _Shards) -> list[object]:
    """Write a table of texts and their values and return the root of its tree."""

    def leaf(part: list[tuple[str, str]]) -> list[object]:
        return [encode_sorted(key for key, _ in part), TEXT_END.join(value for _, value in part)]

    return _write_leaves(pairs, lambda pair: pair[0], lambda pair: len(pair[0]) + len(pair[1]) + 2, leaf, shards)


def _write_documents(index: SearchArchive, tables: _Tables, shards: _Shards) -> dict[str, object]:
    """Write cards and columns, and return their names."""
    groups: list[str] = []

    def articles() -> Iterator[tuple[str, list[str]]]:
        for number, chunks in enumerate(tables.chunks):
            stored = index.stored(number)
            groups.append(stored.group)
            yield stored.slug, _cards(stored, chunks)

    runs = [
        (len(run), _write_run([cards for _, cards in run], shards))
        for run in cut(articles(), lambda article: article[0], lambda article: 1, RUN_ARTICLES)
    ]
    names = {
        "dates": shards.write(columns.date_column(index.dates)),
        "groups": shards.write(columns.group_column(groups)),
        "lengths": shards.write([encode_lengths(range(len(index.dates)), tables.articles[TEXT])]),
    }
    for field in VALUE_FIELDS:
        names[field] = shards.write(columns.value_column(_values(index, field, tables.keys[field]), tables.keys[field]))
    return {
        "runs": shards.write([encode_numbers([count for count, _ in runs]), "".join(name for _, name in runs)]),
        "columns": names,
    }


def _values(index: SearchArchive, field: str, articles: Iterable[Iterable[str]]) -> dict[str, SearchValue]:
    own = {key: index.value(field, key) for key in sorted({key for keys in articles for key in keys})}
    broader = {key for value in own.values() for key in value.broader}
    return own | {key: index.value(field, key) for key in sorted(broader - own.keys())}


def _cards(stored: SearchDocument, chunks: int) -> list[str]:
    """Return the cards of an article, one a chunk of its text."""
    texts = [fold_spaces(stored.body)] if chunks == 1 else chunk_texts(stored.body, cut_chunks(stored.body))
    facts = [stored.slug, stored.url, stored.title, stored.topic, stored.date, date_label(stored.date), stored.group]
    return [_json([*facts, text]) for text in texts]


def _write_run(run: list[list[str]], shards: _Shards) -> str:
    name = shards.name("\n".join(card for cards in run for card in cards))
    for number, cards in enumerate(run):
        for chunk, card in enumerate(cards):
            shards.put(f"{name}/{number}-{chunk}" if chunk else f"{name}/{number}", card)
    return name
