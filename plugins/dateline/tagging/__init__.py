"""Tagging: which places and actors the words of a story name, and by which rule each was found."""

from __future__ import annotations

from functools import cache

from dateline.authority import Authority
from dateline.records import Field, Kind, Mention, Role
from dateline.tagging.coreference import find_short_forms
from dateline.tagging.mentions import find_listed
from dateline.tagging.organisations import find_organisations, load_organisation_words
from dateline.tagging.passage import read_passage
from dateline.tagging.resolve import resolve
from dateline.tagging.select import select
from dateline.tagging.toponyms import find_toponyms
from dateline.text import sentence_span

__all__ = ["find_mentions", "mention_json"]

_organisation_words = cache(load_organisation_words)


def find_mentions(title: str, text: str, authority: Authority, *, article: str | None = None) -> tuple[Mention, ...]:
    """Return the mentions of a story, the title's first, each field's in order.

    Paragraphs of `text` are parted by empty lines. `article` is the slug by which rules may hold here alone.
    No two mentions of one field, kind and role overlap.
    """
    texts: dict[Field, str] = {"title": title, "text": text}
    keys = dict.fromkeys((article or "", ""))
    decided = [authority.decisions[key].lexicon for key in keys if key in authority.decisions]
    passages = [read_passage(field, words, authority, [*decided, *authority.lexicons]) for field, words in texts.items()]
    listed = [reading for passage in passages for reading in find_listed(passage)]
    organisation_words = _organisation_words()
    organisations = find_organisations(passages, organisation_words)
    toponyms = find_toponyms(passages, listed)
    standing = select([*listed, *organisations, *toponyms])
    actors = [reading for reading in standing if reading.kind is Kind.ACTOR and reading.role is not Role.DESCRIPTION]
    if short := find_short_forms(passages, actors, organisation_words):
        standing = select([*standing, *short])
    return resolve(standing, texts, authority, article).mentions


def mention_json(mention: Mention, title: str, text: str) -> dict[str, object]:
    """Return a mention as `dateline tag` and `data/mentions.jsonl` print it, with the sentence around it."""
    words = title if mention.field == "title" else text
    record = mention.record
    first, last = sentence_span(words, mention.start, mention.end)
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "surface": mention.surface,
        "quote": words[first:last],
        "kind": mention.kind.value,
        "role": mention.role.value,
        "type": mention.type,
        "record": record.id if record else None,
        "name": record.label if record else None,
        "lat": record.latitude if record else None,
        "lon": record.longitude if record else None,
        "geonameid": _geoname_id(record.id) if record else None,
        "score": mention.score,
        "rule": mention.rule,
        "alternatives": [
            {
                "record": other.record.id,
                "name": other.record.label,
                "score": other.score,
                "why_not": other.why_not,
            }
            for other in mention.alternatives
        ],
    }


def _geoname_id(record_id: str) -> int | None:
    source, _, number = record_id.partition(":")
    return int(number) if source == "geonames" and number.isdecimal() else None
