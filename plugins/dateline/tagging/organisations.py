"""Organisations that no table lists, found by how their names are made: "Paris Police Department", "Bank of X".

A name is words with capitals around a noun that says what the body is (`organisation_words.csv`); acronyms that
a story explains in brackets name the same body again. Nothing here has a record: such a name is listed as a
mention and makes no tag.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from dateline.authority.lexicon import Sense, is_space
from dateline.records import Field, Kind, Role
from dateline.tagging.coreference import find_acronyms
from dateline.tagging.organisation_words import Head, OrganisationWords, load_organisation_words
from dateline.tagging.passage import Case, Passage, Reading

__all__ = ["OrganisationWords", "find_organisations", "load_organisation_words"]

_start = attrgetter("start")
_APOSTROPHES = frozenset("'’‘ʼ`")
_HYPHENS = frozenset("-‐‑–")
_JOINTS = _HYPHENS | {"/", "&", " & "}
_MAX_MODIFIERS = 6
_MAX_TEAM_MODIFIERS = 3
_MAX_SMALL_MODIFIERS = 3
_MAX_NAME_WORDS = 12  # of a name that a headline repeats
_MAX_COMPLEMENT = 9  # "Organization for Economic Cooperation and Development of …"

# What may follow a head noun. "Of" and "for" follow any; the others only those named.
_PREPOSITIONS: Mapping[str, frozenset[str] | None] = {
    "of": None,
    "for": None,
    "against": frozenset({"alliance", "campaign", "coalition", "committee", "front", "league", "mothers", "movement"}),
    "on": frozenset({"center", "centre", "commission", "committee", "council", "institute", "office"}),
    "to": frozenset({"campaign", "committee", "movement"}),
    "at": frozenset({"university"}),
    "in": frozenset({"university"}),
}
# Small words inside names, of Arabic, Persian, Romance and Germanic spelling.
_PARTICLES = frozenset(
    """
    abu ad al an ar as ash at az bin da das de del della den der des di do dos du e ed el en es et ez i ibn il la las
    le les los para per pour ul ur van von wa wal y
    """.split()
)
_LINKS = frozenset({"abu", "bin", "da", "de", "del", "der", "di", "dos", "du", "ibn", "la", "van", "von"})
_SIDES = frozenset({"anti", "pro", "non", "ex", "counter"})
_ABBREVIATED = frozenset({"st", "mt", "ft", "dr", "inc", "co", "corp", "ltd", "bros", "jos", "wm", "chas", "u", "s"})
_SCIENCE = re.compile("(?<!techn)ology$|istry$|graphy$|nomics$")  # "Institute of Volcanology and Seismology"
_ROMAN = re.compile(r"[IVXLC]+")

_UPPER, _MIXED = Case.UPPER, Case.MIXED  # asked of every word: the names are looked up once
_MIN_ACRONYM = 2
_MAX_BARE_ACRONYM = 6
_MIN_WORD_CHARS = 4  # "ZERO", "SEND": a word written with emphasis

_WEIGHT = 0.8
_WEIGHTS = {
    "name + company’s legal form": 0.9,
    "name + ticker": 0.8,
    "city + team": 0.85,
    "club": 0.9,
    "name + small noun": 0.6,
    "nickname of a team": 0.6,
    "name with its acronym": 0.9,
    "acronym defined in brackets": 0.9,
    "name as in the text": 0.8,
    "acronym": 0.4,
}


_Spellings = Mapping[str, Mapping[tuple[str, ...], str]]  # by the first word: the words of each name, and its type


class _Name(NamedTuple):
    """Words `first` to `last` (exclusive) of a passage, which name an organisation."""

    first: int
    last: int
    type: str
    rule: str


def find_organisations(passages: Sequence[Passage], words: OrganisationWords) -> list[Reading]:
    """Return the organisations that the passages of one story name, in order; none has a record.

    Names in running text count by their grammar. A headline, where every word has a capital, names what the
    text names too, or a company by its legal form. No two readings of a passage overlap.
    """
    found = [_longest(_names_in(passage, words)) for passage in passages]
    acronyms = find_acronyms(passages, words)
    long_spans = [span for short, span in acronyms.items() if short.lower() not in words.initials]
    found = [
        _longest([*names, *_defined(passage, long_spans, names)])
        for passage, names in zip(passages, found, strict=True)
    ]
    types = {
        (passage.field, passage.words[name.last - 1].end): name.type
        for passage, names in zip(passages, found, strict=True)
        for name in names
    }
    known = _spellings(passages, found)
    readings: list[Reading] = []
    for passage, names in zip(passages, found, strict=True):
        shorts = _acronym_uses(passage, acronyms, types, words)
        again = _repeated(passage, known)
        whole = [_without_headline(passage, name, known) for name in names]
        settled = _longest([*whole, *again, *(name for name, _ in shorts)])
        long_forms = dict(shorts)
        readings += [_reading(passage, name, passages, long_forms.get(name)) for name in settled]
    return readings


def _reading(
    passage: Passage, name: _Name, passages: Sequence[Passage], long_form: tuple[Field, int, int] | None
) -> Reading:
    role = Role.SHORT if long_form else Role.NAME
    stands_for = ""
    if long_form:
        field, start, end = long_form
        stands_for = next(" ".join(each.text[start:end].split()) for each in passages if each.field == field)
    weight = _WEIGHTS.get(name.rule, _WEIGHT)
    return passage.reading(
        name.first,
        name.last,
        Kind.ACTOR,
        role,
        records=(),
        rule=name.rule,
        type=name.type,
        weight=weight,
        stands_for=stands_for,
    )


def _longest(names: Iterable[_Name]) -> list[_Name]:
    """Return the names that no longer one overlaps, in order."""
    held: set[int] = set()
    kept: list[_Name] = []
    for name in sorted(names, key=lambda each: (each.first - each.last, each.first)):
        if held.isdisjoint(range(name.first, name.last)):
            held.update(range(name.first, name.last))
            kept.append(name)
    return sorted(kept)


def _names_in(passage: Passage, words: OrganisationWords) -> Iterator[_Name]:
    """Yield the names of a passage by their grammar; they may overlap."""
    nouns, smalls, suffixes = words.nouns, words.smalls, words.suffixes
    cases, tells = passage.cases, passage.tells
    for index in [index for index, key in enumerate(passage.keys) if key in nouns]:
        key = passage.keys[index]
        if not cases[index]:
            if key in smalls and index and cases[index - 1] and (small := _small(passage, index, words)):
                yield small
            continue
        for name in _names_at(passage, index, words):
            if any(tells[name.first : name.last]) or name.rule == "club" or key in suffixes:
                yield name
    if "<" in passage.text:
        yield from _with_tickers(passage, words)


def _names_at(passage: Passage, at: int, words: OrganisationWords) -> Iterator[_Name]:
    """Yield the names that the noun at word `at` makes."""
    key = passage.words[at].key
    if key in words.phrases and (name := _phrase(passage, at, words)):
        yield name
    if key in words.suffixes and (name := _company(passage, at, words)):
        yield name
    if key in words.teams and (name := _team(passage, at, words)):
        yield name
    head, last = _head_at(passage, at, words)
    if head is None:
        return
    if head.leads and (name := _led(passage, at, last, head, words)):
        yield name
    if (head.ends or head.starts) and (name := _headed(passage, at, head, words)):
        yield name


def _small(passage: Passage, at: int, words: OrganisationWords) -> _Name | None:
    """Return the name before a noun written small, with it: "Durham police", not "Turkish police" or "Riot police"."""
    before = passage.words[at - 1]
    common = passage.authority.names.common
    stands_out = passage.tells[at - 1] or (passage.opens[at - 1] and before.key not in common)
    if (
        not stands_out
        or before.key in words.creeds
        or before.key in words.matters
        or _is_nationality(passage, before.key)
    ):
        return None
    for keys, type_ in words.smalls[passage.words[at].key]:
        last = at + len(keys)
        if _keys(passage, at, last) == keys and all(len(gap) == 1 for gap in passage.gaps[at + 1 : last]):
            first = _begin(passage, at, words, _MAX_SMALL_MODIFIERS)
            return _Name(first, last, type_, "name + small noun") if first < at else None
    return None


def _is_nationality(passage: Passage, key: str) -> bool:
    forms = (form for lexicon in passage.lexicons for form in lexicon.forms.get(key, ()))
    senses = {form.name.sense for form in forms}
    return bool(senses & {Sense.ADJECTIVE, Sense.PEOPLE}) and Sense.NAME not in senses


def _head_at(passage: Passage, at: int, words: OrganisationWords) -> tuple[Head | None, int]:
    """Return the head noun at word `at` and the word after it; an apostrophe may part it: "Kata’ib"."""
    key = passage.words[at].key
    if at + 1 < len(passage.words) and passage.gaps[at + 1] in _APOSTROPHES:
        joined = words.heads.get(key + passage.words[at + 1].key)
        if joined and joined.leads:
            return joined, at + 2
    return words.heads.get(key), at + 1


def _headed(passage: Passage, at: int, head: Head, words: OrganisationWords) -> _Name | None:
    """Return the name around a head noun: modifiers before it, "of" or "for" and capital words after it."""
    first = _begin(passage, at, words)
    last = _complement(passage, at, words) if head.starts else at + 1
    is_named = first < at or (last > at + 1 and passage.words[at].key not in words.suffixes)
    if not is_named or _keys(passage, at, last) in words.none:
        return None
    if last == at + 1 and not (head.ends and _may_end(passage, first, at, head, words)):
        return None
    if last < len(passage.words) and _goes_on_with(passage, last, words.lands | words.events):
        return None
    rule = "name + noun" if last == at + 1 else "noun + of + name"
    ending = words.heads.get(passage.words[last - 1].key)
    type_ = "force" if ending and ending.type == "force" and last > at + 1 else head.type
    return _Name(first, last, type_, rule)


def _keys(passage: Passage, first: int, last: int) -> tuple[str, ...]:
    return tuple(word.key for word in passage.words[first:last])


def _may_end(passage: Passage, first: int, at: int, head: Head, words: OrganisationWords) -> bool:
    """Tell whether words before a head noun at `at` make a name of it."""
    keys = _keys(passage, first, at + 1)
    if keys in words.none:
        return False
    before = passage.words[at - 1].key
    if head.weak and before in words.matters:
        return False
    return passage.tells[at] or passage.opens[at] or before in words.owners


def _goes_on_with(passage: Passage, at: int, keys: frozenset[str]) -> bool:
    """Tell whether word `at`, one of `keys` with a capital, makes something else of the name before it."""
    return bool(passage.cases[at]) and passage.words[at].key in keys and passage.gaps[at] in (" ", "-")


def _begin(passage: Passage, at: int, words: OrganisationWords, limit: int = _MAX_MODIFIERS) -> int:
    """Return the first word of the run of capital words that ends at word `at`."""
    first = at
    while first > 0 and at - first < limit:
        before = _before(passage, first, at, words)
        if before is None or not _is_modifier(passage, before, words) or _is_against(passage, before):
            break
        first = before
    while first < at and passage.cases[first] is Case.NUMBER and not _is_ordinal(passage.words[first].surface):
        first += 1
    return first


def _is_against(passage: Passage, at: int) -> bool:
    """Tell whether word `at` belongs to a description: "anti-Assad" is no part of a name."""
    return at > 0 and passage.gaps[at] in _HYPHENS and passage.words[at - 1].key in _SIDES


def _before(passage: Passage, first: int, at: int, words: OrganisationWords) -> int | None:
    """Return the word that a name takes in before word `first`, or None where it begins there."""
    gap, before = passage.gaps[first], first - 1
    if gap[0] == ".":
        # After "U.S." or "St." the name goes on.
        word = passage.words[before]
        is_abbreviated = len(word.surface) == 1 or word.key in _ABBREVIATED
        return before if is_abbreviated and gap in (".", ". ") else None
    if gap in _JOINTS or gap in _APOSTROPHES:
        return before if passage.cases[before] else _through_particle(passage, before)
    if _is_comma(gap):
        form = passage.words[at].key
        return before if first == at and form in words.suffixes and form != "co" else None  # "Cobh, Co. Cork"
    if gap[0] in _APOSTROPHES and is_space(gap[1:]):
        return before if passage.words[before].key in words.owners else None  # "Workers’ Party"
    return _before_space(passage, first, at, words) if is_space(gap) else None


def _is_comma(gap: str) -> bool:
    return gap[:1] == "," and is_space(gap[1:])


def _before_space(passage: Passage, first: int, at: int, words: OrganisationWords) -> int | None:
    """Return the word that a name takes in before word `first`, which only space parts from it."""
    tokens, before = passage.words, first - 1
    token = tokens[before]
    is_inside = before > 0 and passage.gaps[before] in _APOSTROPHES
    if token.key == "s" and is_inside:
        owner = tokens[before - 1].key
        saint = before > 1 and tokens[before - 2].key in ("st", "saint", "sts")
        owns = owner in words.owners or saint or (first == at and tokens[at].key in words.suffixes)
        return before - 1 if owns else None
    if passage.cases[before]:
        return before
    if token.key == "and" and before > 0:
        joins = tokens[first].key in words.matters and tokens[before - 1].key in words.matters
        return before - 1 if joins and is_space(passage.gaps[before]) else None
    if is_inside and len(token.key) > 1:
        return before - 1  # "Ba’ath Party"
    return _through_particle(passage, before)


def _through_particle(passage: Passage, at: int) -> int | None:
    """Return where a name begins that has a small word at `at`: "Omar bin al-Khattab Brigade"."""
    tokens = passage.words
    if tokens[at].key not in _PARTICLES or passage.cases[at]:
        return None
    arabic = passage.gaps[at + 1] in _HYPHENS
    while at > 0 and tokens[at - 1].key in _LINKS and not passage.cases[at - 1] and passage.gaps[at] == " ":
        at -= 1
    if at > 0 and passage.cases[at - 1] and passage.gaps[at] in (" ", "-") and not passage.opens[at - 1]:
        return at - 1
    return at if arabic else None


def _is_modifier(passage: Passage, at: int, words: OrganisationWords) -> bool:
    """Tell whether a name may begin at word `at`, or go through it."""
    word = passage.words[at]
    if not passage.cases[at]:
        return word.key in _PARTICLES
    if word.key in words.stops:
        is_initial = len(word.surface) == 1 and passage.gaps[at + 1][:1] in (".", "&")  # "A&M", "I. B. Smith"
        return is_initial or (word.surface == "US" and not word.shouted)
    if passage.cases[at] is Case.NUMBER:
        return _is_ordinal(word.surface) or not word.surface.isdigit()
    if word.key.endswith("s") and _is_state(passage, word.key[:-1]) and not _is_state(passage, word.key):
        return False  # "Syrias Health Ministry", of an archive that lost its apostrophes
    return passage.tells[at] or word.key not in words.verbs


def _is_state(passage: Passage, key: str) -> bool:
    authority = passage.authority
    return any(record.id in authority.states for record in authority.called.get((Kind.PLACE, key), ()))


def _is_ordinal(surface: str) -> bool:
    return len(surface) < 6 and surface[-2:] in ("st", "nd", "rd", "th")


def _complement(passage: Passage, at: int, words: OrganisationWords) -> int:
    """Return the word after "of" or "for" and the capital words that follow the head noun at `at`, or `at` + 1."""
    tokens, cases, gaps = passage.words, passage.cases, passage.gaps
    index = at + 1
    if index + 1 >= len(tokens) or not is_space(gaps[index]):
        return at + 1
    heads = _PREPOSITIONS.get(tokens[index].key, frozenset())
    if heads is not None and tokens[at].key not in heads:
        return at + 1
    last = _capital_run(passage, index + 1, words, is_first=True)
    while last is not None and last < len(tokens) and last - at < _MAX_COMPLEMENT:
        following = _continued(passage, last, words)
        if following is None:
            break
        last = following
    if last is None:
        return at + 1
    while last > at + 3 and not cases[last - 1] and gaps[last - 1] not in _APOSTROPHES:
        last -= 1
    return _before_adjective(passage, at, last)


def _before_adjective(passage: Passage, at: int, last: int) -> int:
    """Return the end of a name without "of the Syrian", where a noun written small follows: "army"."""
    goes_on = last < len(passage.words) and not passage.cases[last] and is_space(passage.gaps[last])
    if not goes_on or not _is_nationality(passage, passage.words[last - 1].key):
        return last
    last -= 1
    while last > at + 1 and passage.words[last].key not in _PREPOSITIONS:
        last -= 1
    return last


def _continued(passage: Passage, at: int, words: OrganisationWords) -> int | None:
    """Return the end of a name whose capital words broke off before word `at`, if it goes on there."""
    if at + 1 >= len(passage.words):
        return None
    key, gap, before = passage.words[at].key, passage.gaps[at], passage.words[at - 1].key
    following = passage.words[at + 1].key
    is_listed = before in words.matters
    if _is_comma(gap) and is_listed and key in words.matters and passage.cases[at]:
        return _capital_run(passage, at, words)
    is_subject = (is_listed and following in words.matters) or _SCIENCE.search(before) is not None
    joins = key == "and" and is_subject and (_is_comma(gap) or is_space(gap))
    owns = key == "s" and gap in _APOSTROPHES and before in words.owners
    leads = is_space(gap) and (key == "of" or (key == "for" and following == "the"))
    if (joins or owns or leads) and is_space(passage.gaps[at + 1]):
        return _capital_run(passage, at + 1, words, is_first=leads)
    return None


def _capital_run(passage: Passage, at: int, words: OrganisationWords, *, is_first: bool = False) -> int | None:
    """Return the word after the run of capital words from word `at`, or None where there is none.

    An article or a particle may open it: "of the Levant", "of al-Azhar".
    """
    start = at + 1 if is_first and passage.words[at].key in ("a", "the") and not passage.cases[at] else at
    index = start
    while index < len(passage.words) and _runs_on(passage, index, start, words):
        index += 1
    return index if index > start else None


def _runs_on(passage: Passage, at: int, start: int, words: OrganisationWords) -> bool:
    """Tell whether word `at` belongs to the run of capital words from word `start`."""
    key, gap = passage.words[at].key, passage.gaps[at]
    if at > start and not _adjoins(passage, at):
        return False
    if not passage.cases[at]:
        if at > start and gap in _APOSTROPHES:
            return True
        ahead = at + 1 < len(passage.words) and passage.cases[at + 1] and passage.gaps[at + 1] in _HYPHENS
        return key in _PARTICLES and bool(ahead) and (at == start or gap == " " or gap in _HYPHENS)
    if key in words.stops or (passage.cases[at] is Case.NUMBER and not _is_ordinal(passage.words[at].surface)):
        return False
    return at == start or not _breaks_off(passage, at, words)


def _adjoins(passage: Passage, at: int) -> bool:
    """Tell whether the gap before word `at` may lie inside a name."""
    gap, word, before = passage.gaps[at], passage.words[at], passage.words[at - 1]
    if gap in (".", ". "):
        return len(before.surface) == 1 or before.key == "st"
    return gap in _JOINTS or (gap in _APOSTROPHES and word.key != "s") or is_space(gap)


def _breaks_off(passage: Passage, at: int, words: OrganisationWords) -> bool:
    """Tell whether a name after "of" ends before the capital word `at`: its subject is told, or a rank follows."""
    key, before = passage.words[at].key, passage.words[at - 1].key
    is_told = before in words.matters and before[-1] == "s"  # "for Human Rights White Helmets", a comma lost
    return key in words.ranks or (is_told and key not in words.matters and key not in words.anchors)


def _phrase(passage: Passage, at: int, words: OrganisationWords) -> _Name | None:
    """Return the name that a whole phrase makes: "Manchester United", "Supreme Court of X"."""
    tokens = passage.words
    for keys, kind, is_club in words.phrases[tokens[at].key]:
        last = at + len(keys)
        if _keys(passage, at, last) != keys or not passage.cases[last - 1]:
            continue
        if any(len(gap) > 2 or "\n\n" in gap for gap in passage.gaps[at + 1 : last]):
            continue
        if len(keys) == 1 and not passage.tells[at]:
            continue
        if is_club:
            goes_before = at > 0 and passage.gaps[at] == " " and passage.words[at - 1].key == "new"  # "New York City"
            return None if goes_before else _Name(at, last, kind, "club")
        last = _complement(passage, last - 1, words)
        if last < len(tokens) and _goes_on_with(passage, last, words.lands | words.events):
            return None  # "Parliament Square"
        return _Name(_begin(passage, at, words), last, kind, "name + noun")
    return None


def _company(passage: Passage, at: int, words: OrganisationWords) -> _Name | None:
    """Return the company whose legal form stands at word `at`, with those that follow: "Co Ltd"."""
    tokens = passage.words
    word = tokens[at]
    if not _is_suffix(passage, at, words) or (at > 0 and _is_suffix(passage, at - 1, words)):
        return None
    first = _company_begin(passage, at, words)
    if first == at or _keys(passage, first, at + 1) in words.none:
        return None
    last = at + 1
    while last < len(tokens) and passage.gaps[last] in (" ", ". ", ", ", "., ") and _is_suffix(passage, last, words):
        last += 1
    if last < len(tokens) and _goes_on_with(passage, last, words.lands):
        return None
    if last == at + 1 and word.key in ("co", "corp", "company"):
        last = _complement(passage, at, words)  # "Aluminum Co of America"
    return _Name(first, last, "company", "name + company’s legal form")


def _company_begin(passage: Passage, at: int, words: OrganisationWords) -> int:
    """Return the first word of the company whose legal form stands at word `at`; "and" may join two names to one."""
    tokens, gaps = passage.words, passage.gaps
    if at > 1 and tokens[at - 1].key == "and" and tokens[at].key in ("co", "sons", "company") and passage.cases[at - 2]:
        first = _begin(passage, at - 2, words)
        alone = first == at - 2 and first > 0 and _is_comma(gaps[first]) and passage.tells[first - 1]
        return _begin(passage, first - 1, words) if alone else first  # "Goldman, Sachs and Co"
    first = _begin(passage, at, words)
    before = first - 2
    if before < 0 or not first < at <= first + 2 or tokens[first - 1].key != "and":
        return first
    spaced = is_space(gaps[first]) and is_space(gaps[first - 1])
    # "Adams and Porter Inc", not "Cargill Inc and Porter Inc" or "Adams, Cargill and Porter Inc"
    is_pair = spaced and passage.tells[before] and gaps[before][:1] != "," and tokens[before].key not in words.anchors
    return _begin(passage, before, words) if is_pair and _is_modifier(passage, before, words) else first


def _is_suffix(passage: Passage, at: int, words: OrganisationWords) -> bool:
    capitals = words.suffixes.get(passage.words[at].key)
    if capitals is None or not passage.cases[at]:
        return False
    return not capitals or (passage.cases[at] is Case.UPPER and not passage.words[at].shouted)


def _team(passage: Passage, at: int, words: OrganisationWords) -> _Name | None:
    """Return the team whose nickname ends with word `at`, with the city or school before it, or with "the" alone."""
    for keys, is_plain in words.teams[passage.words[at].key]:
        noun = at + 1 - len(keys)
        if noun < 1 or _keys(passage, noun, at + 1) != keys or not passage.tells[at]:
            continue
        if at + 1 < len(passage.words) and passage.gaps[at + 1] == " " and passage.tells[at + 1]:
            continue  # "Aleppo Syria United Nations", a comma lost
        first = _begin(passage, noun, words, _MAX_TEAM_MODIFIERS)
        if first < noun:
            return _Name(first, at + 1, "organisation", "city + team")
        if is_plain and passage.words[noun - 1].key == "the" and is_space(passage.gaps[noun]):
            return _Name(noun, at + 1, "organisation", "nickname of a team")
        return None
    return None


def _led(passage: Passage, at: int, last: int, head: Head, words: OrganisationWords) -> _Name | None:
    """Return the name that follows its noun at once: "Jaysh al-Islam", "Banco do Brasil"."""
    tokens, cases, gaps = passage.words, passage.cases, passage.gaps
    index = end = last
    while index < len(tokens) and index - at < _MAX_COMPLEMENT:
        gap = gaps[index]
        if not (gap in _HYPHENS or gap in _APOSTROPHES or (is_space(gap) and "\n\n" not in gap)):
            break
        if cases[index] and cases[index] is not Case.NUMBER:
            if tokens[index].key in words.stops or tokens[index].key in words.ranks:
                break
            end = index + 1
        elif gap in _APOSTROPHES and tokens[index].key != "s":
            end = index + 1
        elif tokens[index].key not in _PARTICLES:
            break
        index += 1
    if end == last:
        return None
    if tokens[end - 1].key in words.lands or (end < len(tokens) and _goes_on_with(passage, end, words.lands)):
        return None
    # "al-Ansar": the article before the noun is the name's.
    first = at - 1 if at and gaps[at] in _HYPHENS and tokens[at - 1].key in _PARTICLES else at
    return _Name(first, end, head.type, "noun + name")


def _with_tickers(passage: Passage, words: OrganisationWords) -> Iterator[_Name]:
    """Yield the companies that a ticker in angle brackets follows: "Ford <F>"."""
    for index in range(1, len(passage.words)):
        if passage.gaps[index].endswith("<") and passage.words[index].surface.isupper():
            at = index - 1
            if not passage.gaps[index][:-1].strip(" .\n") and passage.cases[at] and _is_modifier(passage, at, words):
                yield _Name(_begin(passage, at, words), at + 1, "company", "name + ticker")


def _defined(passage: Passage, long_spans: Iterable[tuple[Field, int, int]], names: Sequence[_Name]) -> Iterator[_Name]:
    """Yield the long forms of acronyms that the grammar did not find whole."""
    held = {index: name for name in names for index in range(name.first, name.last)}
    for field, start, end in long_spans:
        if field != passage.field:
            continue
        first = bisect_left(passage.words, start, key=_start)
        last = bisect_left(passage.words, end, lo=first, key=_start)
        inside = held.get(last - 1)
        if first < last and (inside is None or inside.first > first):
            yield _Name(first, last, inside.type if inside else "organisation", "name with its acronym")


def _acronym_uses(
    passage: Passage,
    acronyms: Mapping[str, tuple[Field, int, int]],
    types: Mapping[tuple[Field, int], str],
    words: OrganisationWords,
) -> list[tuple[_Name, tuple[Field, int, int] | None]]:
    """Return where a passage uses acronyms: those that the story explains, and others in running text."""
    found: list[tuple[_Name, tuple[Field, int, int] | None]] = []
    for index in passage.capitals:
        case = passage.cases[index]
        if case is not _UPPER and case is not _MIXED:
            continue
        word = passage.words[index]
        if word.surface in acronyms:
            rule = "acronym defined in brackets"
            if word.key not in words.initials:
                field, start, end = acronyms[word.surface]
                type_ = types.get((field, end), "organisation")
                found.append((_Name(index, index + 1, type_, rule), (field, start, end)))
        elif case is _UPPER and _stands_out(passage, index) and (last := _bare_acronym(passage, index, words)):
            found.append((_Name(index, last, "organisation", "acronym"), None))
    return found


def _stands_out(passage: Passage, at: int) -> bool:
    """Tell whether only word `at` is in capitals; where a sentence opens, the word after it is to show that."""
    if passage.tells[at]:
        return True
    after = at + 1
    lower = after < len(passage.words) and passage.cases[after] is Case.LOWER and passage.gaps[after] == " "
    return passage.opens[at] and lower and not passage.words[at].shouted and len(passage.words[at].key) > 2


def _bare_acronym(passage: Passage, at: int, words: OrganisationWords) -> int | None:
    """Return the word after an acronym in running text that nothing explains, or None where word `at` is none."""
    word, last = passage.words[at], at + 1
    letters = word.key
    if last < len(passage.words) and passage.gaps[last] == "&" and passage.cases[last] is Case.UPPER:
        letters, last = letters + passage.words[last].key, last + 1  # "PG&E"
    if not _MIN_ACRONYM <= len(letters) <= _MAX_BARE_ACRONYM or not letters.isalpha():
        return None
    if len(letters) >= _MIN_WORD_CHARS and letters in passage.authority.names.common:
        return None
    if letters in words.initials or letters in words.suffixes or _ROMAN.fullmatch(word.surface):
        return None
    return None if _in_capitals(passage, at) or _in_capitals(passage, last) else last


def _in_capitals(passage: Passage, at: int) -> bool:
    """Tell whether word `at` and the one before it are one run of capitals, a code or a dotted form."""
    if not 0 < at < len(passage.words):
        return False
    gap, cases = passage.gaps[at], passage.cases
    if gap in _HYPHENS:
        return cases[at] in (Case.NUMBER, Case.UPPER) and cases[at - 1] in (Case.NUMBER, Case.UPPER)
    if gap in (".", "&", "<", " <", "/"):
        return True
    return gap.isspace() and cases[at] is Case.UPPER and cases[at - 1] is Case.UPPER


def _spellings(passages: Sequence[Passage], found: Sequence[Sequence[_Name]]) -> _Spellings:
    """Return the words and types of the names that running text has, by the first word; none of one word."""
    known: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for passage, names in zip(passages, found, strict=True):
        for name in names:
            keys = _keys(passage, name.first, name.last)
            if len(keys) > 1 and not passage.words[name.first].shouted:
                known[keys[0]].setdefault(keys, name.type)
    return known


def _without_headline(passage: Passage, name: _Name, known: _Spellings) -> _Name:
    """Return a company of a line in capitals from where the text has it: "DOWNGRADE CHRYSLER" without the verb."""
    if name.type != "company" or not passage.words[name.first].shouted:
        return name
    within = range(name.first, name.last)
    begins = next((index for index in within if passage.words[index].key in known), name.first)
    return name._replace(first=begins)


def _repeated(passage: Passage, known: _Spellings) -> Iterator[_Name]:
    """Yield in headlines, and where a sentence begins, the names that running text has."""
    for index, word in enumerate(passage.words) if known else ():
        if word.key not in known or not passage.cases[index] or passage.tells[index]:
            continue
        for last in range(min(index + _MAX_NAME_WORDS, len(passage.words)), index + 1, -1):
            if type_ := known[word.key].get(_keys(passage, index, last)):
                yield _Name(index, last, type_, "name as in the text")
                break
