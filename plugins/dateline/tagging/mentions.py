"""Readings: what the words of a field may name, found from left to right by the lexicon and the grammar.

A reading has one record or several; `resolve` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from dateline.authority import Authority, compose_force, compose_office, compose_unit
from dateline.authority.grammar import State, read_office, read_party, read_unit
from dateline.authority.lexicon import Match, Name, Sense, after_possessive, is_space, longest_match
from dateline.records import Kind, Record, Role
from dateline.tagging.passage import DECIDED, NOTHING, Case, Passage, Reading

# A state speaks at the head of its clause: in "a source in Syria said" it does not.
_CLAUSE_HEAD = re.compile(r"[.!?:;…][^\w\s]*\s+[^\w\s]*|\s*\n\s*[^\w\s]*")
_WHY_ACTING = {
    "country’s + party": "A country that has allies or fighters acts as a state.",
    "country + verb": "What speaks or decides is the state.",
    "country + backed": "What backs or leads is the state.",
}
_WHY_LAND = "Nothing here makes the country act: it is where something is or happens."
_AUXILIARIES = frozenset({"has", "have", "had", "also"})


def find_listed(passage: Passage) -> list[Reading]:
    """Return what the lexicons and the grammar read in a passage, from left to right."""
    openers = passage.authority.grammar.openers
    small = [lexicon.small_beginnings for lexicon in passage.lexicons]
    readings: list[Reading] = []
    words, cases = passage.words, passage.cases
    index, count = 0, len(words)
    while index < count:
        key = words[index].key
        if cases[index] is Case.LOWER and key not in openers and not any(key in keys for keys in small):
            index += 1  # most words of a text
            continue
        found, index = _read_at(passage, index)
        readings += found
    return readings


def _read_at(passage: Passage, first: int) -> tuple[list[Reading], int]:
    """Return the readings that begin with word `first`, and the word after them."""
    text, words, grammar = passage.text, passage.words, passage.authority.grammar
    if match := longest_match(text, words, first, passage.lexicons):
        return _read_match(passage, match)
    if words[first].key not in grammar.openers and not words[first].key[0].isdigit():
        return [], first + 1
    if unit := read_unit(grammar, text, words, first):
        record = compose_unit(passage.authority, unit[0], None)
        reading = passage.reading(first, unit[1], Kind.ACTOR, Role.NAME, records=[record], rule="ordinal + unit")
        return [replace(reading, unit=unit[0])], unit[1]
    if last := read_party(grammar, text, words, first):
        rule = "epithet + noun"
        return [passage.reading(first, last, Kind.ACTOR, Role.DESCRIPTION, records=[], rule=rule)], last
    return [], first + 1


def _read_match(passage: Passage, match: Match) -> tuple[list[Reading], int]:
    adjectives = _states(passage.authority, match.names, Sense.ADJECTIVE)
    named = [name for name in match.names if name.sense is Sense.NAME and name.record]
    if composed := _read_composed(passage, match, match.last, adjectives, owner="nationality"):
        return composed
    if named:
        return _read_named(passage, match, named)
    places = [name.record for name in match.names if name.record]
    if not places:
        is_decided = match.names[0].decided
        nothing = _of(passage, match, Kind.ACTOR, Role.DESCRIPTION, records=[], rule=match.names[0].rule)
        return [replace(nothing, type=NOTHING, weight=DECIDED if is_decided else 1.0)], match.last
    return [_of(passage, match, Kind.PLACE, Role.DEMONYM, records=places, rule="nationality")], match.last


def _states(authority: Authority, names: Sequence[Name], sense: Sense) -> list[State]:
    found = [name.record.id for name in names if name.sense is sense and name.record]
    return [authority.states[id_] for id_ in found if id_ in authority.states]  # a region has no army


def _of(passage: Passage, match: Match, kind: Kind, role: Role, *, records: Sequence[Record], rule: str) -> Reading:
    reading = passage.reading(match.first, match.last, kind, role, records=records, rule=rule)
    return replace(reading, end=match.end)


def _read_composed(
    passage: Passage,
    match: Match,
    at: int,
    states: Sequence[State],
    *,
    owner: Literal["nationality", "country’s"],
) -> tuple[list[Reading], int] | None:
    """Return the name or description that a state’s adjective or possessive makes with the words at `at`."""
    text, words, authority = passage.text, passage.words, passage.authority
    adjoins = at < len(words) and (owner == "country’s" or is_space(text[match.end : words[at].start]))
    if not states or not adjoins:
        return None
    role = Role.DEMONYM if owner == "nationality" else Role.EMBEDDED
    inside = owner if owner == "nationality" else "place in an actor’s name"
    place = _of(passage, match, Kind.PLACE, role, records=[state.place for state in states], rule=inside)
    party = read_party(authority.grammar, text, words, at)
    description = [_party(passage, match, party, f"{owner} + epithet + noun")] if party else []
    if office := read_office(authority.grammar, text, words, at):
        noun, last = office
        name = passage.reading(
            match.first,
            last,
            Kind.ACTOR,
            Role.NAME,
            records=[compose_office(authority, state, noun) for state in states],
            rule=f"{owner} + noun",
        )
    elif numbered := read_unit(authority.grammar, text, words, at):
        unit, last = numbered
        records = [compose_unit(authority, unit, compose_force(authority, state, unit)) for state in states]
        rule = f"{owner} + ordinal + unit"
        name = passage.reading(match.first, last, Kind.ACTOR, Role.NAME, records=records, rule=rule)
        name = replace(name, unit=unit)
    elif party and owner == "nationality":
        return [place, *description], party
    else:
        return None
    # "Turkish military sources" names the army and describes others.
    return [place, name, *description], max(last, party or 0)


def _party(passage: Passage, match: Match, last: int, rule: str) -> Reading:
    return passage.reading(match.first, last, Kind.ACTOR, Role.DESCRIPTION, records=[], rule=rule)


def _read_named(passage: Passage, match: Match, names: Sequence[Name]) -> tuple[list[Reading], int]:
    authority = passage.authority
    records = [name.record for name in names if name.record]
    states = [authority.states[record.id] for record in records if _is_land(record, authority)]
    if states and len(states) == len(records):
        return _read_state(passage, match, states, names[0].rule)
    kind = records[0].kind
    same_kind = [record for record in records if record.kind is kind]
    if kind is Kind.PLACE:
        place = _of(passage, match, kind, Role.LITERAL, records=same_kind, rule=names[0].rule)
        return [replace(place, weight=_weight(names))], match.last
    actor = _of(passage, match, kind, Role.NAME, records=same_kind, rule=names[0].rule)
    return [*_places_inside(passage, match), replace(actor, weight=_weight(names))], match.last


def _weight(names: Sequence[Name]) -> float:
    return DECIDED if names[0].decided else 1.0


def _is_land(record: Record, authority: Authority) -> bool:
    return record.kind is Kind.PLACE and record.id in authority.states


def _read_state(passage: Passage, match: Match, states: Sequence[State], rule: str) -> tuple[list[Reading], int]:
    """Return what a state's name stands for: part of an actor's name, the state that acts, or the land."""
    text, words, grammar = passage.text, passage.words, passage.authority.grammar
    places = [state.place for state in states]
    owned = after_possessive(text, words, match.last - 1)
    if owned is not None:
        if composed := _read_composed(passage, match, owned, states, owner="country’s"):
            return composed
        if party := read_party(grammar, text, words, owned, after_owner=True):
            acting = _acting(passage, match, states, "country’s + party")
            return [*acting, _party(passage, match, party, "country’s + party")], party
    if _speaks(passage, match):
        return _acting(passage, match, states, "country + verb"), match.last
    if _backs(passage, match):
        return _acting(passage, match, states, "country + backed"), match.last
    literal = _of(passage, match, Kind.PLACE, Role.LITERAL, records=places, rule=rule)
    return [replace(literal, instead=_WHY_LAND)], match.last


def _acting(passage: Passage, match: Match, states: Sequence[State], rule: str) -> list[Reading]:
    """Return the two readings of a state's name that stands for the state: the place lent its name."""
    place = _of(passage, match, Kind.PLACE, Role.METONYM, records=[state.place for state in states], rule=rule)
    actor = _of(passage, match, Kind.ACTOR, Role.NAME, records=[state.actor for state in states], rule=rule)
    return [place, replace(actor, instead=_WHY_ACTING[rule])]


