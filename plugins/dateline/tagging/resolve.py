"""Resolution: which record each reading names, by the archive's decisions and the rest of the story.

A story is coherent: of two places of one name, the one in a country that the story names anyway is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import log1p
from typing import NamedTuple

from dateline.authority import Authority, Decisions, ancestors, compose_force, compose_office, compose_unit
from dateline.authority.grammar import find_office
from dateline.authority.lexicon import name_key, read_words
from dateline.gazetteer import toponym_key
from dateline.records import SEAT, SIGN_OFF, Alternative, Field, Kind, Mention, Record, RecordId, Role
from dateline.tagging.passage import DECIDED, DEFINED_ACRONYM, STATELESS, Reading
from dateline.tagging.placing import Name, Placed, place

# How far each rule is trusted, not a probability: what the archive lists before what the grammar composes,
# and that before a unit of which the story does not tell whose it is.
_TRUST = {
    "name in places.csv": 1.0,
    "name in actors.csv": 1.0,
    "rule in rules.csv": 1.0,
    "ordinal + unit": 0.9,
    "country + verb": 0.9,
    "epithet + noun": 0.8,
    "nationality + epithet + noun": 0.8,
    "country’s + epithet + noun": 0.8,
    "country’s + party": 0.9,
    "country + noun": 0.9,
    "country’s + act": 0.85,
    "verb + country": 0.85,
    "done by the country": 0.85,
    "dealings with the country": 0.8,
    "for or against the country": 0.85,
    "country beside one that acts": 0.8,
    "backed or led + noun": 0.85,
    "for or against + noun": 0.85,
    "nationality + backed": 0.9,
    "office without a country": 0.7,
}
_TRUST_OF_GRAMMAR = 0.95
_TRUST_OF_LONE_UNIT = 0.8
_OF_GAZETTEER = "name in the gazetteer"
_OF_TABLE = "name in Dateline’s table of actors"
_BASED = "-based"
_OF_RULES = "rule in rules.csv"
_ALIKE_CHARS = 4
_MIN_WEIGHT = 0.5  # of the words alone; below, the story's other names must speak for the place
_FIT_ADDS = 0.05
_MIN_ALTERNATIVE = 0.001
_EMBEDDED_SAYS = 0.5  # what "Bank of Lebanon" says for a story's surroundings, where Lebanon says 1

NameKey = tuple[tuple[RecordId, ...], frozenset[RecordId]]

_SHARE_BY_COHERENCE = 0.8  # of several records: what the chosen one keeps of the rule's trust
_SHARE_BY_ORDER = 0.5

_MAX_DATELINE_CHARS = 100
_END = re.compile(r"\W*+\Z")
_AFTER_DATELINE = re.compile(r"\)\s*+[-‐‑‒–—―:]")

_POSSESSIVE = re.compile(r"['’](?:s\s+|\s+)", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+(?:the\s+)?", re.IGNORECASE)


class Resolved(NamedTuple):
    """The mentions of a story in its order, and what its names of places were taken for."""

    mentions: tuple[Mention, ...]
    places: Sequence[Reading]
    placed: Mapping[NameKey, Placed]


def resolve(
    readings: Sequence[Reading],
    texts: Mapping[Field, str],
    authority: Authority,
    article: str | None,
    *,
    prevailing: Mapping[str, RecordId] | None = None,
    beside: Iterable[Reading] = (),
) -> Resolved:
    """Return the mentions of a story: each reading with the record that it names.

    `prevailing` tells of names, by their `toponym_key`, which place the archive's other stories mean; `beside` are
    places that speak for their surroundings and are no mentions.
    """
    decisions = [authority.decisions[key] for key in dict.fromkeys((article or "", "")) if key in authority.decisions]
    current = [_current(reading, authority) for reading in readings]
    named = _with_states(_with_full_names(current, texts), texts, authority)
    owned = _with_forces(named, texts, authority)
    decided = owned
    if decisions:
        ruled = [_decide(reading, texts[reading.field], decisions) for reading in owned]
        decided = [reading for reading in ruled if reading is not None]
    places = [_with_candidates(reading, authority) for reading in decided if reading.kind is Kind.PLACE]
    names = _names(places, texts, prevailing or {})
    placed = place(_with_beside(names, [_with_candidates(_current(one, authority), authority) for one in beside]))
    evident = _evident(decided, authority, placed.values())
    mentions = [
        _mention(reading, texts[reading.field], authority, evident) for reading in decided if reading.kind is Kind.ACTOR
    ]
    found = [_place_mention(one, texts[one.field], authority, placed.get(name_of(one))) for one in places]
    mentions += [mention for mention in found if mention]
    if hidden := _hidden(decisions):
        mentions = [shown for mention in mentions if (shown := _without_hidden(mention, hidden))]
        placed = {key: replace(one, told=False) if _is_hidden(one, hidden) else one for key, one in placed.items()}
    return Resolved(tuple(sorted(mentions, key=_in_story)), places, placed)


def _hidden(decisions: Iterable[Decisions]) -> set[RecordId]:
    """Return what is never tagged; a record that is hidden in the article, and merged everywhere, by what it became."""
    hidden: set[RecordId] = set()
    for decision in decisions:
        hidden = {id_ if id_ not in decision.same else decision.same[id_].id for id_ in hidden} | decision.hidden
    return hidden


def _is_hidden(placed: Placed, hidden: Collection[RecordId]) -> bool:
    return placed.chosen is not None and placed.chosen.id in hidden


def _without_hidden(mention: Mention, hidden: Collection[RecordId]) -> Mention | None:
    """Return the mention without hidden runners-up, or None where its record is hidden: nothing takes its place."""
    if mention.record and mention.record.id in hidden:
        return None
    shown = tuple(other for other in mention.alternatives if other.record.id not in hidden)
    return mention if len(shown) == len(mention.alternatives) else replace(mention, alternatives=shown)


def _evident(readings: Sequence[Reading], authority: Authority, placed: Iterable[Placed]) -> set[RecordId]:
    """Return what a story speaks of without doubt, with all above it, where an actor's name leaves a choice.

    Its places speak for their countries: the quarter of Sydney for whatever is Australian.
    """
    if not any(len(reading.records) > 1 and reading.kind is Kind.ACTOR for reading in readings):
        return set()
    certain = {reading.records[0].id: reading.records[0] for reading in readings if len(reading.records) == 1}
    evident = set[RecordId]().union(*(_family(authority, record) for record in certain.values()))
    countries = {one.chosen.country for one in placed if one.chosen and one.chosen.country}
    states = [authority.states[id_] for id_ in countries if id_ in authority.states]
    return evident.union(*({state.place.id, state.actor.id} for state in states))


def _current(reading: Reading, authority: Authority) -> Reading:
    """Return the reading with its records as the archive mends them; of actors the archive's own, if any is."""
    records = reading.records
    if not records:
        return reading
    if any(authority.records.get(record.id, record) is not record for record in records):
        records = tuple({record.id: authority.records.get(record.id, record) for record in records}.values())
    if len(records) > 1 and reading.kind is Kind.ACTOR:
        records = tuple(record for record in records if record.id in authority.own) or records
    return reading if records is reading.records else reading._replace(records=records)


