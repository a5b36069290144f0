"""Persons: runs of capital words that titles, given names, surnames or the words around them show to be a name.

A name is read once it is told whole ("President Bashar al-Assad"); then its surname alone is that person wherever
it stands in the story, headlines in capitals included. Weights are estimates of how sure a rule is, not
measured probabilities; what counts is their order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from dateline.authority.names import ADDRESS, Names, Title
from dateline.records import Kind, Role
from dateline.tagging.name_parts import APOSTROPHES, ARTICLES, FAMILY_FIRST, PARTICLES, Part, Run, Sort, read_runs
from dateline.tagging.passage import Case, Passage, Reading

_KUNYA = frozenset({"abu", "abou", "umm", "oum"})
_SAYING = frozenset(
    """acknowledged added announced argued asked claimed commented declared denied explained insisted noted predicted
    recalled replied said says stated testified told tweeted warned wrote""".split()
)
_TELLING = frozenset({"who", "aged"})
_APPOSED = frozenset({"a", "an", "the", "head"})
_APPOSED_WORDS = 4  # "the prominent human rights lawyer"
_AGES = range(1, 111)
_IN_PLACE = frozenset("in near outside downtown".split())
_PLACE_NOUNS = frozenset(
    """airbase airport area base bridge camp checkpoint city county crossing dam district governorate highway hill
    hospital island junction lake mosque mountain mountains neighborhood neighbourhood province quarter region river
    road roundabout school square street suburb town valley village villages""".split()
)
_FIRM_ENDS = frozenset("associates bros brothers co company partners sons".split())
_FIRM_WORDS = 4  # "and", "Organ", "Co"
_MAX_OFFICE_WORDS = 5  # "Syrian deputy prime minister"
_MAX_HOLDERS = 20  # of a nation’s offices in one story
_MODALS = frozenset("art bill can chase grant hope mark may pat rob sue will".split())
_MONTHS = frozenset("april august june march may".split())
_MAX_PARTS = 5
_MAX_UNTITLED_PARTS = 3
_MIDDLE = frozenset({Sort.SURNAME, Sort.UNKNOWN})
_MIN_OWNED = 5  # letters: "Assads regime", where an archive has lost its apostrophes
_NOT_INITIALS = frozenset({"us", "un", "uk", "dc", "ny", "sk", "nk"})  # "U.S. Steel"


@dataclass(frozen=True, slots=True)
class _Name:
    """Words that are a person’s name, and the words by which the story may go on."""

    first: int
    last: int
    surname: str
    given: str  # empty: the story will not go on by it
    middle: str  # what may be the first of two surnames, or empty
    whole: bool  # more than a surname
    rule: str
    weight: float


class _Bearer(NamedTuple):
    """A person as the story tells the name, and where: passage and word."""

    at: tuple[int, int]
    name: str
    particles: frozenset[str]
    whole: bool


class _Told(NamedTuple):
    """The persons of a story by their surnames, and by their given names."""

    surnames: Mapping[str, Sequence[_Bearer]]
    given: Mapping[str, Sequence[_Bearer]]
    middle: Mapping[str, Sequence[_Bearer]]  # by the first of two surnames: "Rosselló" of "Ricardo Rosselló Nevares"
    tails: Mapping[str, Sequence[_Bearer]]  # by the last words of a name, two or more: "López Obrador"
    names: Names


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A run of two parts or more, and what its judges look at."""

    passage: Passage
    names: Names
    run: Run
    parts: Sequence[Part]
    first: Part
    surname: Part  # the last part that is no initial
    listed: bool  # the surname is in a list and is hardly anything else
    cased: bool  # its line is set neither as a headline nor in capitals
    alone: Set[str]  # unknown words that stand alone elsewhere in the story


class _Office(NamedTuple):
    """An office as the story introduces who holds it: passage and word, "foreign minister", the name."""

    at: tuple[int, int]
    title: tuple[str, ...]
    holder: str


_Verdict = tuple[str, float]  # a rule, and how sure it is


