"""Tables of terms: entries with their postings, parted into leaves, below a tree; what stands is taken over."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dateline.search.fields import TEXT
from dateline.search.shards.codec import encode_column, encode_sorted
from dateline.search.shards.folder import ShardFolder
from dateline.search.shards.postings import (
    BEST,
    SHARED_LENGTHS,
    Postings,
    best,
    count_titled,
    encode_block,
    encode_length,
    reference_average,
    score_table,
    usual_length,
)
from dateline.search.shards.trees import Child, cut, grow_tree, separator

LEAF_CHARS = (600, 250, 1500)  # at least, more in the mean, at most: about 0.8 KB as gzip


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths of all articles in a family of terms."""

    quantised: Sequence[int]  # as Whoosh's bytes
    encoded: Sequence[bytes]
    scores: Mapping[tuple[int, int], float]  # under the reference average


def lengths_of(family: str, quantised: Sequence[int], average: float) -> Lengths:
    """Return what postings need of the lengths of all articles."""
    reference = reference_average(average)
    usual = usual_length(reference) if family == TEXT else 0
    return Lengths(quantised, [encode_length(length, usual) for length in quantised], score_table(reference))


class Entry(NamedTuple):  # made for each term
    """A term as its leaf has it."""

    term: str
    df: int
    size: int  # by which leaves are cut
    files: tuple[str, ...]  # of a long list: of all postings, and of the text also of places and of contexts
    # A block's columns, of the best of a long list; of a short one then places in title and body, and both contexts.
    # None where a leaf that stands may have them.
    columns: tuple[bytes, ...] | None


class Leaf(NamedTuple):
    """A leaf that was written."""

    first: str
    last: str
    terms: int
    files: tuple[str, ...]  # its own name, and that of its file of places


def write_entry(term: str, postings: Postings, lengths: Lengths, shards: ShardFolder) -> Entry:
    """Return the entry of a term, whose long list is written."""
    df = len(postings.documents)
    places = (bytes(postings.title), bytes(postings.body))
    contexts = (bytes(postings.title_contexts), bytes(postings.body_contexts))
    if df <= BEST:
        block = encode_block(postings.documents, postings.shapes, lengths.encoded)
        return _entry(term, df, postings.shapes, (), (*block, *places, *contexts))
    is_text = " " not in term
    encoded = None if is_text and shares_lengths(df, len(lengths.quantised)) else lengths.encoded
    all_postings = encode_block(postings.documents, postings.shapes, encoded)
    files: tuple[str, ...] = ()
    if is_text:
        files = (shards.write(places), "" if postings.digit else shards.write(contexts))
    chosen = best(postings, lengths.quantised, lengths.scores)
    documents = array("I", [postings.documents[place] for place in chosen])
    shapes = array("Q", [postings.shapes[place] for place in chosen])
    files = (shards.write((*all_postings, *files)), *files)
    return _entry(term, df, shapes, files, encode_block(documents, shapes, lengths.encoded))


def shares_lengths(df: int, documents: int) -> bool:
    """Tell whether a list leaves the lengths of its articles to the column of all."""
    return df * SHARED_LENGTHS > documents


def _entry(term: str, df: int, shapes: Sequence[int], files: tuple[str, ...], columns: tuple[bytes, ...]) -> Entry:
    size = len(term) + 3 + len(shapes) * 3 + count_titled(shapes) + len("".join(files[:1]))
    return Entry(term, df, size, files, columns)


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier export wrote of a table: leaves by their first term, and the columns of a term."""

    leaves: Mapping[str, Leaf]
    columns: Callable[[str], tuple[bytes, ...]]


class Table(NamedTuple):
    """A table that was written."""

    root: list[object]
    entries: list[Entry]  # without columns
    leaves: list[Leaf]


def write_table(
    entries: Iterable[Entry],
    opening: Callable[[Sequence[Entry]], tuple[str, tuple[str, ...]]],
    named: Container[str],
    shards: ShardFolder,
    kept: Kept | None = None,
) -> Table:
    """Write the leaves and nodes of a table of terms.

    `opening` gives what a leaf begins with, and the files that this names; `named` has the terms with which names of
    places and actors begin; `kept` what stands, for entries without columns.
    """
    leaves = []
    all_entries: list[Entry] = []
    children = []
    before = None
    for part in cut(entries, lambda entry: entry.term, lambda entry: entry.size, LEAF_CHARS):
        leaf = _keep(part, kept, shards) if kept else None
        if leaf is None:
            whole = [_with_columns(entry, kept) for entry in part]
            opened, files = opening(whole)
            name = shards.write(_leaf(whole, opened, named))
            leaf = Leaf(part[0].term, part[-1].term, len(part), (name, *files))
        leaves.append(leaf)
        children.append(Child(separator(before, leaf.first), leaf.files[0]))
        before = leaf.last
        all_entries += [entry._replace(columns=None) for entry in part]
    return Table(grow_tree(children, shards.write), all_entries, leaves)


def _keep(part: Sequence[Entry], kept: Kept, shards: ShardFolder) -> Leaf | None:
    """Take over the files of entries that stand, and their leaf if it stands as well."""
    standing = [entry for entry in part if entry.columns is None]
    for entry in standing:
        shards.keep(entry.files)
    leaf = kept.leaves.get(part[0].term)
    if len(standing) < len(part) or leaf is None or (leaf.last, leaf.terms) != (part[-1].term, len(part)):
        return None
    shards.keep(leaf.files)
    return leaf


def _with_columns(entry: Entry, kept: Kept | None) -> Entry:
    return entry._replace(columns=kept.columns(entry.term)) if kept and entry.columns is None else entry


def _leaf(part: Sequence[Entry], opened: str, named: Container[str]) -> list[object]:
    columns = zip(*(entry.columns[:5] for entry in part if entry.columns is not None), strict=True)
    return [
        opened,
        encode_sorted(entry.term for entry in part),
        encode_column([entry.df * 4 + bool(entry.files) * 2 + (entry.term in named) for entry in part]),
        "".join(entry.files[0] for entry in part if entry.files),
        *(b"".join(column) for column in columns),
    ]


def write_places(part: Sequence[Entry], shards: ShardFolder) -> tuple[str, tuple[str, ...]]:
    """Write where the short terms of a leaf stand, and return the file's name."""
    short = [entry.columns[5:] for entry in part if not entry.files and entry.columns is not None]
    if not short:
        return "", ()
    name = shards.write([b"".join(column) for column in zip(*short, strict=True)])
    return name, (name,)