def _with_full_names(readings: Sequence[Reading], texts: Mapping[Field, str]) -> list[Reading]:
    """Return the readings, those that stand for a longer name with the records of that name.

    What a story says an acronym means comes before what the tables know by it.
    """
    if not any(reading.stands_for for reading in readings):
        return list(readings)
    full = {
        texts[reading.field][reading.start : reading.end]: reading.records
        for reading in readings
        if reading.kind is Kind.ACTOR and reading.records and not reading.stands_for
    }
    made: list[Reading] = []
    for reading in readings:
        records = reading.records
        if reading.stands_for:
            alike = tuple(record for record in records if _is_spelt_alike(record, reading.stands_for))
            records = full.get(reading.stands_for, alike)
        if records == reading.records:
            made.append(reading)
        else:
            rule = DEFINED_ACRONYM if reading.records else reading.rule  # a table knew it by its letters alone
            made.append(reading._replace(records=records, rule=rule))
    return made


def _is_spelt_alike(record: Record, name: str) -> bool:
    """Tell whether a record has a name in which most of the longer words of `name` begin some word."""
    sought = _beginnings(name)
    return any(
        2 * len(sought & _beginnings(spelling)) > len(sought) for spelling in (record.preferred, *record.variants)
    )


def _beginnings(name: str) -> set[str]:
    return {word.key[:_ALIKE_CHARS] for word in read_words(name) if len(word.key) >= _ALIKE_CHARS}