def find_persons(passages: Sequence[Passage], names: Names) -> list[Reading]:
    """Return the persons that the passages of one story name, those of each passage in order.

    The readings have no records and the type "person". A whole name, or one with its title, has the role name and
    leaves the title out; a surname alone has the role short, and `stands_for` is the whole name: from the story,
    or else from `names.known`. "The Syrian president" has the role title where the story tells who that is.
    """
    runs = [read_runs(passage, names) for passage in passages]
    alone = frozenset(run.parts[0].key for its in runs for run in its if _is_alone(run))
    found = [
        [name for run in its if (name := _read_name(passage, run, names, alone))]
        for passage, its in zip(passages, runs, strict=True)
    ]
    told = _who_is_told(passages, found, names)
    offices = _offices(passages, found, names)
    readings: list[Reading] = []
    for number, (passage, its, known) in enumerate(zip(passages, runs, found, strict=True)):
        taken = {index for name in known for index in range(name.first, name.last)}
        of_passage = [_read_told(passage, number, name, told) for name in known]
        for run in its:
            if run.parts[-1].first in taken:
                continue
            if len(run.parts) == 1 or _opens_with_verb(run):
                of_passage += _read_short(passage, number, run, told)
            elif bearer := _longer(passage, number, run.parts[0].first, run.parts[-1].last, told):
                first, last = run.parts[0].first, run.parts[-1].last
                short = _reading(passage, first, last, "surnames alone", 0.85, role=Role.SHORT, stands_for=bearer.name)
                of_passage.append(short)
        of_passage += _read_offices(passage, number, offices)
        readings += sorted(of_passage, key=lambda reading: reading.start)
    return readings


def _is_alone(run: Run) -> bool:
    return len(run.parts) == 1 and run.parts[0].sort is Sort.UNKNOWN and not run.closed


def _opens_with_verb(run: Run) -> bool:
    return run.opens and len(run.parts) == 2 and run.parts[0].key in _MODALS


def _read_name(passage: Passage, run: Run, names: Names, alone: Set[str]) -> _Name | None:
    """Return the person that a run names by its own evidence."""
    parts = [] if run.closed or _names_firm(passage, run.parts) else _bare(run.parts, names)
    surname = next((part for part in reversed(parts) if part.sort is not Sort.INITIAL), None)
    if surname is None:
        return None
    if len(parts) == 1:
        verdict = None if _names_place(passage, parts, sure=True) else _judge_one(passage, run, surname, names)
        return _name(run, parts, surname, verdict)
    listed = surname.sort is Sort.SURNAME or surname.key in names.surnames
    if _names_place(passage, parts, sure=run.title is not None or listed) or _names_thing(passage, run, parts):
        return None
    cased = passage.tells[parts[1].first]  # no sentence begins with the second part
    evidence = _Evidence(passage, names, run, parts, parts[0], surname, listed, cased, alone)
    verdict = next((verdict for judge in _JUDGES if (verdict := judge(evidence))), None)
    return _name(run, parts, parts[0] if _is_family_first(parts) else surname, verdict)


def _names_thing(passage: Passage, run: Run, parts: Sequence[Part]) -> bool:
    """Tell whether an article makes a name that is weak a ship’s or an area’s: "the Kitty Hawk"."""
    if run.title or parts[0].sort is Sort.GIVEN or not parts[0].first:
        return False
    return passage.gaps[parts[0].first] == " " and passage.words[parts[0].first - 1].key == "the"


def _bare(parts: Sequence[Part], names: Names) -> list[Part]:
    """Return the parts that may be a name: without "Hong Kong" before it, and "Jr." or a stray initial after it."""
    bare = [part for part in parts if part.sort is not Sort.SUFFIX]
    if len(bare) > 1:
        keys = [part.key for part in bare]
        bare = bare[next((length for length in (3, 2) if " ".join(keys[:length]) in names.breakers), 0) :]
    bare = bare[:_MAX_PARTS]
    while bare and bare[-1].sort is Sort.INITIAL:
        bare.pop()
    return bare


