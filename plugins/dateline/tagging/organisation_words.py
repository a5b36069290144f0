"""The words of which names of organisations are made: which noun says what a body is, and what stands around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dateline.authority.lexicon import name_key, read_words
from dateline.authority.rows import packaged_rows


@dataclass(frozen=True, slots=True)
class Head:
    """A noun that says what a body is: where it stands in the name, and the type of actor that it makes."""

    type: str
    ends: bool = False  # "Paris Police"
    starts: bool = False  # "Ministry of X"
    leads: bool = False  # "Jaysh al-Islam": the name follows at once
    weak: bool = False  # "Kentucky Post": also a common thing


@dataclass(frozen=True)
class OrganisationWords:
    """The words of which names of organisations are made, by the letters of each (`organisation_words.csv`)."""

    heads: Mapping[str, Head]
    suffixes: Mapping[str, bool]  # a company's legal form; whether it is written in capitals alone
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str, bool], ...]]  # by first word: words, type, is a club
    teams: Mapping[
        str, tuple[tuple[tuple[str, ...], bool], ...]
    ]  # by the nickname's last word: words, means nothing else
    smalls: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]  # nouns written small, by first word: words, type
    none: frozenset[tuple[str, ...]]  # what looks like an organisation and is none
    lands: frozenset[str]
    events: frozenset[str]
    matters: frozenset[str]
    creeds: frozenset[str]  # before a small noun they describe: "Kurdish party", "British police"
    owners: frozenset[str]
    stops: frozenset[str]  # no name begins with these, nor goes on with them
    ranks: frozenset[str]  # a name may begin with these, not go on with them
    verbs: frozenset[str]  # of headlines
    initials: frozenset[str]
    anchors: frozenset[str]  # every word at which a name may be read
    nouns: frozenset[str]  # these and the nouns written small


def load_organisation_words() -> OrganisationWords:
    """Return the packaged words of names of organisations."""
    parts: dict[str, dict[tuple[str, ...], tuple[str, str]]] = defaultdict(dict)
    heads: dict[str, Head] = {}
    suffixes: dict[str, bool] = {}
    for row in packaged_rows("organisation_words.csv"):
        word, part = row["word"], row["part"]
        parts[part][tuple(found.key for found in read_words(word))] = row["type"], row["note"]
        if part in ("head", "end", "start", "lead", "weak"):
            heads[name_key(word)] = _with_part(heads.get(name_key(word)), part, row["type"])
        elif part == "suffix":
            suffixes[name_key(word)] = word.isupper()
    phrases: dict[str, list[tuple[tuple[str, ...], str, bool]]] = defaultdict(list)
    for part in ("phrase", "club"):
        for keys, (kind, _) in parts[part].items():
            phrases[keys[0]].append((keys, kind, part == "club"))
    smalls: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for keys, (kind, _) in parts["small"].items():
        smalls[keys[0]].append((keys, kind))
    teams: dict[str, list[tuple[tuple[str, ...], bool]]] = defaultdict(list)
    for keys, (_, also) in parts["team"].items():
        teams[keys[-1]].append((keys, not also))
    single = {part: frozenset("".join(keys) for keys in found) for part, found in parts.items()}
    anchors = frozenset(heads).union(suffixes, phrases, teams, ("kata", "hay", "asa"))
    return OrganisationWords(
        heads=heads,
        suffixes=suffixes,
        phrases={key: tuple(sorted(found, key=lambda each: -len(each[0]))) for key, found in phrases.items()},
        teams={key: tuple(sorted(found, key=lambda each: -len(each[0]))) for key, found in teams.items()},
        smalls={key: tuple(sorted(found, key=lambda each: -len(each[0]))) for key, found in smalls.items()},
        none=frozenset(parts["none"]),
        lands=single["land"],
        events=single["event"],
        matters=single["matter"],
        creeds=single["creed"],
        owners=single["owner"],
        stops=single["stop"] | single["title"],
        ranks=single["rank"],
        verbs=single["verb"],
        initials=single["initials"],
        anchors=anchors,
        nouns=anchors.union(smalls),
    )


def _with_part(head: Head | None, part: str, type_: str) -> Head:
    """Return a head noun with one more place in which it stands."""
    head = head or Head(type_)
    return replace(
        head,
        ends=head.ends or part in ("head", "end", "weak"),
        starts=head.starts or part in ("head", "start"),
        leads=head.leads or part == "lead",
        weak=head.weak or part == "weak",
    )