def _with_states(readings: Sequence[Reading], texts: Mapping[Field, str], authority: Authority) -> list[Reading]:
    """Return the readings, "the Defence Ministry" as that of the only state that the story names."""
    offices = [reading for reading in readings if reading.rule == STATELESS and not reading.records]
    if not offices:
        return list(readings)
    named = {
        authority.states[record.id].actor.id: authority.states[record.id]
        for reading in readings
        for record in reading.records
        if record.id in authority.states
    }
    if len(named) != 1:
        return list(readings)
    (state,) = named.values()
    meant = [find_office(authority.grammar, texts[one.field][one.start : one.end]) for one in offices]
    # America's Coast Guard is at sea everywhere: beside another force of the state it is the state's.
    has_force = any(office and office.type == "force" and not office.beside_force for office in meant) or any(
        record.type == "force" and state.actor.id in record.broader
        for reading in readings
        for record in reading.records
    )
    owned = {
        reading: compose_office(authority, state, office)
        for reading, office in zip(offices, meant, strict=True)
        if office and (has_force or not office.beside_force)
    }
    return [
        reading._replace(records=(owned[reading],)) if reading.rule == STATELESS and reading in owned else reading
        for reading in readings
    ]


def _with_candidates(reading: Reading, authority: Authority) -> Reading:
    """Return the reading of a place with all that it may be: the listed records, then what the gazetteer has."""
    if not reading.records and reading.role is not Role.DEMONYM and reading.weight < DECIDED:
        return reading
    listed = tuple([authority.places.of_record(record) for record in reading.records])
    if reading.weight >= DECIDED or reading.role is Role.DEMONYM:
        return reading._replace(candidates=listed)
    known = {candidate.id for candidate in listed}
    return reading._replace(candidates=(*listed, *(one for one in reading.candidates if one.id not in known)))


def name_of(reading: Reading) -> NameKey:
    """Return by what a reading's name is told from the others of its story."""
    return tuple([candidate.id for candidate in reading.candidates]), reading.pinned


def _names(
    readings: Iterable[Reading], texts: Mapping[Field, str], prevailing: Mapping[str, RecordId]
) -> dict[NameKey, Name]:
    """Return the names of a story's places, each with how much it says: more when it comes again."""
    counts: dict[NameKey, float] = defaultdict(float)
    by_key: dict[NameKey, Reading] = {}
    for reading in readings:
        if reading.candidates:
            key = name_of(reading)
            by_key.setdefault(key, reading)
            counts[key] += min(reading.weight, 1.0) ** 2 * (_EMBEDDED_SAYS if reading.role is Role.EMBEDDED else 1.0)
    names = {
        key: Name(
            reading.candidates,
            reading.pinned,
            weight=log1p(counts[key]) / log1p(1),
            has_region=any(candidate.type == "region" for candidate in reading.candidates),
        )
        for key, reading in by_key.items()
    }
    for key, reading in by_key.items() if prevailing else ():
        name = toponym_key(texts[reading.field][reading.start : reading.end])
        names[key] = replace(names[key], prevailing=prevailing.get(name))
    return names


def _with_beside(names: dict[NameKey, Name], beside: Iterable[Reading]) -> dict[NameKey, Name]:
    """Return the names of a story with those of its topic and dateline, each as if it stood there once more."""
    for reading in beside:
        if reading.candidates:
            key = name_of(reading)
            held = names.get(key) or Name(reading.candidates, reading.pinned, weight=0.0)
            names[key] = replace(held, weight=held.weight + 1)
    return names


def _place_mention(reading: Reading, text: str, authority: Authority, placed: Placed | None) -> Mention | None:
    """Return the mention of a place, or None where neither its words nor the story make it one."""
    weight = min(reading.weight, 1.0)
    if weight < _MIN_WEIGHT and (placed is None or weight + _FIT_ADDS * placed.fit < _MIN_WEIGHT):
        return None
    chosen = authority.places.record(placed.chosen) if placed and placed.chosen else None
    trust = _TRUST.get(reading.rule, _TRUST_OF_GRAMMAR) if reading.records else weight
    alternatives = tuple(
        Alternative(authority.places.record(candidate), round(trust * share, 3), why)
        for candidate, share, why in (placed.others if placed else ())
        if share >= _MIN_ALTERNATIVE or reading.pinned
    )
    is_listed = chosen is None or not reading.records or any(record.id == chosen.id for record in reading.records)
    if chosen and reading.instead and chosen.id in authority.states:
        actor = authority.states[chosen.id].actor
        alternatives += (Alternative(actor, round(1 - trust, 3), reading.instead),)
    rule = SEAT if _is_seat(reading, text) else reading.rule if is_listed else _OF_GAZETTEER
    type_ = chosen.type if chosen else reading.type or "city"
    score = trust * (placed.share if placed else 1.0)
    return _mention_of(reading, text, chosen, rule=rule, score=score, type_=type_, alternatives=alternatives)


