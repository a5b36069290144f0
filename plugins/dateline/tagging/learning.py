"""Learning: what an archive's stories tell together, and a story by itself leaves open.

    stories ─observe→ observations ─learn→ Learnt ─rows_for→ the rows that may change a story

A story is observed by its own text alone and what is learnt does not depend on the order of the stories, so that
tags are the same however an archive came together. A story's tags depend on its own rows only.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import NamedTuple, TypeVar

from dateline.authority import Authority, find_record_by_id
from dateline.authority.lexicon import Word, name_key
from dateline.files import sha256
from dateline.gazetteer import toponym_key
from dateline.records import Field, Kind, RecordId, Role
from dateline.tagging.coreference import find_acronyms
from dateline.tagging.organisation_words import OrganisationWords
from dateline.tagging.passage import Case, Passage, Reading
from dateline.tagging.resolve import Resolved, name_of

RULE = "acronym explained in another story"
_BARE = "acronym"  # the rule of one that no story explains

_WEIGHT = 0.8
_OPENING = frozenset("(<[")
_BRACKETS = "()<>[]"
_MIN_ACRONYM, _MAX_ACRONYM = 2, 10
_MIN_SMALL_CHARS = 3
# How many stories must say a thing, and what share of those that say anything of it. One explains an acronym for all.
_MIN_EXPLAINING, _SHARE_EXPLAINING = 1, 2 / 3
_MIN_MEANING, _SHARE_MEANING = 2, 0.75
# Of the stories with a name: two that say "Paris, Texas" among a wire's thousand speak for themselves.
_SHARE_TELLING = 0.2
_MIN_SMALL, _SHARE_SMALL = 3, 2 / 3

K = TypeVar("K", bound=Hashable)


class Acronym(NamedTuple):
    """A short form with the name that a story explains it by."""

    short: str
    long: str
    type: str
    record: str  # the id of what the name names, "" for none


@dataclass(frozen=True, slots=True)
class Observation:
    """What one story tells of names, and what it leaves open; sorted, so that equal ones are written alike."""

    acronyms: tuple[Acronym, ...] = ()
    senses: tuple[tuple[str, RecordId], ...] = ()  # by `toponym_key`: the place of several that is meant beyond doubt
    small: tuple[str, ...] = ()  # words written small that some place or person bears as a name
    capital: tuple[str, ...] = ()  # words that are a name, with a capital that only a name would have
    open_acronyms: tuple[str, ...] = ()  # not explained, and in no table
    open_senses: tuple[tuple[str, str], ...] = ()  # with the id of what the name was taken for, "" for nothing
    open_words: tuple[str, ...] = ()  # names of one word that no capital tells


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the stories of an archive tell together, or the rows of it that may change one story."""

    acronyms: Mapping[str, Acronym] = field(default_factory=dict)  # by the short form
    senses: Mapping[str, RecordId] = field(default_factory=dict)  # by `toponym_key`
    small: frozenset[str] = frozenset()  # words that look like names and are mostly written small

    def __bool__(self) -> bool:
        """Tell whether anything was learnt."""
        return bool(self.acronyms or self.senses or self.small)

    def rows_for(self, observation: Observation) -> Learnt:
        """Return the rows that may change the tags of the story that was observed."""
        return Learnt(
            {short: self.acronyms[short] for short in observation.open_acronyms if short in self.acronyms},
            {key: self.senses[key] for key, taken in observation.open_senses if self.senses.get(key, taken) != taken},
            self.small.intersection(observation.open_words),
        )

    def digest(self) -> str:
        """Return a hash of the rows, "" for none."""
        if not self:
            return ""
        rows = [sorted(self.acronyms.values()), sorted(self.senses.items()), sorted(self.small)]
        return sha256(json.dumps(rows))


NOTHING_LEARNT = Learnt()


def write_observation(observation: Observation) -> str:
    """Return an observation as JSON; what is empty is left out."""
    held = {key: value for key, value in asdict(observation).items() if value}
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def read_observation(text: str) -> Observation:
    """Return the observation that `write_observation` wrote. Raises ValueError or TypeError for anything else."""
    held = json.loads(text)
    return Observation(
        acronyms=tuple(Acronym(*row) for row in held.pop("acronyms", ())),
        senses=tuple((key, RecordId(id_)) for key, id_ in held.pop("senses", ())),
        open_senses=tuple((key, taken) for key, taken in held.pop("open_senses", ())),
        **{key: tuple(words) for key, words in held.items()},
    )


