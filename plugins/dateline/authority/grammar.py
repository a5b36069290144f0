"""Names that are composed of words: "Turkish troops", "7th Brigade", and the records that they make.

The words stand in data files; this module reads them in a text and gives each composed name its record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dateline.authority.lexicon import Word, are_joined, read_phrase
from dateline.authority.rows import Row, packaged_rows
from dateline.records import Kind, Record, RecordId

_DIGITS = re.compile(r"(?P<number>[1-9]\d{0,3})(?:st|nd|rd|th)")
_UNITS = "zeroth first second third fourth fifth sixth seventh eighth ninth".split()
_TEENS = """
    tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
""".split()
_ORDINALS = {word: number for number, word in enumerate(_UNITS + _TEENS) if number} | {
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_MAX_BRANCHES = 2  # "1st Air Assault Infantry Brigade"
_MAX_RUN = 3  # "armed opposition rebel groups"


@dataclass(frozen=True, slots=True)
class Office:
    """What a state has: an army, a government."""

    name: str
    slug: str
    type: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered unit; `force` is the slug of the office that such a unit belongs to."""

    name: str
    slug: str
    force: str


@dataclass(frozen=True, slots=True)
class State:
    """A state as a place and as an actor; composed names begin with the first of its adjectives."""

    place: Record
    actor: Record
    adjectives: tuple[str, ...]
    people: tuple[str, ...]  # "Syrians"


@dataclass(frozen=True)
class Grammar:
    """The words of which names and descriptions are composed, all in small letters."""

    offices: Mapping[str, Office]  # by noun: "troops" and "army" lead to one
    unit_nouns: Mapping[str, tuple[str, str]]  # to its name and the slug of its force
    unit_branches: Mapping[str, str]  # to its name
    epithets: frozenset[str]
    party_nouns: frozenset[str]
    verbs: frozenset[str]
    participles: frozenset[str]
    openers: frozenset[str]  # the first words of whatever needs no state before it: epithets, ordinals in letters


def load_grammar() -> Grammar:
    """Return the grammar that the packaged tables describe."""
    units, parties, acts = (packaged_rows(name) for name in ("units.csv", "party_words.csv", "state_acts.csv"))
    epithets = _words(parties, "epithet")
    return Grammar(
        offices={
            row["noun"]: Office(row["office"], row["slug"], row["type"]) for row in packaged_rows("actor_nouns.csv")
        },
        unit_nouns={row["word"]: (row["name"], row["force"]) for row in units if row["part"] == "noun"},
        unit_branches={row["word"]: row["name"] for row in units if row["part"] == "branch"},
        epithets=epithets,
        party_nouns=_words(parties, "noun"),
        verbs=_words(acts, "verb"),
        participles=_words(acts, "participle"),
        openers=frozenset({phrase.partition(" ")[0] for phrase in epithets} | _ORDINALS.keys() | _TENS.keys()),
    )


def _words(rows: Sequence[Row], part: str) -> frozenset[str]:
    return frozenset(row["word"].replace("-", " ") for row in rows if row["part"] == part)


def load_states() -> list[State]:
    """Return the packaged states: places by their GeoNames ids, actors by their ISO codes (`actor:tr`)."""
    return [_read_state(row) for row in packaged_rows("states.csv")]


def _read_state(row: Row) -> State:
    actor = Record(
        id=RecordId(f"actor:{row['code'].lower()}"),
        kind=Kind.ACTOR,
        type="state",
        preferred=row["name"],
        variants=row.values("variants"),
        status=row["status"],
        note=row["note"],
    )
    place = replace(
        actor,
        id=RecordId(row["id"]),
        kind=Kind.PLACE,
        type="country",
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
    )
    return State(place, actor, row.values("adjectives"), row.values("demonyms"))


def read_office(grammar: Grammar, text: str, words: Sequence[Word], first: int) -> tuple[Office, int] | None:
    """Return the office that the words from `first` name, and the word after it."""
    found = read_phrase(text, words, first, grammar.offices)
    return (grammar.offices[found[0]], found[1]) if found else None


def read_unit(grammar: Grammar, text: str, words: Sequence[Word], first: int) -> tuple[Unit, int] | None:
    """Return the numbered unit that the words from `first` name, and the word after it.

    A number in letters wants a capital noun: "the second division" may be of anything.
    """
    ordinal = _read_ordinal(text, words, first) if first < len(words) else None
    if ordinal is None:
        return None
    number, at = ordinal
    branches: list[str] = []
    while at < len(words) and are_joined(text, words, at - 1):
        if words[at].key in grammar.unit_nouns:
            if not words[first].key[0].isdigit() and words[at].surface[0].islower():
                return None
            noun, force = grammar.unit_nouns[words[at].key]
            name = " ".join([_ordinal_name(number), *branches, noun])
            return Unit(name, name.lower().replace(" ", "-"), force), at + 1
        branch = read_phrase(text, words, at, grammar.unit_branches)
        if branch is None or len(branches) == _MAX_BRANCHES:
            return None
        branches.append(grammar.unit_branches[branch[0]])
        at = branch[1]
    return None


def _read_ordinal(text: str, words: Sequence[Word], first: int) -> tuple[int, int] | None:
    key = words[first].key
    if digits := _DIGITS.fullmatch(key):
        return int(digits["number"]), first + 1
    if key in _ORDINALS:
        return _ORDINALS[key], first + 1
    is_compound = key in _TENS and first + 1 < len(words) and are_joined(text, words, first)
    if is_compound and (units := _ORDINALS.get(words[first + 1].key, 10)) < 10:
        return _TENS[key] + units, first + 2
    return None


def _ordinal_name(number: int) -> str:
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def read_party(
    grammar: Grammar, text: str, words: Sequence[Word], first: int, *, after_owner: bool = False
) -> int | None:
    """Return the word after a description of a party: epithets and nouns ("Jihadi sources").

    After an owner ("Turkey’s allies") the noun alone will do. None when there is no such description.
    """
    noun = _after_run(text, words, first, grammar.epithets)
    is_described = after_owner if noun == first else noun < len(words) and are_joined(text, words, noun - 1)
    if not is_described:
        return None
    last = _after_run(text, words, noun, grammar.party_nouns)
    return last if last > noun else None


def _after_run(text: str, words: Sequence[Word], first: int, phrases: frozenset[str]) -> int:
    """Return the word after the phrases that follow one another from word `first`."""
    at = first
    for _ in range(_MAX_RUN):
        if at == len(words) or (at > first and not are_joined(text, words, at - 1)):
            break
        found = read_phrase(text, words, at, phrases)
        if found is None:
            break
        at = found[1]
    return at


def office_record(state: State, office: Office) -> Record:
    """Return the record that a state's office makes: `actor:tr/army`, Turkish Army."""
    return Record(
        id=RecordId(f"{state.actor.id}/{office.slug}"),
        kind=Kind.ACTOR,
        type=office.type,
        preferred=f"{state.adjectives[0]} {office.name}",
        broader=(state.actor.id,),
    )


def unit_record(unit: Unit, force: Record | None) -> Record:
    """Return the record that a unit makes, under the force that it is part of where the story tells."""
    return Record(
        id=RecordId(f"{force.id}/{unit.slug}" if force else f"actor:{unit.slug}"),
        kind=Kind.ACTOR,
        type="force",
        preferred=unit.name,
        broader=(force.id,) if force else (),
    )