def _name(run: Run, parts: Sequence[Part], surname: Part, verdict: _Verdict | None) -> _Name | None:
    if verdict is None:
        return None
    whole = len(parts) > 1
    rule, weight = verdict
    given = parts[0].key if whole and parts[0].sort is Sort.GIVEN else ""
    is_middle = given and len(parts) > 2 and surname is parts[-1] and parts[-2].sort in _MIDDLE
    middle = parts[-2].key if is_middle else ""
    last = next((part.last for part in run.parts if part.sort is Sort.SUFFIX), 0)
    return _Name(parts[0].first, max(last, parts[-1].last), surname.key, given, middle, whole, rule, weight)


def _names_firm(passage: Passage, parts: Sequence[Part]) -> bool:
    """Tell whether a firm is named: "Johnson & Johnson", "William Blair and Co", "Baldwin Piano <BPAO>"."""
    words, gaps, after = passage.words, passage.gaps, parts[-1].last
    if "&" in gaps[parts[0].first]:
        return True
    if after == len(words):
        return False
    if "&" in gaps[after] or gaps[after].startswith(" <"):
        return True
    return words[after].key == "and" and any(
        word.key in _FIRM_ENDS and word.surface[0].isupper() for word in words[after + 1 : after + _FIRM_WORDS]
    )


def _names_place(passage: Passage, parts: Sequence[Part], *, sure: bool) -> bool:
    """Tell whether the words around a name make it a place: "Sheikh Mustafa village", "in Karol Bagh"."""
    words, first, last = passage.words, parts[0].first, parts[-1].last
    if last < len(words) and passage.gaps[last] == " " and words[last].key in _PLACE_NOUNS:
        return True
    for _ in range(_MAX_OFFICE_WORDS):  # "the village of Sheikh Mustafa"
        if first > 1 and passage.gaps[first] == " " and passage.cases[first - 1] is Case.CAPITAL:
            first -= 1
    if first < 2 or passage.gaps[first] != " ":
        return False
    before = words[first - 1].key
    return (before == "of" and words[first - 2].key in _PLACE_NOUNS) or (not sure and before in _IN_PLACE)


def _judge_one(passage: Passage, run: Run, part: Part, names: Names) -> _Verdict | None:
    """Judge a title and one name: "Gen. Suleiman", "president Assad", "his wife Mary"."""
    if run.title is Title.KIN:
        return ("kin + given name", 0.7) if part.sort is Sort.GIVEN else None
    if run.title not in ADDRESS or part.sort is Sort.INITIAL:
        return None
    if run.title_adjoins:
        if f"{passage.words[part.first - 1].key} {part.key}" in names.breakers:
            return None  # "Sheikh Maqsoud" is a quarter of Aleppo
        return "title + name", 0.6 if _is_in_place(passage, part.first - 1, part.last) else 0.85
    return ("title + name", 0.7) if part.key in names.known or part.sort in (Sort.SURNAME, Sort.GIVEN) else None


def _judge_known(evidence: _Evidence) -> _Verdict | None:
    known = evidence.names.known.get(evidence.surname.key)
    given = evidence.passage.words[evidence.first.first].key
    return ("well-known person", 0.95) if known and known.lower().startswith(f"{given} ") else None


def _judge_given(evidence: _Evidence) -> _Verdict | None:
    if evidence.first.sort is not Sort.GIVEN:
        return None
    if evidence.run.title:
        return "title + given name + surname", 0.95
    return "given name + surname", 0.9 if evidence.listed else 0.8


def _judge_family_first(evidence: _Evidence) -> _Verdict | None:
    if not _is_family_first(evidence.parts):
        return None
    return ("title + surname + given name", 0.95) if evidence.run.title else ("surname + given name", 0.8)


def _judge_titled(evidence: _Evidence) -> _Verdict | None:
    if evidence.run.title_adjoins:
        return "title + names", 0.9
    if evidence.run.title is None:
        return None
    return "calling + names", 0.85 if evidence.listed or evidence.first.sort is Sort.WEAK else 0.75


def _judge_kunya(evidence: _Evidence) -> _Verdict | None:
    if evidence.first.key not in _KUNYA:
        return None
    named = evidence.surname.article or evidence.listed or evidence.parts[1].sort is Sort.GIVEN
    return "Abu + name", 0.85 if named else 0.6