def _mention_of(
    reading: Reading,
    text: str,
    record: Record | None,
    *,
    rule: str,
    score: float,
    type_: str,
    alternatives: tuple[Alternative, ...],
) -> Mention:
    return Mention(
        field=reading.field,
        start=reading.start,
        end=reading.end,
        surface=text[reading.start : reading.end],
        kind=reading.kind,
        role=reading.role,
        record=record,
        rule=rule,
        score=round(score, 3),
        type=type_,
        alternatives=alternatives,
    )


def _is_seat(reading: Reading, text: str) -> bool:
    """Tell whether a place only says where an organisation sits: "Britain-based"; a person may decide otherwise."""
    is_based = text[reading.end : reading.end + len(_BASED)].lower() == _BASED
    return is_based and reading.role is Role.LITERAL and reading.rule != _OF_RULES


def _in_story(mention: Mention) -> tuple[bool, int, int, str, str]:
    return mention.field != "title", mention.start, mention.end, mention.kind, mention.role


def _with_forces(readings: Sequence[Reading], texts: Mapping[Field, str], authority: Authority) -> list[Reading]:
    """Return the readings, each numbered unit under the force that the story gives it.

    The words beside it tell ("Syrian army’s 5th Legion"), else another place in the story where they do.
    """
    if not any(reading.unit for reading in readings):
        return list(readings)
    actors = [index for index, reading in enumerate(readings) if reading.records and reading.kind is Kind.ACTOR]
    settled = list(readings)
    for at, index in enumerate(actors):
        reading = readings[index]
        if reading.unit is None or any(record.broader for record in reading.records):
            continue
        beside = [readings[actors[near]] for near in (at - 1, at + 1) if 0 <= near < len(actors)]
        owners = [owner for owner in beside if _owns(owner, reading, texts)]
        if owners:
            settled[index] = _under(reading, owners[0], authority)
    known: dict[str, tuple[Record, ...]] = {}
    for reading in reversed(settled):  # so that a unit named before its owner takes the first that follows
        if reading.unit and any(record.broader for record in reading.records):
            known[reading.unit.slug] = reading.records
    for index, reading in enumerate(settled):
        if reading.unit is None:
            continue
        if any(record.broader for record in reading.records):
            known[reading.unit.slug] = reading.records
        else:
            settled[index] = reading._replace(records=known.get(reading.unit.slug, reading.records))
    return settled


def _owns(owner: Reading, unit: Reading, texts: Mapping[Field, str]) -> bool:
    if owner.field != unit.field:
        return False
    text = texts[unit.field]
    if owner.end <= unit.start:
        return _POSSESSIVE.fullmatch(text, owner.end, unit.start) is not None
    return _OF.fullmatch(text, unit.end, owner.start) is not None


def _under(reading: Reading, owner: Reading, authority: Authority) -> Reading:
    """Return the reading of a unit whose owner is known; a government's brigade is its army's."""
    if reading.unit is None:
        return reading
    records: list[Record] = []
    for record in owner.records:
        state = next((authority.states[id_] for id_ in (record.id, *record.broader) if id_ in authority.states), None)
        force = compose_force(authority, state, reading.unit) if state and record.type != "force" else record
        records.append(compose_unit(authority, reading.unit, force))
    return reading._replace(records=tuple(dict.fromkeys(records)))


def _decide(reading: Reading, text: str, decisions: Iterable[Decisions]) -> Reading | None:
    """Return the reading after the rules of rules.csv, or None when they leave nothing of it.

    A hidden record stays until one is chosen: when it is the one that is meant, no namesake is.
    """
    if not reading.records and not reading.candidates:
        return reading
    key = name_key(text[reading.start : reading.end])
    records, candidates, pinned = reading.records, reading.candidates, reading.pinned
    for decision in decisions:
        kept = [record for record in records if (key, record.id) not in decision.not_same]
        pinned = frozenset(decision.same[id_].id if id_ in decision.same else id_ for id_ in pinned)
        merged = [decision.same[one.id] for one in candidates if one.id in decision.same]
        records = tuple(dict.fromkeys([*(decision.same.get(record.id, record) for record in kept), *merged]))
        candidates = tuple(
            one for one in candidates if (key, one.id) not in decision.not_same and one.id not in decision.same
        )
    if not records and not candidates:
        return None
    rule = reading.rule if records or not reading.records else _OF_GAZETTEER  # nothing is left of the lists
    return reading._replace(records=records, candidates=candidates, pinned=pinned, rule=rule)


