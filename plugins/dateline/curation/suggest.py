"""Suggest: an archive's articles are tagged, and what was seen of their names makes proposals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dateline.authority import Authority, find_record
from dateline.curation.desk import load_rejected
from dateline.curation.proposals import propose
from dateline.curation.questions import Proposal
from dateline.curation.reading import load_articles
from dateline.curation.survey import Survey, survey_article
from dateline.records import Kind
from dateline.tagging import find_mentions


def load_proposals(
    content: Path,
    authority: Authority,
    *,
    kind: Kind | None = None,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> list[Proposal]:
    """Return what the articles below `content` speak for, but for what was rejected; all kinds, or one."""
    survey = Survey()
    for done, article in enumerate(load_articles(content), start=1):
        mentions = find_mentions(article.title, article.text, authority, article=article.slug)
        near = [mention.record for mention in mentions if mention.record]
        unlisted = [
            (of, name)
            for of, name in article.listed
            if not find_record(authority, of, name, near=near, article=article.slug)
        ]
        survey_article(survey, article, mentions, unlisted, authority)
        progress("articles", done)
    return propose(survey, authority, rejected=load_rejected(content / "authority"), kind=kind)
