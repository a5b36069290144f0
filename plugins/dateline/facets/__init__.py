"""Facets: the articles that stand, gathered by place, actor, topic and tag into what the pages show."""

from __future__ import annotations

from dateline.facets.gather import Views, gather
from dateline.facets.standing import StandingArticle, standing_tags
from dateline.facets.views import (
    ArchiveView,
    ArticleTag,
    ArticleView,
    Branch,
    Chart,
    Entry,
    Evidence,
    Facet,
    FacetIndex,
    Imprint,
    KeywordList,
    LetterGroup,
    Link,
    Period,
    PeriodGroup,
    Quotation,
    SourceRef,
    TimeIndex,
    UnlistedName,
)

__all__ = [
    "ArchiveView",
    "ArticleTag",
    "ArticleView",
    "Branch",
    "Chart",
    "Entry",
    "Evidence",
    "Facet",
    "FacetIndex",
    "Imprint",
    "KeywordList",
    "LetterGroup",
    "Link",
    "Period",
    "PeriodGroup",
    "Quotation",
    "SourceRef",
    "StandingArticle",
    "TimeIndex",
    "UnlistedName",
    "Views",
    "gather",
    "standing_tags",
]
