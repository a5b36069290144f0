"""Tagging: which places and actors the words of a story name, and by which rule each was found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from dateline.authority import Authority
from dateline.records import Field, Kind, Mention, Role
from dateline.tagging.acting import read_acting
from dateline.tagging.coreference import find_short_forms, without_initials
from dateline.tagging.learning import NOTHING_LEARNT, Learnt, Observation, observe, with_learnt
from dateline.tagging.mentions import find_listed
from dateline.tagging.organisations import find_organisations, load_organisation_words
from dateline.tagging.passage import Passage, Reading, read_passage
from dateline.tagging.persons import find_persons
from dateline.tagging.resolve import resolve
from dateline.tagging.select import select
from dateline.tagging.toponyms import find_toponyms
from dateline.text import sentence_span

__all__ = ["find_mentions", "mention_json", "observe_story"]

_organisation_words = cache(load_organisation_words)


# In a dateline capitals are no emphasis: "BRUSSELS, March 9".
_CAPITALS = re.compile(r"[^\W\d_]{3,}")


def find_mentions(
    title: str,
    text: str,
    authority: Authority,
    *,
    article: str | None = None,
    learnt: Learnt = NOTHING_LEARNT,
    setting: str = "",
) -> tuple[Mention, ...]:
    """Return the mentions of a story, the title's first, each field's in order.

    Paragraphs of `text` are parted by empty lines. `article` is the slug by which rules may hold here alone, `learnt`
    what the archive's stories tell of the names that this one leaves open, `setting` its topic and dateline: the places
    that they name speak for their surroundings and are no mentions.
    No two mentions of one field, kind and role overlap.
    """
    texts: dict[Field, str] = {"title": title, "text": text}
    passages = _read(texts, authority, article)
    standing, beside = _find_standing(passages), _read_setting(setting, authority)
    resolved = resolve(standing, texts, authority, article, beside=beside)
    rows = learnt.rows_for(observe(passages, standing, resolved, _organisation_words())) if learnt else NOTHING_LEARNT
    if rows:
        standing = select(with_learnt(passages, standing, rows, authority))
        resolved = resolve(standing, texts, authority, article, prevailing=rows.senses, beside=beside)
    return resolved.mentions


def observe_story(
    title: str, text: str, authority: Authority, *, article: str | None = None, setting: str = ""
) -> tuple[tuple[Mention, ...], Observation]:
    """Return the mentions of a story by itself, as `find_mentions` does, and what it tells for `learning.learn`."""
    texts: dict[Field, str] = {"title": title, "text": text}
    passages = _read(texts, authority, article)
    standing = _find_standing(passages)
    resolved = resolve(standing, texts, authority, article, beside=_read_setting(setting, authority))
    return resolved.mentions, observe(passages, standing, resolved, _organisation_words())


def _read(texts: Mapping[Field, str], authority: Authority, article: str | None) -> list[Passage]:
    keys = dict.fromkeys((article or "", ""))
    decided = [authority.decisions[key].lexicon for key in keys if key in authority.decisions]
    lexicons = [lexicon for lexicon in (*decided, *authority.lexicons) if lexicon.forms]
    return [read_passage(field, words, authority, lexicons) for field, words in texts.items()]


def _read_setting(setting: str, authority: Authority) -> list[Reading]:
    """Return the places that a story's topic and dateline name."""
    if not setting:
        return []
    written = _CAPITALS.sub(lambda found: found[0].capitalize() if found[0].isupper() else found[0], setting)
    passage = read_passage("text", written, authority, [lexicon for lexicon in authority.lexicons if lexicon.forms])
    listed = find_listed(passage)
    standing = select([*listed, *find_toponyms([passage], listed, [])])
    return [reading for reading in standing if reading.kind is Kind.PLACE and reading.role is Role.LITERAL]


def _find_standing(passages: Sequence[Passage]) -> list[Reading]:
    """Return the readings of a story that stand, of all that its recognisers find."""
    listed = [reading for passage in passages for reading in find_listed(passage)]
    organisation_words = _organisation_words()
    organisations = find_organisations(passages, organisation_words)
    persons = find_persons(passages, passages[0].authority.names)
    toponyms = find_toponyms(passages, listed, [*persons, *organisations])
    standing = select([*without_initials([*listed, *organisations], passages), *persons, *toponyms])
    actors = [reading for reading in standing if reading.kind is Kind.ACTOR and reading.role is not Role.DESCRIPTION]
    if short := find_short_forms(passages, actors, organisation_words):
        standing = select([*standing, *short])
    standing = [reading for passage in passages for reading in read_acting(passage, standing)]
    return standing


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
