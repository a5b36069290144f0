"""Readings: what the words of a field may name, found from left to right by the lexicon and the grammar.

A reading has one record or several; `resolve` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from dateline.authority import Authority, compose_force, compose_office, compose_unit
from dateline.authority.grammar import APOSTROPHES, Office, State, read_office, read_party, read_unit
from dateline.authority.lexicon import (
    Match,
    Name,
    Sense,
    after_possessive,
    first_words,
    is_space,
    longest_match,
    read_phrase,
)
from dateline.records import Kind, Record, Role
from dateline.tagging.passage import DECIDED, NOTHING, STATELESS, Case, Passage, Reading

# A state speaks at the head of its clause: in "a source in Syria said" it does not.
_CLAUSE_HEAD = re.compile(r"[.!?:;…][^\w\s]*\s+[^\w\s]*|\s*\n\s*[^\w\s]*")
_WHY_ACTING = {
    "country’s + party": "A country that has allies or fighters acts as a state.",
    "country + verb": "What speaks or decides is the state.",
    "country + backed": "What backs or leads is the state.",
    "nationality + backed": "What backs or leads is the state.",
    "country’s + act": "What a state decides, says or threatens is the state’s own.",
    "for or against a country": "One is for or against a state, not its land.",
}
_WHY_LAND = "Nothing here makes the country act: it is where something is or happens."
_HYPHENS = frozenset("-‐‑")
_SIDES = frozenset({"pro", "anti"})
_MAX_ADJECTIVES = 2  # "Iran-backed Iraqi Shiite militias"
_OFFICE_WEIGHT = 0.7
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "to", "s"})
_AUXILIARIES = frozenset({"has", "have", "had", "also"})
_DIRECTIONS = frozenset("north south east west central northern southern eastern western".split())
_ARTICLES = frozenset("al an ar as ash at az".split())
_GOES_ON = re.compile(r"[A-Z](?!\w)")  # after "S.P.": "S.P.A."
_OF_TICKER = re.compile(r"\.[A-Z]+>")  # after "<RT": "<RT.TO>"


def find_listed(passage: Passage) -> list[Reading]:
    """Return what the lexicons and the grammar read in a passage, from left to right."""
    openers = passage.authority.grammar.openers
    firsts, small, without_capital = first_words(tuple(passage.lexicons))
    keys, cases, gaps = passage.keys, passage.cases, passage.gaps
    tried = [
        index
        for index, (key, case) in enumerate(zip(keys, cases, strict=True))
        if case or key in openers or key in small
    ]
    has_lost_marks = not any(mark in passage.text for mark in APOSTROPHES)
    readings: list[Reading] = []
    last, count = 0, len(keys)
    for index in tried:
        if index < last:
            continue
        key, case = keys[index], cases[index]
        if has_lost_marks and case is Case.CAPITAL and key[-1] == "s" and (owned := _read_unmarked(passage, index)):
            found, last = owned
            readings += found
            continue
        if key not in openers and (case is not Case.NUMBER or key.isdigit()):  # "5th" is an ordinal, "2016" none
            if case is Case.LOWER:
                is_last = index + 1 == count or cases[index + 1] is Case.LOWER
                if is_last and key not in without_capital:
                    continue
            elif key not in firsts and index + 1 < count and gaps[index + 1] == " ":
                continue
        found, last = _read_at(passage, index)
        readings += found
    return readings


def _read_at(passage: Passage, first: int) -> tuple[list[Reading], int]:
    """Return the readings that begin with word `first`, and the word after them."""
    text, words, grammar = passage.text, passage.words, passage.authority.grammar
    if match := longest_match(text, words, first, passage.lexicons):
        if text[match.end : match.end + 1] == "$" or _is_piece(passage, match):
            return [], match.last  # "US$300"
        if words[first].key == "the" and _is_within_name(passage, first + 1, match.last):
            return [], first + 1  # "the Guardian" in "the Guardian Council"
        return _read_match(passage, match)
    if words[first].key not in grammar.openers and not words[first].key[0].isdigit():
        return [], first + 1
    if words[first].key in _SIDES:
        return _read_side(passage, first)
    office = read_office(grammar, text, words, first)
    return (office and _read_office(passage, first, *office)) or _read_stateless(passage, first)


def _read_unmarked(passage: Passage, at: int) -> tuple[list[Reading], int] | None:
    """Return the readings of "Syrias regime", where a text has lost all its apostrophes, and the word after them."""
    key = passage.keys[at]
    if any(key in lexicon.forms for lexicon in passage.lexicons):
        return None  # "Americas"
    names = tuple([form.name for lexicon in passage.lexicons for form in lexicon.forms.get(key[:-1], ())])
    states = _lands(passage.authority, names)
    if not states or at + 1 == len(passage.words) or not is_space(passage.gaps[at + 1]):
        return None
    match = Match(at, at + 1, passage.words[at].end - 1, names)
    return _read_owner(passage, match, states, at + 1)


def _is_piece(passage: Passage, match: Match) -> bool:
    """Tell whether a listed name is but a piece of another: "S.P." of "S.P.A.", "Fatah" of "Fatah al-Kahina"."""
    text, words, first, last = passage.text, passage.words, match.first, match.last
    if _GOES_ON.match(text, match.end):
        return True
    if first and passage.gaps[first].endswith("<") and _OF_TICKER.match(text, words[last - 1].end):
        return True
    if last + 1 >= len(words) or words[last].key not in _ARTICLES or passage.gaps[last] != " ":
        return False
    is_joined = passage.gaps[last + 1] in _HYPHENS and passage.cases[last + 1] is Case.CAPITAL
    names = [name.record for name in match.names if name.record]
    return is_joined and bool(names) and all(one.type in ("group", "party", "force") for one in names)


def _read_stateless(passage: Passage, first: int) -> tuple[list[Reading], int]:
    """Return the readings of a unit or a party that needs no state before it, and the word after it."""
    text, words, grammar = passage.text, passage.words, passage.authority.grammar
    if unit := read_unit(grammar, text, words, first):
        record = compose_unit(passage.authority, unit[0], None)
        reading = passage.reading(first, unit[1], Kind.ACTOR, Role.NAME, records=[record], rule="ordinal + unit")
        return [reading._replace(unit=unit[0])], unit[1]
    if last := read_party(grammar, text, words, first):
        rule = "epithet + noun"
        return [passage.reading(first, last, Kind.ACTOR, Role.DESCRIPTION, records=[], rule=rule)], last
    return [], first + 1


def _read_office(passage: Passage, first: int, office: Office, last: int) -> tuple[list[Reading], int] | None:
    """Return the readings of an office before its country ("army of Turkey") or without one."""
    text, words, authority = passage.text, passage.words, passage.authority
    at = last
    if at + 1 < len(words) and words[at].key == "of" and passage.gaps[at].isspace():
        at += 2 if words[at + 1].key == "the" else 1
        owner = longest_match(text, words, at, passage.lexicons) if at < len(words) else None
        states = _lands(authority, owner.names) if owner else []
        if owner and states and after_possessive(text, words, owner.last - 1) is None:
            records = [compose_office(authority, state, office) for state in states]
            rule = "noun + of + country"
            actor = passage.reading(first, owner.last, Kind.ACTOR, Role.NAME, records=records, rule=rule, end=owner.end)
            places = [state.place for state in states]
            inside = _of(passage, owner, Kind.PLACE, Role.EMBEDDED, records=places, rule="place in an actor’s name")
            return [actor, inside], owner.last
    named = [index for index in range(first, last) if words[index].key not in _SMALL_WORDS]
    is_name = passage.tells[named[-1]] and all(passage.cases[index] is not Case.LOWER for index in named)
    if not (office.names_alone and is_name):
        return None
    reading = passage.reading(
        first, last, Kind.ACTOR, Role.NAME, records=[], rule=STATELESS, type=office.type, weight=_OFFICE_WEIGHT
    )
    return [reading], last


def _lands(authority: Authority, names: Sequence[Name]) -> list[State]:
    """Return the states of which a name is the land’s; none where it may be another’s."""
    states: list[State] = []
    for name in names:
        if name.sense is Sense.NAME and name.record:
            if not _is_land(name.record, authority):
                return []
            states.append(authority.states[name.record.id])
    return states


def _read_side(passage: Passage, first: int) -> tuple[list[Reading], int]:
    """Return the readings of "pro-Assad forces" and "anti-Iranian militias": a party, by whom it is for or against."""
    words, gaps = passage.words, passage.gaps
    at = first + 1
    if at == len(words) or gaps[at] not in _HYPHENS:
        return [], at
    match = longest_match(passage.text, words, at, passage.lexicons)
    inner: list[Reading] = []
    if match and (states := _lands(passage.authority, match.names)):
        inner = _acting(passage, match, states, "for or against a country")
    elif match:
        inner = _read_match(passage, match)[0]
    is_told = bool(match) or passage.cases[at] is not Case.LOWER or words[at].key in {"government", "regime"}
    after = match.last if match else at + 1
    party = _party_after(passage, after) if is_told and after < len(words) and is_space(gaps[after]) else None
    if party is None:
        return inner, after if match else at
    rule = "for or against + noun"
    description = passage.reading(first, party, Kind.ACTOR, Role.DESCRIPTION, records=[], rule=rule)
    return [description, *inner], party


def _party_after(passage: Passage, first: int) -> int | None:
    """Return the word after the party whose adjectives and nouns begin with word `first`, or None."""
    at = first
    for _ in range(_MAX_ADJECTIVES + 1):
        if at == len(passage.words):
            return None
        match = longest_match(passage.text, passage.words, at, passage.lexicons)
        if match is None:
            break
        if any(name.sense is not Sense.ADJECTIVE for name in match.names):
            return None
        at = match.last
    return read_party(passage.authority.grammar, passage.text, passage.words, at, after_owner=True)


def _read_backed(passage: Passage, match: Match) -> tuple[Reading, int] | None:
    """Return the party of "Iran-backed Shiite militias", and the word after it."""
    after = match.last + 1
    if (
        not _backs(passage, match)
        or not any(name.record for name in match.names)
        or after >= len(passage.words)
        or not is_space(passage.gaps[after])
    ):
        return None
    party = _party_after(passage, after)
    if party is None:
        return None
    # A coalition may be listed: "U.S.-led coalition" has the letters of the name in the table.
    key = "".join(word.key for word in passage.words[match.first : party])
    records = passage.authority.called.get((Kind.ACTOR, key), ())
    role = Role.NAME if records else Role.DESCRIPTION
    rule = "backed or led + noun"
    return passage.reading(match.first, party, Kind.ACTOR, role, records=records, rule=rule), party


def _read_match(passage: Passage, match: Match) -> tuple[list[Reading], int]:
    adjectives = _states(passage.authority, match.names, Sense.ADJECTIVE)
    named = [name for name in match.names if name.sense is Sense.NAME and name.record]
    if composed := _read_composed(passage, match, match.last, adjectives, owner="nationality"):
        return composed
    if (
        _backs(passage, match)
        and not _lands(passage.authority, match.names)
        and (backed := _read_backed(passage, match))
    ):
        party, last = backed
        backer = _acting(passage, match, adjectives, "nationality + backed") if adjectives else []
        return [*backer, *(_read_named(passage, match, named)[0] if named and not adjectives else []), party], last
    if named:
        return _read_named(passage, match, named)
    places = [name.record for name in match.names if name.record]
    if not places:
        is_decided = match.names[0].decided
        nothing = _of(passage, match, Kind.ACTOR, Role.DESCRIPTION, records=[], rule=match.names[0].rule)
        return [nothing._replace(type=NOTHING, weight=DECIDED if is_decided else 1.0)], match.last
    return [_of(passage, match, Kind.PLACE, Role.DEMONYM, records=places, rule="nationality")], match.last


def _states(authority: Authority, names: Sequence[Name], sense: Sense) -> list[State]:
    found = [name.record.id for name in names if name.sense is sense and name.record]
    return [authority.states[id_] for id_ in found if id_ in authority.states]  # a region has no army


def _of(
    passage: Passage,
    match: Match,
    kind: Kind,
    role: Role,
    *,
    records: Sequence[Record],
    rule: str,
    instead: str = "",
    weight: float = 1.0,
) -> Reading:
    return passage.reading(
        match.first, match.last, kind, role, records=records, rule=rule, end=match.end, instead=instead, weight=weight
    )


def _read_composed(
    passage: Passage,
    match: Match,
    at: int,
    states: Sequence[State],
    *,
    owner: Literal["nationality", "country’s", "country"],
) -> tuple[list[Reading], int] | None:
    """Return the name or description that a state’s adjective or possessive makes with the words at `at`."""
    text, words, authority = passage.text, passage.words, passage.authority
    adjoins = at < len(words) and (owner == "country’s" or is_space(text[match.end : words[at].start]))
    if not states or not adjoins:
        return None
    role = Role.DEMONYM if owner == "nationality" else Role.EMBEDDED
    inside = owner if owner == "nationality" else "place in an actor’s name"
    place = _of(passage, match, Kind.PLACE, role, records=[state.place for state in states], rule=inside)
    party = read_party(authority.grammar, text, words, at, after_owner=owner == "nationality")
    description = [_party(passage, match, party, f"{owner} + epithet + noun")] if party else []
    office = read_office(authority.grammar, text, words, at)
    if office and not _is_within_name(passage, at, office[1]):
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
        name = name._replace(unit=unit)
    elif party and owner == "nationality":
        return [place, *description], party
    else:
        return None
    # "Turkish military sources" names the army and describes others; "Turkish troops" describes nobody else.
    return [place, name, *(description if party and party > last else [])], max(last, party or 0)


def _is_within_name(passage: Passage, first: int, last: int) -> bool:
    """Tell whether a listed name begins with the words and goes on after them: "Air Force Intelligence"."""
    match = longest_match(passage.text, passage.words, first, passage.lexicons)
    return match is not None and match.last > last


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
    weight = DECIDED if names[0].decided else 1.0
    if kind is Kind.PLACE:
        return [
            _of(passage, match, kind, Role.LITERAL, records=same_kind, rule=names[0].rule, weight=weight)
        ], match.last
    actor = _of(passage, match, kind, Role.NAME, records=same_kind, rule=names[0].rule, weight=weight)
    return [*_places_inside(passage, match), actor], match.last


def _is_land(record: Record, authority: Authority) -> bool:
    return record.kind is Kind.PLACE and record.id in authority.states


def _read_state(passage: Passage, match: Match, states: Sequence[State], rule: str) -> tuple[list[Reading], int]:
    """Return what a state's name stands for: part of an actor's name, the state that acts, or the land."""
    owned = after_possessive(passage.text, passage.words, match.last - 1)
    if not _is_in_region(passage, match) and (found := _read_owner(passage, match, states, owned)):
        return found
    if _speaks(passage, match):
        return _acting(passage, match, states, "country + verb"), match.last
    if _backs(passage, match):
        acting = _acting(passage, match, states, "country + backed")
        party, last = _read_backed(passage, match) or (None, match.last)
        return [*acting, *([party] if party else [])], last
    places = [state.place for state in states]
    return [_of(passage, match, Kind.PLACE, Role.LITERAL, records=places, rule=rule, instead=_WHY_LAND)], match.last


def _is_in_region(passage: Passage, match: Match) -> bool:
    """Tell whether a state's name is the end of its region's: "Western Australia", whose offices are its own."""
    before = match.first - 1
    if before < 0 or passage.gaps[match.first] != " " or passage.words[before].key not in _DIRECTIONS:
        return False
    return passage.cases[before] is not Case.LOWER


def _read_owner(
    passage: Passage, match: Match, states: Sequence[State], owned: int | None
) -> tuple[list[Reading], int] | None:
    """Return the readings of a state’s name before what is the state’s: its army, its allies, its decision."""
    text, words, grammar = passage.text, passage.words, passage.authority.grammar
    if owned is None:
        is_name = match.last < len(words) and passage.tells[match.last] and passage.gaps[match.last] == " "
        office = read_office(grammar, text, words, match.last) if is_name else None
        is_office = office is not None and office[0].names_alone  # "Kenya Police", not "Turkey forces Iran to …"
        if match.last < len(words) and words[match.last].key == "regime" and is_space(passage.gaps[match.last]):
            is_office = True  # "Syria regime shells town": never a verb
        return _read_composed(passage, match, match.last, states, owner="country") if is_office else None
    if composed := _read_composed(passage, match, owned, states, owner="country’s"):
        return composed
    if party := read_party(grammar, text, words, owned, after_owner=True):
        acting = _acting(passage, match, states, "country’s + party")
        return [*acting, _party(passage, match, party, "country’s + party")], party
    if read_phrase(text, words, owned, grammar.acts):
        return _acting(passage, match, states, "country’s + act"), match.last
    return None


def _acting(passage: Passage, match: Match, states: Sequence[State], rule: str) -> list[Reading]:
    """Return the two readings of a state's name that stands for the state: the place lent its name."""
    role = Role.DEMONYM if rule.startswith("nationality") else Role.METONYM
    place = _of(passage, match, Kind.PLACE, role, records=[state.place for state in states], rule=rule)
    actors, instead = [state.actor for state in states], _WHY_ACTING[rule]
    actor = _of(passage, match, Kind.ACTOR, Role.NAME, records=actors, rule=rule, instead=instead)
    return [actor, place] if role is Role.DEMONYM else [place, actor]  # of equal words the first holds them


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
        # At its beginning the longest match would be the name itself.
        shown = within if at else within[:-1]
        inner = longest_match(passage.text, shown, at, passage.lexicons) if shown else None
        if inner is None:
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
