"""Write the shards of an index: a function of its live articles alone, whatever was exported before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from dateline.files import replace_file, sha256
from dateline.records import SearchValue
from dateline.search.analysis import terms_of
from dateline.search.fields import BELOW, FAMILIES, TEXT, VALUE_FIELDS
from dateline.search.names import Name
from dateline.search.shards.cards import Run, write_columns, write_runs
from dateline.search.shards.codec import DIGITS, TEXT_END, count_shared, encode_numbers, encode_sorted
from dateline.search.shards.draft import Draft, SearchArchive, all_articles, changed_articles, facts_of, find_changed
from dateline.search.shards.folder import META, CollisionError, Mark, ShardFolder, StaleStateError, script
from dateline.search.shards.postings import LENGTHS, Postings, reference_average, usual_length
from dateline.search.shards.state import Facts, State, TermRow, open_state, write_state
from dateline.search.shards.tables import (
    LEAF_CHARS,
    Entry,
    Kept,
    Leaf,
    lengths_of,
    write_entry,
    write_places,
    write_table,
)
from dateline.search.shards.trees import Child, cut, grow_tree, separator
from dateline.search.words import Word, frequency_class

NAME_CHARS = 10
PART_END = "\x9f"
NAMED_FIELDS = ("place", "actor")  # whose names a plain word is widened to


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What the folder holds now: files of this export, and others, which open pages may still ask for."""

    files: int
    bytes: int
    live: frozenset[str]  # paths in the folder, with "/"
    superseded: frozenset[str]
    written: int  # files that were not there before
    generation: str  # changes with any file of the export: a hash of meta.js, which names all others by their hashes


def export_index(index: SearchArchive, folder: Path, *, name_chars: int = NAME_CHARS) -> ExportSummary:
    """Write the shards of `index` into `folder`, the file that names them last; files that are there stay.

    What an earlier export kept there is taken over as far as the articles are the same and in the same order. Raises
    OSError; SearchError for an archive that shards cannot hold.
    """
    recorded: Mapping[str, Mark] = {}
    try:
        try:
            with closing(open_state(folder)) as state:
                recorded = state.facts.files
                return _export_changes(index, ShardFolder(folder, name_chars, recorded), state)
        except StaleStateError:
            return _export(index, all_articles(index), ShardFolder(folder, name_chars, recorded), None)
    except CollisionError:
        return export_index(index, folder, name_chars=name_chars + 2)


def _export_changes(index: SearchArchive, shards: ShardFolder, state: State) -> ExportSummary:
    """Export what `state` does not tell; StaleStateError where it does not fit."""
    changed = find_changed(index, state.facts, shards.name_chars)
    if not changed and state.facts.files.items() <= shards.standing.items():
        with suppress(FileNotFoundError):
            content = (shards.folder / META).read_bytes()
            if sha256(content) == state.facts.meta:
                return _summary(shards, state.facts.files, content, 0)
    return _export(index, changed_articles(index, changed, state, shards), shards, state)


def _export(index: SearchArchive, draft: Draft, shards: ShardFolder, state: State | None) -> ExportSummary:
    """Write all that the draft has, and keep what the next export is to know."""
    content, facts, rows = _write_shards(index, draft, shards, state)
    written = shards.written + replace_file(shards.folder / META, content)
    articles = zip(draft.changed, draft.tables.terms, draft.tables.value_terms, strict=True)
    if state:
        state.save(facts, rows, draft.gone, articles)
    else:
        write_state(shards.folder, facts, rows, articles)
    return _summary(shards, shards.files, content, written)


def _summary(shards: ShardFolder, files: Mapping[str, Mark], meta: bytes, written: int) -> ExportSummary:
    live = frozenset((*files, META))
    return ExportSummary(
        files=len(live),
        bytes=sum(mark.size for mark in files.values()) + len(meta),
        live=live,
        superseded=frozenset(shards.standing) - live,
        written=written,
        generation=sha256(meta)[:NAME_CHARS],
    )