def observe(
    passages: Sequence[Passage], standing: Iterable[Reading], resolved: Resolved, words: OrganisationWords
) -> Observation:
    """Return what a story tells, by its passages, the readings that stand and the records that they were given."""
    standing = list(standing)
    explained = find_acronyms(passages, words)
    texts: dict[Field, str] = {passage.field: passage.text for passage in passages}
    senses, open_senses = _senses(resolved, texts)
    told = {word.key for passage in passages for word, tells in zip(passage.words, passage.tells, strict=True) if tells}
    single = list(_single_words(passages, standing))
    return Observation(
        acronyms=tuple(sorted(_explained(explained, texts, resolved))),
        senses=tuple(sorted(senses.items())),
        small=tuple(sorted(set(_small_words(passages)))),
        capital=tuple(sorted(told.intersection(key for _, key in single))),
        open_acronyms=tuple(sorted({word.surface for _, _, word in _open_acronyms(passages, standing)} - {*explained})),
        open_senses=tuple(sorted(open_senses.items())),
        open_words=tuple(sorted({key for reading, key in single if not reading.records} - told)),
    )


def _explained(
    explained: Mapping[str, tuple[Field, int, int]], texts: Mapping[Field, str], resolved: Resolved
) -> Iterator[Acronym]:
    """Yield the acronyms that stand for an actor, each with its whole name."""
    actors = {
        mention.surface: mention
        for mention in reversed(resolved.mentions)
        if mention.kind is Kind.ACTOR and mention.surface in explained
    }
    for short, mention in actors.items():
        name, start, end = explained[short]
        if short.isalnum() and mention.role is not Role.DESCRIPTION:
            long_form = " ".join(texts[name][start:end].strip(_BRACKETS).split())
            yield Acronym(short, long_form, mention.type, mention.record.id if mention.record else "")


def _senses(resolved: Resolved, texts: Mapping[Field, str]) -> tuple[dict[str, RecordId], dict[str, str]]:
    """Return what the story means beyond doubt by names that several places bear, and the names it leaves open."""
    told: dict[str, set[RecordId]] = defaultdict(set)
    left: dict[str, str] = {}
    for reading in resolved.places:
        placed = resolved.placed.get(name_of(reading))
        if placed is None or len(reading.candidates) < 2 or reading.role is not Role.LITERAL:
            continue
        key = toponym_key(texts[reading.field][reading.start : reading.end])
        if placed.told and placed.chosen:
            told[key].add(placed.chosen.id)
        elif not reading.pinned:
            left[key] = placed.chosen.id if placed.chosen else ""
    senses = {key: next(iter(ids)) for key, ids in told.items() if len(ids) == 1}
    return senses, {key: taken for key, taken in left.items() if key not in told}


