"""The archive's full-text index: written whole by a build, asked by the command line and the server.

An index folder holds one sub-folder that Whoosh keeps and a file `current` that names it. That file is
replaced last, so that a reader meets the old index or the new one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh import fields
from whoosh.index import EmptyIndexError, create_in, open_dir
from whoosh.scoring import BM25F

from dateline.errors import SearchError
from dateline.files import replace_file
from dateline.records import SearchDocument
from dateline.search.analysis import StemAnalyzer, WordAnalyzer, stem_word
from dateline.search.query import (
    FAMILIES,
    FIELDS,
    Tree,
    parse_query,
    prefixes,
    wanted_terms,
    whoosh_query,
    words_like_operators,
)
from dateline.search.snippet import Passage, find_passage

if TYPE_CHECKING:
    from types import TracebackType

    from whoosh.searching import Searcher

B, K1 = 0.75, 1.2  # of BM25F, exported to the browser
MAX_PREFIX_WORDS = 256  # the words that a prefix stands for; the same in the browser

_CURRENT = "current"


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What an index holds."""

    documents: int
    words: int  # distinct words of titles and texts, as written


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found; `date` is EDTF, `url` relative to the root of the site."""

    rank: int
    slug: str
    title: str
    topic: str | None
    date: str | None
    url: str
    score: float
    passage: Passage


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query: the first hits of `total`, or the sentence that says why there is none."""

    query: str
    total: int = 0
    hits: tuple[Hit, ...] = ()
    error: str | None = None
    note: str | None = None  # what was not searched, or searched as a mere word


