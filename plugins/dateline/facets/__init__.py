"""Facets: the articles that stand, gathered by place, actor, topic and tag into what the pages show."""

from __future__ import annotations

from dateline.facets.gather import Views, gather
from dateline.facets.standing import StandingArticle, standing_tags
from dateline.facets.views import (
    ArchiveView,
    ArticleTag,
    ArticleView,
    Entry,
    Evidence,
    Facet,
    FacetIndex,
    LetterGroup,
    Link,
    Quotation,
    SourceRef,
)

__all__ = [
    "ArchiveView",
    "ArticleTag",
    "ArticleView",
    "Entry",
    "Evidence",
    "Facet",
    "FacetIndex",
    "LetterGroup",
    "Link",
    "Quotation",
    "SourceRef",
    "StandingArticle",
    "Views",
    "gather",
    "standing_tags",
]
