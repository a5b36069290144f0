"""Acting: where the name of a country, or of its capital, stands for the state: "Moscow said", "accused Japan".

Subject and object are told by the words beside a name, without a parser: what has a preposition before it is a
place; what a verb of saying, deciding or fighting follows is a state; so is what others accuse, urge or talk with.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from operator import attrgetter

from dateline.authority.grammar import State
from dateline.authority.lexicon import is_space
from dateline.records import Kind, RecordId, Role
from dateline.tagging.passage import DECIDED, Case, Passage, Reading

_MODALS = frozenset("will would should must could can may might did does do to".split())
_HAVING = frozenset("has have had".split())
_BEING = frozenset("is are was were".split())
_HELPERS = _MODALS | _HAVING | _BEING
_CLAUSE_WORDS = frozenset(
    "that which said but while when after because if as until though although whether where".split()
)
_SMALL_WORDS = frozenset(
    "and or but in on at of to from for with by over after before as that which who is are was were has have had will "
    "would not this last today yesterday against into because while when about until if".split()
)
_BETWEEN = frozenset(
    "further also not never only still now already long first again recently initially then today".split()
)
# Before a name these make it a place, whatever follows: "rebels in Syria said".
_PREPOSITIONS = frozenset(
    "in at near from to around outside inside through toward towards across via into throughout within of for on over "
    "off under beyond and or".split()
)
_ADDRESSING = frozenset(
    """accuse accuses accused accusing urge urges urged urging warn warns warned warning tell tells told telling
    ask asks asked asking press presses pressed pressing persuade persuades persuaded persuading pressure pressured
    sanction sanctioned blame blames blamed blaming criticise criticised criticize criticized condemn condemns condemned
    condemning threaten threatens threatened threatening allow allows allowed force forces forced help helps helped
    support supports supported supporting""".split()
)
_SIDES = frozenset({"pro", "anti"})
_DEALING = frozenset(
    "talks talk relations ties tension tensions war conflict agreement agreements deal deals treaty trade alliance "
    "cooperation co-operation negotiations dispute disputes peace friction row pact accord dialogue differences".split()
)
_JOINING = frozenset({", ", " and ", ", and ", " or "})
_MAX_BETWEEN = 3
_RULES = {
    "subject": "country + verb",
    "object": "verb + country",
    "side": "for or against the country",
    "passive": "done by the country",
    "dealing": "dealings with the country",
    "list": "country beside one that acts",
}
_WHY = {
    "subject": "What speaks or decides is the state.",
    "object": "What is accused, urged or helped is the state.",
    "side": "What others are for or against is the state.",
    "passive": "What does something to others is the state.",
    "dealing": "Talks, wars and treaties are between states.",
    "list": "What acts together with states is the state.",
}

_start = attrgetter("start")


def read_acting(passage: Passage, readings: Iterable[Reading]) -> list[Reading]:
    """Return a passage's readings out of a story's, each country or capital that acts with the state that it names."""
    readings = list(readings)
    namesakes = {  # of a capital: "Moscow, Idaho"
        one.candidates[0].id
        for one in readings
        if one.pinned and one.candidates and one.candidates[0].id not in one.pinned
    }
    own = [reading for reading in readings if reading.field == passage.field]
    places = [reading for reading in own if _may_act(reading)]
    others = [reading for reading in own if not _may_act(reading)]
    return [*others, *_with_states(passage, places, namesakes)]


def _with_states(passage: Passage, places: Sequence[Reading], namesakes: Container[RecordId]) -> list[Reading]:
    states = [_state(passage, reading, namesakes) for reading in places]
    why = [_why(passage, reading) if state else "" for reading, state in zip(places, states, strict=True)]
    joins = [bool(at) and passage.text[places[at - 1].end : one.start] in _JOINING for at, one in enumerate(places)]
    heads: list[int] = []  # of each, the first of the list that it stands in
    for at, reading in enumerate(places):
        heads.append(heads[at - 1] if joins[at] else at)
        if not joins[at] or why[at] or not states[at]:
            continue
        if why[at - 1] == "dealing":
            why[at] = "dealing"
        elif _list_does(passage, places[heads[at]], reading):
            why[at] = "subject"
    for at in range(len(places) - 1, 0, -1):
        is_open = states[at - 1] and not why[at - 1]
        if why[at] and is_open and joins[at] and not _has_preposition(passage, places[heads[at]]):
            why[at - 1] = "list"
    readings: list[Reading] = []
    for reading, state, reason in zip(places, states, why, strict=True):
        if not state or not reason:
            readings.append(reading)
            continue
        rule = _RULES[reason]
        actor = Reading(
            reading.field, reading.start, reading.end, Kind.ACTOR, Role.NAME, (state.actor,), rule,
            instead=_WHY[reason], weight=reading.weight,
        )  # fmt: skip
        readings += [reading._replace(role=Role.METONYM, rule=rule), actor]
    return readings


def _may_act(reading: Reading) -> bool:
    """Tell whether a reading is a place as such, of which nobody has decided what it is."""
    return reading.kind is Kind.PLACE and reading.role is Role.LITERAL and reading.weight < DECIDED


def _state(passage: Passage, reading: Reading, namesakes: Container[RecordId]) -> State | None:
    """Return the one state that a place's name may stand for: that of a country or of a capital."""
    authority = passage.authority
    if reading.records:
        states = {record.id: authority.states[record.id] for record in reading.records if record.id in authority.states}
        return next(iter(states.values())) if len(states) == 1 else None
    if reading.pinned or not reading.candidates or reading.candidates[0].id in namesakes:
        return None
    actor = authority.capitals.get(reading.candidates[0].id)
    return authority.states.get(actor) if actor else None