def _speaks(passage: Passage, match: Match) -> bool:
    """Tell whether a verb of saying or deciding follows a name at the head of its clause."""
    text, words, grammar = passage.text, passage.words, passage.authority.grammar
    before = text[words[match.first - 1].end : words[match.first].start] if match.first else "\n"
    is_head = _CLAUSE_HEAD.fullmatch(before) or (before == " " and words[match.first - 1].key == "that")
    if not is_head:
        return False
    at, end = match.last, match.end
    while at < len(words) and is_space(text[end : words[at].start]):
        if words[at].key not in _AUXILIARIES:
            return words[at].key in grammar.verbs
        at, end = at + 1, words[at].end
    return False


def _backs(passage: Passage, match: Match) -> bool:
    """Tell whether a name is the first half of "Iran-backed"."""
    words, participles = passage.words, passage.authority.grammar.participles
    hyphen = passage.text[match.end : words[match.last].start] if match.last < len(words) else ""
    return bool(hyphen) and hyphen in "-‐‑" and words[match.last].key in participles


def _places_inside(passage: Passage, match: Match) -> Iterator[Reading]:
    """Yield the places that an actor's name holds: "Bank of Lebanon"."""
    within = passage.words[match.first : match.last]
    at = 0
    while at < len(within):
        inner = longest_match(passage.text, within, at, passage.lexicons)
        if inner is None or inner.last - inner.first == len(within):
            at += 1
            continue
        at = inner.last
        absolute = inner._replace(first=inner.first + match.first, last=inner.last + match.first)
        places = [name.record for name in inner.names if name.record and name.record.kind is Kind.PLACE]
        is_name = any(name.sense is Sense.NAME for name in inner.names)
        if places:
            role = Role.EMBEDDED if is_name else Role.DEMONYM
            rule = "place in an actor’s name" if is_name else "nationality"
            yield _of(passage, absolute, Kind.PLACE, role, records=places, rule=rule)
