"""What one run of Pelican knows of the archive, from the first signal to the last."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dateline.articles.convert import ConvertReport
from dateline.articles.tombstones import Tombstone
from dateline.authority import Authority
from dateline.facets import StandingArticle, Views
from dateline.records import Notice, SearchDocument, SearchValue

KEY = "DATELINE_STATE"


@dataclass(slots=True)
class SiteState:
    """The run's own memory; Pelican's settings carry it from signal to signal."""

    content: Path
    cache: Path
    authority: Authority | None = None
    converted: ConvertReport = field(default_factory=ConvertReport)
    tombstones: tuple[Tombstone, ...] = ()
    articles: tuple[StandingArticle, ...] = ()
    views: Views | None = None
    searched: tuple[SearchDocument, ...] = ()  # the articles as the search has them
    values: tuple[SearchValue, ...] = ()  # what they are tagged with
    scripts: dict[str, str] = field(default_factory=dict)  # of the search: file names by name
    notices: list[Notice] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # by stage, in the order of the stages

    def tell(self, notices: Iterable[Notice]) -> None:
        """Keep notices, each once, for the end of the build."""
        self.notices = list(dict.fromkeys([*self.notices, *notices]))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time that a block takes to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start


def state_of(settings: dict[str, Any]) -> SiteState:
    """Return the state of the run that these settings belong to."""
    state: SiteState = settings[KEY]
    return state