def _judge_initials(evidence: _Evidence) -> _Verdict | None:
    """Judge "J.P. Morgan" and "JK Rowling"."""
    first, second = evidence.parts[:2]
    if first.sort is not Sort.INITIAL or first.key + second.key in _NOT_INITIALS:
        return None
    dotted = len(first.key) > 1 or evidence.passage.gaps[second.first].startswith(".")
    return ("initials + surname", 0.8 if evidence.listed else 0.6) if dotted else None


def _judge_told(evidence: _Evidence) -> _Verdict | None:
    if evidence.first.sort is Sort.INITIAL:
        return None
    after = evidence.parts[-1].last
    if _is_told(evidence.passage, after, evidence.names):
        return "names + what is told of a person", 0.75
    words, gaps = evidence.passage.words, evidence.passage.gaps
    speaks = after < len(words) and gaps[after] == " " and words[after].key in _SAYING
    return ("names + said", 0.55) if speaks and evidence.first.sort is not Sort.WEAK else None


def _judge_weak(evidence: _Evidence) -> _Verdict | None:
    """Judge a name whose given name is something else too: "Mark Zuckerberg", "Paris Hilton"."""
    first, surname, names = evidence.first, evidence.surname, evidence.names
    if first.sort is not Sort.WEAK:
        return None
    also = names.weak_given.get(first.key, "place")
    by_opening = evidence.run.opens and also == "word"
    if by_opening and first.key in _MODALS and surname.key in names.known:
        return None  # "Will Trump resign?"
    if evidence.listed:
        return "given name + surname", 0.8 if also == "word" else 0.75
    if first.key in _MONTHS or (also == "place" and evidence.passage.words[first.first - 1].key != "by"):
        return None
    if surname.sort is Sort.WEAK_SURNAME and names.weak_surnames[surname.key] == "word" and by_opening:
        return None
    return "given name + surname", 0.65 if also == "word" and surname.sort is Sort.UNKNOWN else 0.55


def _judge_initial_within(evidence: _Evidence) -> _Verdict | None:
    if evidence.first.sort is Sort.INITIAL or all(part.sort is not Sort.INITIAL for part in evidence.parts):
        return None
    return "name + initial + surname", 0.8 if evidence.cased else 0.65


def _judge_again(evidence: _Evidence) -> _Verdict | None:
    """Judge names of which none is known: the last one alone, elsewhere, is how stories go on with a person."""
    if (
        not _is_plain(evidence)
        or not evidence.cased
        or evidence.surname.article
        or evidence.surname.key not in evidence.alone
    ):
        return None
    return "names, the last of them alone elsewhere", 0.6


def _judge_surname(evidence: _Evidence) -> _Verdict | None:
    if not _is_plain(evidence) or not evidence.cased or not evidence.listed:
        return None
    if any(part.sort is Sort.GIVEN for part in evidence.parts[1:]):
        return "names, one of them given", 0.65
    return None if evidence.surname.article else ("name + surname", 0.55)


def _is_plain(evidence: _Evidence) -> bool:
    return len(evidence.parts) <= _MAX_UNTITLED_PARTS and evidence.first.sort not in (Sort.INITIAL, Sort.WEAK)


# Each judges by one kind of evidence; the first to be sure decides.
_JUDGES: tuple[Callable[[_Evidence], _Verdict | None], ...] = (
    _judge_known,
    _judge_given,
    _judge_family_first,
    _judge_titled,
    _judge_kunya,
    _judge_initials,
    _judge_told,
    _judge_weak,
    _judge_initial_within,
    _judge_again,
    _judge_surname,
)


def _is_family_first(parts: Sequence[Part]) -> bool:
    """Tell whether the family’s name stands first: "Xi Jinping", "Kim Jong-un"."""
    if parts[0].key not in FAMILY_FIRST or not 2 <= len(parts) <= 3:
        return False
    return all(part.sort in (Sort.GIVEN, Sort.UNKNOWN, Sort.WEAK) or part.key in FAMILY_FIRST for part in parts[1:])