def _write_shards(
    index: SearchArchive, draft: Draft, shards: ShardFolder, state: State | None
) -> tuple[bytes, Facts, list[TermRow]]:
    """Write all shards but meta, and return its content, and what is kept for the next export."""
    averages = {family: index.statistics.average(family) for family in FAMILIES}
    lengths = {family: lengths_of(family, draft.lengths[family], averages[family]) for family in FAMILIES}
    names = list(index.names(""))
    rows: list[TermRow] = []

    def written(changed: Mapping[str, Entry | Postings]) -> Iterator[Entry]:
        for term in sorted(changed):
            entry = changed[term]
            if isinstance(entry, Postings):
                entry = write_entry(term, entry, lengths[term.partition(" ")[0] if " " in term else TEXT], shards)
                rows.append((term, entry.columns or ()))
            yield entry

    def kept(leaves: Sequence[Sequence[Any]]) -> Kept | None:
        return Kept({leaf[0]: Leaf(*leaf) for leaf in leaves}, state.columns) if state else None

    named = _name_terms(names, index.languages)
    text = write_table(
        written(draft.text),
        lambda part: write_places(part, shards),
        named,
        shards,
        kept(state.facts.text_leaves if state else ()),
    )
    values = write_table(
        written(draft.values),
        lambda part: (_labels(part, index.value), ()),
        frozenset(),
        shards,
        kept(state.facts.values_leaves if state else ()),
    )
    runs = write_runs(
        list(draft.prints),
        frozenset(draft.changed),
        {run[0]: Run(*run) for run in state.facts.runs} if state else {},
        draft.cards_of,
        shards,
    )
    column_names = write_columns(index, draft.groups, lengths[TEXT].encoded, draft.keys, shards)
    meta: dict[str, object] = {
        "documents": len(draft.prints),
        "dated": sum(days is not None for days in index.dates),
        "averages": averages,
        "languages": list(index.languages),
        "common": draft.common,
        "lengths": encode_numbers(LENGTHS[: max(max(numbers, default=0) for numbers in draft.lengths.values()) + 1]),
        "usualLength": usual_length(reference_average(averages[TEXT])),
        "nameChars": shards.name_chars,
        "roots": {
            "text": text.root,
            "values": shards.write(values.root),
            "words": shards.write(_write_words(index.words(""), shards)),
            "names": shards.write(_write_names(names, shards)),
        },
        "runs": shards.write([encode_numbers([run.articles for run in runs]), "".join(run.name for run in runs)]),
        "columns": column_names,
    }
    content = script("meta", meta).encode()
    return content, facts_of(index, draft, shards, tables=(text, values), runs=runs, meta=sha256(content)), rows


def _name_terms(names: Iterable[Name], languages: Sequence[str]) -> frozenset[str]:
    """Return the terms with which the name of a place or an actor begins."""
    words = {name.text.partition(" ")[0] for name in names if name.whole and name.field in NAMED_FIELDS}
    return frozenset(term for word in words for term in terms_of(word, languages))


def _labels(part: Sequence[Entry], value: Callable[[str, str], SearchValue]) -> str:
    keys = [(field, key) for field, _, key in (entry.term.partition(" ") for entry in part)]
    return TEXT_END.join(value(field, key).label for field, key in keys if not key.startswith(BELOW))


def _write_leaves(
    entries: Iterable[Any],
    key: Callable[[Any], str],
    size: Callable[[Any], int],
    leaf: Callable[[list[Any]], list[object]],
    shards: ShardFolder,
) -> list[object]:
    children = []
    before = None
    for part in cut(entries, key, size, LEAF_CHARS):
        children.append(Child(separator(before, key(part[0])), shards.write(leaf(part))))
        before = key(part[-1])
    return grow_tree(children, shards.write)


def _write_words(words: Iterable[Word], shards: ShardFolder) -> list[object]:
    return _write_pairs(((word.word, _word_value(word)) for word in words), shards)


def _word_value(word: Word) -> str:
    rank = DIGITS[frequency_class(word.df)]
    return rank + " ".join(_front_coded(word.word, term) for term in word.terms)


def _front_coded(word: str, term: str) -> str:
    shared = count_shared(word, term)
    return DIGITS[shared + 1] + term[shared:]


def _write_names(names: Iterable[Name], shards: ShardFolder) -> list[object]:
    return _write_pairs(
        ((text, PART_END.join(map(_name_value, group))) for text, group in groupby(names, lambda name: name.text)),
        shards,
    )


def _name_value(name: Name) -> str:
    return DIGITS[VALUE_FIELDS.index(name.field) * 2 + name.whole] + name.key


def _write_pairs(pairs: Iterable[tuple[str, str]], shards: ShardFolder) -> list[object]:
    """Write a table of texts and their values and return the root of its tree."""

    def leaf(part: list[tuple[str, str]]) -> list[object]:
        return [encode_sorted(key for key, _ in part), TEXT_END.join(value for _, value in part)]

    return _write_leaves(pairs, lambda pair: pair[0], lambda pair: len(pair[0]) + len(pair[1]) + 2, leaf, shards)
