"""The evidence of an article: what its tags rest on, and what else its words name, each mention told once.

Mentions of the same words that are read the same way are folded into one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from dateline.facets.standing import StandingArticle
from dateline.facets.views import Evidence, Quotation, UnlistedName, confidence_of, is_web_address
from dateline.records import Mention, Record, RecordId, Role
from dateline.text import fold, sentence_span

MAX_REPEATS = 20  # quoted: a list of ten thousand names would be a page of megabytes


@dataclass(frozen=True, slots=True)
class ArticleEvidence:
    """The mentions of an article by what they show."""

    tagging: Mapping[RecordId, tuple[Evidence, ...]]  # those that make a tag
    beside: Mapping[RecordId, tuple[Evidence, ...]]  # those that make none: "Syrian", "Bank of Lebanon"
    records: Mapping[RecordId, Record]  # of both
    unlisted: tuple[UnlistedName, ...]  # A–Z
    descriptions: tuple[Evidence, ...]  # unnamed parties


def gather_evidence(
    article: StandingArticle, country_of: Callable[[Record], str], contact: str = ""
) -> ArticleEvidence:
    """Return the evidence of an article; `contact` is the mail address, or that of a form, for reports of errors.

    `country_of` tells in which country a place lies, "" for none.
    """
    tagging: dict[RecordId, list[Mention]] = {}
    beside: dict[RecordId, list[Mention]] = {}
    records: dict[RecordId, Record] = {}
    unlisted: dict[tuple[str, str], list[Mention]] = {}
    descriptions: list[Mention] = []
    for mention in article.mentions:
        if mention.role is Role.DESCRIPTION:
            descriptions.append(mention)
        elif mention.record is None:
            unlisted.setdefault((fold(mention.surface), mention.type), []).append(mention)
        else:
            records[mention.record.id] = mention.record
            (tagging if mention.makes_tag else beside).setdefault(mention.record.id, []).append(mention)

    def told(mentions: Iterable[Mention]) -> tuple[Evidence, ...]:
        return tuple(_fold_repeats(article, mentions, country_of, contact))

    return ArticleEvidence(
        {id_: told(mentions) for id_, mentions in tagging.items()},
        {id_: told(mentions) for id_, mentions in beside.items()},
        records,
        tuple(
            UnlistedName(_folded(mentions[0].surface), type_, told(mentions))
            for (_, type_), mentions in sorted(unlisted.items())
        ),
        told(descriptions),
    )


def quote_mention(article: StandingArticle, mention: Mention) -> Quotation:
    """Return the sentence in which a mention stands, cut around its surface."""
    text = article.title if mention.field == "title" else article.rendered.text
    first, last = sentence_span(text, mention.start, mention.end)
    return Quotation(text[first : mention.start], mention.surface, text[mention.end : last])


def _fold_repeats(
    article: StandingArticle, mentions: Iterable[Mention], country_of: Callable[[Record], str], contact: str
) -> list[Evidence]:
    """Return the evidence of mentions, those of the same words that are read the same way as one."""
    folded: dict[tuple[object, ...], list[Mention]] = {}
    for mention in mentions:
        runner_up = mention.alternatives[0].record.id if mention.alternatives else None
        read_as = (mention.role, mention.rule, confidence_of(mention.score), runner_up)
        folded.setdefault((mention.field, _folded(mention.surface), *read_as), []).append(mention)
    return [
        Evidence(
            first,
            quote_mention(article, first),
            tuple(quote_mention(article, mention) for mention in others[:MAX_REPEATS]),
            len(others[MAX_REPEATS:]),
            report_address(contact, article, first),
            country_of(first.alternatives[0].record) if first.alternatives else "",
        )
        for first, *others in folded.values()
    ]


def _folded(surface: str) -> str:
    return " ".join(surface.split())


def report_address(contact: str, article: StandingArticle, mention: Mention) -> str:
    """Return where an error in a mention is reported: a mail that says which, or a form told so; "" for no contact.

    A form gets `article`, `field`, `start`, `end`, `words` and `record` as the query of its address.
    """
    if not contact:
        return ""
    words = _folded(mention.surface)
    record = mention.record.id if mention.record else ""
    told = {
        "article": article.slug,
        "words": words,
        "field": mention.field,
        "start": str(mention.start),
        "end": str(mention.end),
        "record": record,
    }
    if is_web_address(contact):
        return f"{contact}{'&' if '?' in contact else '?'}{urlencode(told)}"
    body = "".join(f"{name}: {value or 'none'}\r\n" for name, value in told.items())
    query = {"subject": f"Error in “{article.slug}”: {words}", "body": f"What is wrong?\r\n\r\n\r\n{body}"}
    return f"mailto:{quote(contact, safe='@')}?{urlencode(query, quote_via=quote)}"