def _is_told(passage: Passage, after: int, names: Names) -> bool:
    """Tell whether the words after a name show a person: ", 34,", "who", ", a lawyer"."""
    words, gaps = passage.words, passage.gaps
    if after >= len(words) or gaps[after] not in (" ", ", ", " ("):
        return False
    key = words[after].key
    if key in _APPOSED:
        return any(word.key in names.titles for word in words[after + 1 : after + _APPOSED_WORDS])
    if gaps[after] == " ":
        return key in _TELLING
    return key in _TELLING or (key.isdecimal() and len(key) < 4 and int(key) in _AGES and _closes_age(passage, after))


def _closes_age(passage: Passage, index: int) -> bool:
    return index + 1 == len(passage.gaps) or passage.gaps[index + 1][:1] in (",", ".", ")", ";")


def _who_is_told(passages: Sequence[Passage], found: Sequence[Iterable[_Name]], names: Names) -> _Told:
    """Return the persons of the story, in order; whole names, where there are any, come before titled surnames."""
    whole: dict[str, list[_Bearer]] = {}
    titled: dict[str, list[_Bearer]] = {}
    given: dict[str, list[_Bearer]] = {}
    middle: dict[str, list[_Bearer]] = {}
    tails: dict[str, list[_Bearer]] = {}
    for number, (passage, of_passage) in enumerate(zip(passages, found, strict=True)):
        for name in of_passage:
            words = passage.words[name.first : name.last]
            particles = PARTICLES.intersection(word.key for word in words) - ARTICLES
            text = passage.text[words[0].start : words[-1].end]
            bearer = _Bearer((number, name.first), text, particles, name.whole)
            (whole if name.whole else titled).setdefault(name.surname, []).append(bearer)
            if name.given:
                given.setdefault(name.given, []).append(bearer)
            if name.middle:
                middle.setdefault(name.middle, []).append(bearer)
            spelt = text.split()
            for first in range(1, len(spelt) - 1):
                tails.setdefault(" ".join(spelt[first:]), []).append(bearer)
    return _Told(titled | whole, given, middle, tails, names)


def _offices(
    passages: Sequence[Passage], found: Sequence[Iterable[_Name]], names: Names
) -> Mapping[str, list[_Office]]:
    """Return the offices with which the story introduces persons, by their nation: "Syrian President Bashar …"."""
    offices: dict[str, list[_Office]] = {}
    for number, (passage, of_passage) in enumerate(zip(passages, found, strict=True)):
        for name in of_passage:
            words = passage.words[max(0, name.first - _MAX_OFFICE_WORDS) : name.first]
            nation = next((at for at, word in enumerate(words) if word.key in names.nations), len(words))
            title = tuple(word.key for word in words[nation + 1 :])
            if name.whole and title and names.titles.get(title[-1]) is Title.OFFICE:
                text = passage.text[passage.words[name.first].start : passage.words[name.last - 1].end]
                holders = offices.setdefault(words[nation].key, [])
                if (title, text) not in {(other.title, other.holder) for other in holders[-1:]}:
                    holders.append(_Office((number, name.first), title, text))
    return offices


def _read_offices(passage: Passage, number: int, offices: Mapping[str, Sequence[_Office]]) -> list[Reading]:
    """Return the readings of "the Syrian president" where the story tells before who that is, and no other."""
    readings: list[Reading] = []
    for index, word in enumerate(passage.words) if offices else ():
        if index == 0 or word.key not in offices or passage.words[index - 1].key != "the":
            continue
        told = [office for office in offices[word.key][:_MAX_HOLDERS] if office.at < (number, index)]
        held = [office for office in told if _follows(passage, index + 1, office.title)]
        if held and len({office.holder for office in held}) == 1:
            reading = _reading(passage, index, index + 1 + len(held[0].title), "office of a person told before", 0.6)
            readings.append(reading._replace(role=Role.TITLE, stands_for=held[0].holder))
    return readings


def _follows(passage: Passage, first: int, title: Sequence[str]) -> bool:
    """Tell whether the small words of a title follow, and no name after them."""
    last = first + len(title)
    if tuple(word.key for word in passage.words[first:last]) != tuple(title):
        return False
    if any(case is not Case.LOWER for case in passage.cases[first:last]):
        return False
    return last == len(passage.words) or passage.gaps[last] != " " or passage.cases[last] is Case.LOWER


