"""A question as the command line and the server put it, and its answer as the JSON that both give."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from dateline.errors import SearchError
from dateline.search import answer, archive_index
from dateline.search.manifest import index_stamp

SORTS = get_args(answer.Sort)
NO_LIMIT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and which part of its answer is wanted in which order."""

    query: str
    limit: int = 20
    offset: int = 0
    sort: answer.Sort = "relevance"
    widen: bool = True  # names in all their spellings
    facets: bool = False
    seconds: float | None = None  # until the search gives up


@dataclass(frozen=True, slots=True)
class Engine:
    """What opens an index and asks it; `generation` names the index that stands in a folder, "" where there is none."""

    open: Callable[[Path], Any]  # a context manager
    ask: Callable[[Any, Question], dict[str, Any]]
    count: Callable[[Any], int]  # articles
    generation: Callable[[Path], str]


def error_json(query: str, sentence: str) -> dict[str, Any]:
    """Return the answer to a question that cannot be answered.

    >>> answer = error_json("(", "A bracket is opened but not closed.")
    >>> answer["total"], answer["hits"], answer["error"]
    (0, [], 'A bracket is opened but not closed.')
    """
    return answer.search_json(answer.SearchResult(query, error=sentence))


def _ask(index: archive_index.SearchIndex, question: Question) -> dict[str, Any]:
    """Ask the index that a build brings up to date; SearchError when the time is over, or the index damaged."""
    begun = time.monotonic()
    try:
        result = answer.search(
            index,
            question.query,
            limit=question.limit,
            offset=question.offset,
            sort=question.sort,
            widen=question.widen,
            facets=question.facets,
            budget=question.seconds,
        )
    except SearchError:
        raise
    except Exception:  # whatever damaged postings make Whoosh raise
        index.check()
        raise
    if result.error and question.seconds is not None and time.monotonic() - begun >= question.seconds:
        raise SearchError(result.error)
    return answer.search_json(result)


def _stamp(folder: Path) -> str:
    try:
        return index_stamp(folder)
    except OSError:
        return ""


ENGINE = Engine(archive_index.open_index, _ask, lambda index: index.statistics.documents, _stamp)