class SearchIndex:
    """An open index; close it, or use it in a `with` statement."""

    def __init__(self, searcher: Searcher) -> None:
        """Take over `searcher`, which is closed with the index."""
        self.searcher = searcher

    def __enter__(self) -> SearchIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the files."""
        self.searcher.close()

    def words(self, family: str, prefix: str = "") -> Iterable[str]:
        """Yield the distinct words of a family of fields that begin with `prefix`, by code point."""
        name = _words_field(family)
        for word in self.searcher.reader().expand_prefix(name, prefix):
            yield self.searcher.schema[name].from_bytes(word)

    def expand(self, family: str, prefix: str) -> Sequence[str]:
        """Return the terms of the first words that begin with `prefix`, each once."""
        words = islice(self.words(family, prefix), MAX_PREFIX_WORDS)
        return list(dict.fromkeys(stem_word(word) for word in words))

    def cut_short(self, family: str, prefix: str) -> bool:
        """Tell whether more words begin with `prefix` than `expand` takes."""
        return next(islice(self.words(family, prefix), MAX_PREFIX_WORDS, None), None) is not None


def build_index(documents: Iterable[SearchDocument], folder: Path) -> IndexSummary:
    """Write the index of `documents`, given in archive order, in place of the one in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=folder))
    writer = create_in(str(new), _schema()).writer(limitmb=256)
    try:
        for document in documents:
            writer.add_document(**_fields(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    replace_file(folder / _CURRENT, new.name + "\n")
    for other in folder.iterdir():
        if other.is_dir() and other != new:
            shutil.rmtree(other)
    with open_index(folder) as built:
        return IndexSummary(built.searcher.doc_count_all(), sum(1 for _ in built.words("text")))


def open_index(folder: Path) -> SearchIndex:
    """Return the index in `folder`; SearchError says when there is none that can be read."""
    try:
        current = (folder / _CURRENT).read_text(encoding="utf-8").strip()
        index = open_dir(str(folder / current), readonly=True)
        return SearchIndex(index.searcher(weighting=BM25F(B=B, K1=K1)))
    except (OSError, EmptyIndexError) as error:
        raise SearchError(f"{folder}: no search index here; `make html` writes it.") from error
    except Exception as error:  # whatever a damaged pickle or table makes Whoosh raise
        reason = f"the search index cannot be read ({error}); `make html` writes it anew"
        raise SearchError(f"{folder}: {reason}.") from error


def search(index: SearchIndex, query: str, *, limit: int | None = None) -> SearchResult:
    """Return the articles that match `query`, best first, equal ones in archive order."""
    try:
        tree = parse_query(query)
    except SearchError as error:
        return SearchResult(query, error=str(error))
    found = rank(index, tree)
    terms = wanted_terms(tree, index.expand)
    hits = (
        _hit(place, index.searcher.reader().stored_fields(document), score, terms)
        for place, (document, score) in enumerate(found[:limit], start=1)
    )
    return SearchResult(query, len(found), tuple(hits), note=_note(index, tree, found=bool(found)))


def rank(index: SearchIndex, tree: Tree) -> list[tuple[int, float]]:
    """Return the number and score of every article that matches, best first, equal ones in archive order."""
    found = index.searcher.search(whoosh_query(tree, index.expand), limit=None)
    return [(document, score) for document, score in found.items() if score is not None]


def search_json(result: SearchResult) -> dict[str, Any]:
    """Return the result as `dateline search --json` prints it, with `error` or `note` where there is one."""
    hits = [
        {
            "rank": hit.rank,
            "slug": hit.slug,
            "title": hit.title,
            "date": hit.date,
            "url": hit.url,
            "score": hit.score,
            "snippet": hit.passage.text,
        }
        for hit in result.hits
    ]
    remarks = {"error": result.error, "note": result.note}
    return {
        "query": result.query,
        "total": result.total,
        "hits": hits,
        **{name: sentence for name, sentence in remarks.items() if sentence},
    }


def _schema() -> fields.Schema:
    """Titles, texts and names by term with positions, and for each family its words for prefixes."""
    stored = dict.fromkeys(("slug", "url", "date"), fields.STORED)
    shown = {"title", "body", "topic"}
    searched = {name: fields.TEXT(analyzer=StemAnalyzer(), stored=name in shown) for name in FIELDS}
    words = {_words_field(family): fields.TEXT(analyzer=WordAnalyzer(), phrase=False) for family in FAMILIES}
    return fields.Schema(**stored, **searched, **words)


def _fields(document: SearchDocument) -> dict[str, Any]:
    """Return a document's fields for Whoosh, several names on lines of their own: no phrase crosses them."""
    searched = {
        "title": document.title,
        "body": document.body,
        "place": "\n".join(document.place_names or document.places),
        "actor": "\n".join(document.actor_names or document.actors),
        "topic": document.topic,
    }
    words = {
        _words_field(family): "\n".join(searched[name] or "" for name in members)
        for family, members in FAMILIES.items()
    }
    stored = {"slug": document.slug, "url": document.url, "date": document.date}
    return {name: value for name, value in {**stored, **searched, **words}.items() if value}


def _words_field(family: str) -> str:
    return f"{family}_words"


def _hit(rank: int, stored: dict[str, Any], score: float, terms: set[str]) -> Hit:
    return Hit(
        rank=rank,
        slug=stored["slug"],
        title=stored.get("title", ""),
        topic=stored.get("topic"),
        date=stored.get("date"),
        url=stored["url"],
        score=score,
        passage=find_passage(stored.get("body", ""), terms),
    )


def _note(index: SearchIndex, tree: Tree, *, found: bool) -> str | None:
    """Say which prefixes stand for more words than are searched; of a vain query, what may be a slip."""
    operators = words_like_operators(tree)
    if operators and not found:
        return f"{' and '.join(operators)} between words must be in capitals."
    cut = [f"“{prefix}”" for family, prefix in prefixes(tree) if index.cut_short(family, prefix)]
    if not cut:
        return None
    return (
        f"More than {MAX_PREFIX_WORDS} words begin with {', '.join(dict.fromkeys(cut))}: "
        f"only the first {MAX_PREFIX_WORDS} were looked for."
    )
