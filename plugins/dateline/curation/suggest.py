"""Suggest: an archive's articles are tagged, and what was seen of their names makes proposals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from dateline.authority import Authority, find_record
from dateline.curation.desk import load_rejected
from dateline.curation.proposals import propose
from dateline.curation.questions import Proposal
from dateline.curation.reading import ReadArticle, load_articles
from dateline.curation.survey import Survey, survey_article
from dateline.records import Kind, Mention
from dateline.tagging.memory import ArticleText, open_memory


def load_proposals(
    content: Path,
    authority: Authority,
    *,
    cache: Path | None = None,
    kind: Kind | None = None,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> list[Proposal]:
    """Return what the articles below `content` speak for, but for what was rejected; all kinds, or one.

    `cache` is the folder that remembers what was found in texts.
    """
    survey = Survey()
    with open_memory(cache, authority) as memory:
        learnt = memory.learn(map(_text, load_articles(content)))
        for done, article in enumerate(load_articles(content), start=1):
            mentions = memory.mentions(_text(article), learnt)
            survey_article(survey, article, mentions, _unlisted(article, mentions, authority), authority)
            progress("articles", done)
    return propose(survey, authority, rejected=load_rejected(content / "authority"), kind=kind)


def _text(article: ReadArticle) -> ArticleText:
    return ArticleText(article.slug, article.title, article.text, article.setting)


def _unlisted(article: ReadArticle, mentions: Iterable[Mention], authority: Authority) -> list[tuple[Kind, str]]:
    """Return the names on an article's lines that no record has."""
    near = [mention.record for mention in mentions if mention.record]
    return [
        (kind, name)
        for kind, name in article.listed
        if not find_record(authority, kind, name, near=near, article=article.slug)
    ]