def _family(authority: Authority, record: Record) -> set[RecordId]:
    """Return the ids of a record and of all above it; a state stands for its land and the land for it."""
    family = {record.id, *(above.id for above in ancestors(authority, record))}
    states = [authority.states[id_] for id_ in family if id_ in authority.states]
    return family.union(*({state.place.id, state.actor.id} for state in states))


def _mention(reading: Reading, text: str, authority: Authority, evident: set[RecordId]) -> Mention:
    trust = _trust(reading)
    chosen, share, reason = _choose(reading.records, authority, evident, reading.rule)
    others = [record for record in reading.records if record is not chosen]
    alternatives = tuple(Alternative(record, round(trust * (1 - share) / len(others), 3), reason) for record in others)
    if chosen and reading.instead and chosen.id in authority.states:
        state = authority.states[chosen.id]
        counterpart = state.actor if chosen.kind is Kind.PLACE else state.place
        alternatives += (Alternative(counterpart, round(1 - trust, 3), reading.instead),)
    rule = SIGN_OFF if chosen and chosen.type == "media" and _signs(reading, text) else reading.rule
    type_ = chosen.type if chosen else reading.type or (reading.records[0].type if reading.records else "group")
    return _mention_of(reading, text, chosen, rule=rule, score=trust * share, type_=type_, alternatives=alternatives)


def _signs(reading: Reading, text: str) -> bool:
    """Tell whether a name signs a text: alone on its last line, or in brackets at its end or after the dateline.

    The archive of a wire would else have the wire for its first actor.
    """
    if reading.field != "text" or reading.weight >= DECIDED:
        return False
    in_brackets = text[reading.start - 1 : reading.start] == "("
    if _END.match(text, reading.end):
        line = text[text.rfind("\n", 0, reading.start) + 1 : reading.start]
        return in_brackets or not any(char.isalnum() for char in line)
    if reading.start > _MAX_DATELINE_CHARS or not (in_brackets and _AFTER_DATELINE.match(text, reading.end)):
        return False
    return not any(word[0].islower() for word in text[: reading.start].split())


def _trust(reading: Reading) -> float:
    if reading.unit and not any(record.broader for record in reading.records):
        return _TRUST_OF_LONE_UNIT
    return _TRUST.get(reading.rule, _TRUST_OF_GRAMMAR)


def _choose(
    records: Sequence[Record], authority: Authority, evident: set[RecordId], rule: str
) -> tuple[Record | None, float, str]:
    """Return the record that fits the story best, its share of the trust, and why the others do not.

    Of the actors that the world's table knows by one name, none is chosen where the story fits two as well.
    """
    if len(records) < 2:
        return (records[0] if records else None), 1.0, ""
    fitting = [
        (record.id in evident, len((_family(authority, record) | _of_name(authority, record)) & evident))
        for record in records
    ]
    chosen = records[fitting.index(max(fitting))]
    if fitting.count(max(fitting)) == 1:
        return chosen, _SHARE_BY_COHERENCE, f"The rest of the story speaks for {_placed(chosen, authority)}."
    if rule == _OF_TABLE:
        return None, _SHARE_BY_ORDER, "Nothing else in the story tells whether this one or another is meant."
    reason = f"Nothing else in the story tells them apart, and {_placed(chosen, authority)} is listed first."
    return chosen, _SHARE_BY_ORDER, reason


def _of_name(authority: Authority, record: Record) -> set[RecordId]:
    """Return the ids of the states that a record's name speaks of, part of one or not: "Free Syrian Army"."""
    known = [
        authority.states[form.name.record.id]
        for word in read_words(record.preferred)
        for lexicon in authority.lexicons
        for form in lexicon.forms.get(word.key, ())
        if form.name.record and form.name.record.id in authority.states
    ]
    return set[RecordId]().union(*({state.place.id, state.actor.id} for state in known))


def _placed(record: Record, authority: Authority) -> str:
    above = next(iter(ancestors(authority, record)), None)
    return f"{record.preferred} in {above.preferred}" if above and record.kind is Kind.PLACE else record.label
