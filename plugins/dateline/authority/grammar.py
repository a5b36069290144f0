"""Names that are composed of words: "Turkish troops", "7th Brigade", and the records that they make.

The words stand in data files; this module reads them in a text and gives each composed name its record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from dateline.authority.lexicon import Word, are_joined, is_space, read_phrase, read_words
from dateline.authority.rows import Row, packaged_rows
from dateline.records import Kind, Record, RecordId

_DIGITS = re.compile(r"(?P<number>[1-9]\d{0,3})(?:st|nd|rd|th)")
APOSTROPHES = frozenset("'’‘ʼ`")
_NUMBER = re.compile(r"[1-9]\d{1,3}")
_UNITS = "zeroth first second third fourth fifth sixth seventh eighth ninth".split()
_TEENS = """
    tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
""".split()
_ORDINALS = {word: number for number, word in enumerate(_UNITS + _TEENS) if number} | {
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ROMAN_TENS, _ROMAN_UNITS = " x xx xxx".split(" "), " i ii iii iv v vi vii viii ix".split(" ")
_ROMAN = {
    f"{tens}{units}": 10 * ten + unit
    for ten, tens in enumerate(_ROMAN_TENS)
    for unit, units in enumerate(_ROMAN_UNITS)
    if ten or unit
}
_MAX_BRANCHES = 2  # "1st Air Assault Infantry Brigade"
_MAX_OFFICE_WORDS = 7  # "Ministry of Foreign Affairs and Expatriates"
_MAX_RUN = 3  # "armed opposition rebel groups"


@dataclass(frozen=True, slots=True)
class Office:
    """What a state has: an army, a government."""

    name: str
    slug: str
    type: str
    names_alone: bool = False  # its noun names one also where no state stands beside it: "the Defence Ministry"
    beside_force: bool = False  # alone it is a state's only where the story names a force of that state


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
    office_beginnings: frozenset[str]  # the first word of each of those nouns, the first two, …
    unit_nouns: Mapping[str, tuple[str, str]]  # to its name and the slug of its force
    unit_branches: Mapping[str, str]  # to its name
    unit_implied: Mapping[str, tuple[str, str]]  # a branch that stands for its unit: "82nd Airborne"
    unit_numbered: Mapping[str, tuple[str, str]]  # nouns with a number after them: "Brigade 93"
    epithets: frozenset[str]
    party_nouns: frozenset[str]
    verbs: frozenset[str]
    participles: frozenset[str]
    acts: frozenset[str]  # what a state has that acts: "Turkey’s decision"
    party_openers: frozenset[str]  # the first words of epithets and party nouns
    openers: frozenset[str]  # the first words of whatever needs no state before it


def load_grammar() -> Grammar:
    """Return the grammar that the packaged tables describe."""
    units, parties, acts = (packaged_rows(name) for name in ("units.csv", "party_words.csv", "state_acts.csv"))
    epithets = _words(parties, "epithet")
    offices = {
        _phrase(row["noun"]): Office(
            row["office"], row["slug"], row["type"], bool(row["alone"]), row["alone"] == "beside a force"
        )
        for row in packaged_rows("actor_nouns.csv")
    }
    numbered = _units(units, "numbered")
    return Grammar(
        offices=offices,
        office_beginnings=frozenset(_beginnings(offices)),
        unit_nouns=_units(units, "noun"),
        unit_branches={row["word"]: row["name"] for row in units if row["part"] == "branch"},
        unit_implied=_units(units, "implied"),
        unit_numbered=numbered,
        epithets=epithets,
        party_nouns=_words(parties, "noun"),
        party_openers=frozenset(phrase.partition(" ")[0] for phrase in epithets | _words(parties, "noun")),
        verbs=_words(acts, "verb"),
        participles=_words(acts, "participle"),
        acts=_words(acts, "noun"),
        openers=frozenset(
            {phrase.partition(" ")[0] for phrase in epithets | offices.keys()}
            | {"anti", "pro"}
            | _ORDINALS.keys()
            | _TENS.keys()
            | _ROMAN.keys()
            | numbered.keys()
        ),
    )


def _beginnings(phrases: Iterable[str]) -> Iterator[str]:
    """Yield the first word of each phrase, the first two, and so on."""
    for phrase in phrases:
        yield from accumulate(phrase.split(" "), "{} {}".format)


def _words(rows: Sequence[Row], part: str) -> frozenset[str]:
    return frozenset(_phrase(row["word"]) for row in rows if row["part"] == part)


def _units(rows: Sequence[Row], part: str) -> dict[str, tuple[str, str]]:
    return {row["word"]: (row["name"], row["force"]) for row in rows if row["part"] == part}


def _phrase(words: str) -> str:
    """Return words as `read_phrase` compares them."""
    return " ".join(word.key for word in read_words(words))


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
    found: tuple[Office, int] | None = None
    phrase = ""
    for index in range(first, len(words)):
        if index > first and not _continue(text, words, index - 1):
            break
        phrase = f"{phrase} {words[index].key}" if phrase else words[index].key
        if phrase not in grammar.office_beginnings:
            break
        if office := grammar.offices.get(phrase):
            found = office, index + 1
    return found


def _continue(text: str, words: Sequence[Word], index: int) -> bool:
    """Tell whether word `index` and the next may be of one noun, of which one may be a possessive."""
    return are_joined(text, words, index) or text[words[index].end : words[index + 1].start] in APOSTROPHES


def find_office(grammar: Grammar, name: str) -> Office | None:
    """Return the office that is the whole of `name`, for `office_record` to give to a state.

    A reading by the rule "office without a country" has such words: a story of one state tells whose it is.
    """
    words = read_words(name)
    found = read_office(grammar, name, words, 0)
    return found[0] if found and found[1] == len(words) else None


def read_unit(grammar: Grammar, text: str, words: Sequence[Word], first: int) -> tuple[Unit, int] | None:
    """Return the numbered unit that the words from `first` name, and the word after it.

    A number in letters wants a capital noun: "the second division" may be of anything.
    """
    if first == len(words):
        return None
    if words[first].key in grammar.unit_numbered:
        return _read_numbered(grammar, text, words, first)
    ordinal = _read_ordinal(text, words, first)
    if ordinal is None:
        return None
    number, at = ordinal
    is_roman = words[first].key in _ROMAN
    branches, at = _read_branches(grammar, text, words, at)
    noun = read_phrase(text, words, at, grammar.unit_nouns) if _follows(text, words, at) else None
    if noun:
        (name, force), last = grammar.unit_nouns[noun[0]], noun[1]
        is_small = words[at].surface[0].islower() and not words[first].key[0].isdigit()
        return None if is_small or (is_roman and name != "Corps") else (_unit(number, [*branches, name], force), last)
    implied = grammar.unit_implied.get(words[at - 1].key) if branches and not is_roman else None
    if implied is None or words[at - 1].surface[0].islower():
        return None
    return _unit(number, [*branches[:-1], implied[0]], implied[1]), at


def _read_branches(grammar: Grammar, text: str, words: Sequence[Word], first: int) -> tuple[list[str], int]:
    """Return the names of the branches from word `first`, and the word after them: "Air Assault Infantry"."""
    branches: list[str] = []
    at = first
    while len(branches) < _MAX_BRANCHES and _follows(text, words, at):
        branch = read_phrase(text, words, at, grammar.unit_branches)
        noun = read_phrase(text, words, at, grammar.unit_nouns)
        if branch is None or (noun and noun[1] >= branch[1]):
            break
        branches.append(grammar.unit_branches[branch[0]])
        at = branch[1]
    return branches, at


def _follows(text: str, words: Sequence[Word], at: int) -> bool:
    """Tell whether there is a word `at`, and it stands beside the one before it."""
    return at < len(words) and are_joined(text, words, at - 1)


def _unit(number: int, names: Sequence[str], force: str) -> Unit:
    name = " ".join([_ordinal_name(number), *names])
    return Unit(name, name.lower().replace(" ", "-"), force)


def _read_numbered(grammar: Grammar, text: str, words: Sequence[Word], first: int) -> tuple[Unit, int] | None:
    """Return the unit of "Brigade 93", and the word after it; of one digit it may be of any league."""
    if (
        first + 1 == len(words)
        or words[first].surface[0].islower()
        or not is_space(text[words[first].end : words[first + 1].start])
    ):
        return None
    number = words[first + 1].key
    if not _NUMBER.fullmatch(number):
        return None
    name, force = grammar.unit_numbered[words[first].key]
    return _unit(int(number), [name], force), first + 2


def _read_ordinal(text: str, words: Sequence[Word], first: int) -> tuple[int, int] | None:
    key = words[first].key
    if key[0].isdigit() and (digits := _DIGITS.fullmatch(key)):
        return int(digits["number"]), first + 1
    if key in _ORDINALS:
        return _ORDINALS[key], first + 1
    if key in _ROMAN and words[first].surface.isupper() and not words[first].shouted:
        return _ROMAN[key], first + 1
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
    if first == len(words) or words[first].key not in grammar.party_openers:
        return None
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
    return _office_record(state.actor.id, office.slug, office.type, f"{state.adjectives[0]} {office.name}")


@lru_cache(maxsize=4096)  # a story on a war names its armies in every sentence
def _office_record(owner: RecordId, slug: str, type_: str, name: str) -> Record:
    return Record(id=RecordId(f"{owner}/{slug}"), kind=Kind.ACTOR, type=type_, preferred=name, broader=(owner,))


def unit_record(unit: Unit, force: Record | None) -> Record:
    """Return the record that a unit makes, under the force that it is part of where the story tells."""
    return Record(
        id=RecordId(f"{force.id}/{unit.slug}" if force else f"actor:{unit.slug}"),
        kind=Kind.ACTOR,
        type="force",
        preferred=unit.name,
        broader=(force.id,) if force else (),
    )