def _why(passage: Passage, reading: Reading) -> str:
    """Return the key of the reason why a name stands for its state, or ""."""
    first = bisect_left(passage.words, reading.start, key=_start)
    last = bisect_left(passage.words, reading.end, lo=first, key=_start)
    before = _word_before(passage, first)
    if before == "the":
        first, before = first - 1, _word_before(passage, first - 1)
    if before in _SIDES:
        return "side"
    stands_alone = _ends_phrase(passage, last)
    if before in _ADDRESSING and stands_alone:
        return "object"
    if before == "by" and _word_before(passage, first - 1)[-2:] == "ed" and stands_alone:
        return "passive"
    if before in ("with", "between", "against") and _word_before(passage, first - 1) in _DEALING:
        return "dealing"
    if before in _PREPOSITIONS or before in passage.authority.place_words.locative:
        return ""
    is_head = passage.opens[first] or before in _CLAUSE_WORDS
    return "subject" if _does(passage, reading.end, last, is_head=is_head) else ""


def _list_does(passage: Passage, head: Reading, reading: Reading) -> bool:
    """Tell whether the last of a list that begins with `head` does what states do: "France and Germany agreed"."""
    first = bisect_left(passage.words, head.start, key=_start)
    before = _word_before(passage, first)
    is_head = passage.opens[first] or before in _CLAUSE_WORDS
    last = bisect_left(passage.words, reading.end, key=_start)
    return is_head and not _has_preposition(passage, head) and _does(passage, reading.end, last, is_head=True)


def _ends_phrase(passage: Passage, index: int) -> bool:
    """Tell whether no noun goes on from a name before word `index`, as in "the U.S. aircraft carrier"."""
    if index >= len(passage.words) or not is_space(passage.gaps[index]):
        return True
    return passage.words[index].key in _SMALL_WORDS


def _has_preposition(passage: Passage, reading: Reading) -> bool:
    first = bisect_left(passage.words, reading.start, key=_start)
    before = _word_before(passage, first)
    return before in _PREPOSITIONS - {"and", "or"} or before in passage.authority.place_words.locative


def _word_before(passage: Passage, index: int) -> str:
    """Return the key of the word that adjoins word `index` before it, through a hyphen too, or ""."""
    if index <= 0 or index >= len(passage.words):
        return ""
    gap = passage.gaps[index]
    return passage.words[index - 1].key if gap == "-" or is_space(gap) else ""


def _does(passage: Passage, end: int, at: int, *, is_head: bool) -> bool:
    """Tell whether the words from `at` are a verb of which a state, named up to character `end`, is the subject."""
    words = passage.words
    helper = ""
    for index in range(at, min(at + _MAX_BETWEEN + 1, len(words))):
        gap = passage.gaps[index] if index > at else passage.text[end : words[index].start]
        if not is_space(gap) or (passage.cases[index] > Case.LOWER and not words[index].shouted):
            return False
        key = words[index].key
        if key in _HELPERS:
            helper = helper or key
        elif key not in _BETWEEN and key[-2:] != "ly":
            return _is_verb(passage, key, helper, is_head=is_head)
    return False


def _is_verb(passage: Passage, key: str, helper: str, *, is_head: bool) -> bool:
    """Tell whether a word is a verb of states, in the form that the word before it asks for."""
    verbs = passage.authority.grammar.verbs
    if helper in _MODALS:
        return key != "be" if is_head else _is_form(verbs, key)
    if helper in _HAVING:
        return key in verbs or key[-2:] == "ed"
    if helper in _BEING:
        return key[-3:] == "ing" and (_is_form(verbs, key[:-3]) or _is_form(verbs, f"{key[:-3]}e"))
    return key in verbs or (is_head and key[-2:] == "ed")


def _is_form(verbs: Iterable[str], base: str) -> bool:
    """Tell whether the table has the third person of a verb: "tells", "imposes", "denies"."""
    return any(form in verbs for form in (f"{base}s", f"{base}es", f"{base[:-1]}ies"))