def _small_words(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield the words written small, and not known to be words, that some place or person bears as a name."""
    authority = passages[0].authority
    names, gazetteer = authority.names, authority.places.gazetteer
    persons = (names.given, names.weak_given, names.surnames, names.weak_surnames)
    small = {
        word.key
        for passage in passages
        for word, case in zip(passage.words, passage.cases, strict=True)
        if case is Case.LOWER
    }
    for key in small - names.common:
        if len(key) >= _MIN_SMALL_CHARS and (any(key in names for names in persons) or gazetteer.find(key)):
            yield key


def _single_words(passages: Sequence[Passage], standing: Iterable[Reading]) -> Iterator[tuple[Reading, str]]:
    """Yield the readings of a single word, each with its key."""
    words = {passage.field: passage.words for passage in passages}
    for reading in standing:
        at = bisect_left(words[reading.field], reading.start, key=lambda word: word.start)
        word = words[reading.field][at]
        if word.end == reading.end:
            yield reading, word.key


def _open_acronyms(passages: Sequence[Passage], standing: Iterable[Reading]) -> Iterator[tuple[Passage, int, Word]]:
    """Yield the words in capitals that may be an acronym: no table and no other name has them, no brackets hold them.

    What stands in brackets is explained by the words before, though it may be no acronym: "NORFOLK SOUTHERN <NSC>".
    """
    bracketed = {
        word.surface
        for passage in passages
        for word, gap in zip(passage.words, passage.gaps, strict=True)
        if gap[-1:] in _OPENING
    }
    held: dict[Field, list[tuple[int, int]]] = {passage.field: [] for passage in passages}
    for reading in standing:
        if reading.rule != _BARE or reading.records:
            held[reading.field].append((reading.start, reading.end))
    for passage in passages:
        spans = sorted(held[passage.field])
        farthest = list(accumulate((end for _, end in spans), max))
        for index, (word, case) in enumerate(zip(passage.words, passage.cases, strict=True)):
            if case is not Case.UPPER or word.shouted or word.surface in bracketed:
                continue
            if not _MIN_ACRONYM <= len(word.surface) <= _MAX_ACRONYM:
                continue
            near = bisect_left(spans, (word.end,))
            is_held = near > 0 and farthest[near - 1] > word.start
            if not is_held and not any(word.key in lexicon.forms for lexicon in passage.lexicons):
                yield passage, index, word


def learn(observations: Iterable[Observation]) -> Learnt:
    """Return what stories tell together, whatever their order."""
    acronyms: dict[str, Counter[Acronym]] = defaultdict(Counter)
    senses: dict[str, Counter[RecordId]] = defaultdict(Counter)
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    left_open: Counter[str] = Counter()
    for observation in observations:
        for acronym in observation.acronyms:
            acronyms[acronym.short][acronym] += 1
        for key, record in observation.senses:
            senses[key][record] += 1
        left_open.update(key for key, _ in observation.open_senses)
        small.update(observation.small)
        capital.update(observation.capital)
    return Learnt(
        {short: row for short, said in sorted(acronyms.items()) if (row := _explanation(said))},
        {
            key: place
            for key, said in sorted(senses.items())
            if (place := _prevailing(said, least=_MIN_MEANING, share=_SHARE_MEANING))
            and said[place] >= _SHARE_TELLING * (said.total() + left_open[key])
        },
        frozenset(
            word
            for word, count in small.items()
            if count >= _MIN_SMALL and count >= _SHARE_SMALL * (count + capital[word])
        ),
    )


def _explanation(said: Mapping[Acronym, int]) -> Acronym | None:
    """Return the name that prevails for a short form, however it is spelled; the most frequent spelling of it."""
    by_name: Counter[str] = Counter()
    for acronym, count in said.items():
        by_name[name_key(acronym.long)] += count
    name = _prevailing(by_name, least=_MIN_EXPLAINING, share=_SHARE_EXPLAINING)
    spelled = {acronym: count for acronym, count in said.items() if name_key(acronym.long) == name}
    # A story that gives the name a record knows more of it than one that does not.
    return min(spelled, key=lambda acronym: (not acronym.record, -spelled[acronym], acronym), default=None)


def _prevailing(said: Mapping[K, int], *, least: int, share: float) -> K | None:
    """Return what at least `share` of the stories say, and as many as `least`, or None."""
    best = max(said, key=lambda one: said[one])
    is_prevailing = said[best] >= least and said[best] >= share * sum(said.values())
    return best if is_prevailing else None


def with_learnt(
    passages: Sequence[Passage], standing: Collection[Reading], rows: Learnt, authority: Authority
) -> list[Reading]:
    """Return the readings of a story with those that the rows for it add, and without those that they rule out.

    What several places may be is for `resolve`, which is given `rows.senses`.
    """
    added = [
        _acronym(passage, index, rows.acronyms[word.surface], authority)
        for passage, index, word in _open_acronyms(passages, standing)
        if word.surface in rows.acronyms
    ]
    words = {
        (reading.field, reading.start)
        for reading, key in _single_words(passages, standing)
        if key in rows.small and not reading.records
    }
    kept = [one for one in standing if one.records or (one.field, one.start) not in words]
    return [*kept, *added]


def _acronym(passage: Passage, at: int, row: Acronym, authority: Authority) -> Reading:
    record = find_record_by_id(authority, row.record) if row.record else None
    word = passage.words[at]
    return Reading(
        passage.field,
        word.start,
        word.end,
        Kind.ACTOR,
        Role.SHORT,
        (record,) if record else (),
        RULE,
        type=row.type,
        weight=_WEIGHT,
        stands_for=row.long,
    )