def _read_told(passage: Passage, number: int, name: _Name, told: _Told) -> Reading:
    """Return the reading of a name by its own evidence; a titled surname is the person whom the story tells whole."""
    role, stands_for = Role.NAME, ""
    if name.whole:
        if longer := _longer(passage, number, name.first, name.last, told):
            role, stands_for = Role.SHORT, longer.name
    else:
        bearer = _nearest(told.surnames[name.surname], (number, name.first))
        role = Role.SHORT if bearer.whole else Role.NAME
        stands_for = bearer.name if bearer.whole else told.names.known.get(name.surname, "")
    return _reading(passage, name.first, name.last, name.rule, name.weight, role=role, stands_for=stands_for)


def _longer(passage: Passage, number: int, first: int, last: int, told: _Told) -> _Bearer | None:
    """Return the person whose name ends with the words `first` to `last` and says more."""
    text = passage.text[passage.words[first].start : passage.words[last - 1].end]
    bearers = told.tails.get(" ".join(text.split()))
    return _nearest(bearers, (number, first)) if bearers else None


def _read_short(passage: Passage, number: int, run: Run, told: _Told) -> list[Reading]:
    """Return the reading of a name alone, if the story or general knowledge tells whose it is."""
    part, names = run.parts[-1], told.names
    if run.closed or part.sort is Sort.INITIAL or _names_firm(passage, run.parts):
        return []
    bearers, rule, weight, key = _bearers_of(part, told)
    if not bearers and key not in names.known:
        return []
    if _is_in_place(passage, part.first, part.last) or _names_place(passage, run.parts, sure=True):
        return []
    if len(run.parts) == 1 and run.opens and key in names.common and (not bearers or key in _MODALS):
        return []
    first, stands_for = part.first, names.known.get(key, "")
    if bearers:
        bearer = _nearest(bearers, (number, part.first))
        first = _with_particle(passage, part, bearer)
        stands_for = bearer.name if bearer.whole or not stands_for else stands_for
    return [_reading(passage, first, part.last, rule, weight, role=Role.SHORT, stands_for=stands_for)]


def _bearers_of(part: Part, told: _Told) -> tuple[Sequence[_Bearer], str, float, str]:
    """Return who may be meant by a name alone, by which rule, how sure that is, and the name as it is listed."""
    keys = [part.key]
    if len(part.key) >= _MIN_OWNED and part.key[-1] == "s" and part.key not in told.names.surnames:
        keys.append(part.key[:-1])
    for key in keys:
        if bearers := told.surnames.get(key):
            return bearers, "surname alone", 0.85, key
        if bearers := told.middle.get(key):
            return bearers, "first of two surnames", 0.75, key
        if part.sort is Sort.GIVEN and (bearers := told.given.get(key)):
            return bearers, "given name alone", 0.6, key
        if key in told.names.known:
            return (), "well-known surname", 0.7, key
    return (), "", 0.0, part.key


def _nearest(bearers: Sequence[_Bearer], at: tuple[int, int]) -> _Bearer:
    """Return the last of the bearers of a name before `at`, or else the first."""
    return bearers[max(0, bisect_right(bearers, at, key=lambda bearer: bearer.at) - 1)]


def _with_particle(passage: Passage, part: Part, bearer: _Bearer) -> int:
    """Return the first word of a surname with the particle that its bearer has: "bin Laden"."""
    before = part.first - 1
    joined = before >= 0 and passage.gaps[part.first] == " "
    return before if joined and passage.words[before].key in bearer.particles else part.first


def _is_in_place(passage: Passage, first: int, last: int) -> bool:
    """Tell whether the words around a name alone make it a place: "in Jackson", but not "in Jackson’s house"."""
    owned = last < len(passage.gaps) and passage.gaps[last] in APOSTROPHES
    return first > 0 and not owned and passage.gaps[first] == " " and passage.words[first - 1].key in _IN_PLACE


def _reading(
    passage: Passage,
    first: int,
    last: int,
    rule: str,
    weight: float,
    *,
    role: Role = Role.NAME,
    stands_for: str = "",
) -> Reading:
    return passage.reading(
        first, last, Kind.ACTOR, role, records=(), rule=rule, type="person", weight=weight, stands_for=stands_for
    )
