"""The words that recognisers of names share: given names, surnames, titles, common words, well-known persons.

They are evidence, never records. All are folded: small letters without accents, as `Word.key` is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

_STRUCK_OUT = ",never"  # a name of the packages that a person took for none
FOLDED_NAME = re.compile(r"[a-z]+(?:[ -][a-z]+)*")


class Breaker(StrEnum):
    """How a word or phrase keeps others from being a person’s name."""

    BREAK = "break"  # is in no name: "Muslim", "Monday"
    HEAD = "head"  # what it closes is no person: "… Street", "… Inc"
    LEAD = "lead"  # what it opens is no person: "Hurricane …", "Tal …"
    OTHER = "other"  # reads like a name and is none: "Morgan Stanley"


class Title(StrEnum):
    """What stands before a person’s name, or after it."""

    HONORIFIC = "honorific"  # "Mr", "Sheikh": a name follows, almost always a surname or a whole name
    RANK = "rank"  # "Lt. Col."
    OFFICE = "office"  # "President", "Foreign Minister"
    CALLING = "calling"  # "lawyer", "spokesman": what a person does, written small
    SUFFIX = "suffix"  # "Jr."
    KIN = "kin"  # "brother", "wife"

    __hash__ = str.__hash__  # as what it equals has


ADDRESS = frozenset({Title.HONORIFIC, Title.RANK, Title.OFFICE})  # titles that stand before a surname alone


@dataclass(frozen=True)
class Names:
    """Words by what they may be in a name; a word may be in several lists."""

    given: frozenset[str]  # given names that are hardly anything else: "fatima"
    weak_given: Mapping[str, str]  # the others, to what else they are: "word", "place", "surname"
    surnames: frozenset[str]  # surnames that are hardly anything else
    weak_surnames: Mapping[str, str]  # the others, to what else they are: "word", "place", "given"
    titles: Mapping[str, Title]  # by their last word or by the whole: "minister", "prime minister"
    breakers: Mapping[str, Breaker]  # by word or phrase
    nations: frozenset[str]  # "syria", "syrian", "syrians"
    common: frozenset[str]  # words that running text writes small
    known: Mapping[str, str]  # surnames that newspapers use alone, to the whole name as it is written


def load_names() -> Names:
    """Return the packaged lists."""
    given, weak_given = _load_list("given_names.csv")
    surnames, weak_surnames = _load_list("surnames.csv")
    return Names(
        given=given,
        weak_given=weak_given,
        surnames=surnames,
        weak_surnames=weak_surnames,
        titles={row["title"]: Title(row["class"]) for row in _load_rows("titles.csv")},
        breakers={row["word"]: Breaker(row["class"]) for row in _load_rows("name_breakers.csv")},
        nations=frozenset(_load_nations()) - given - set(weak_given),
        common=frozenset(_load_text("common_words.txt").split()),
        known={row["surname"].lower(): _whole(row["given"], row["surname"]) for row in _load_rows("known_persons.csv")},
    )


def _whole(given: str, surname: str) -> str:
    """Return the name as it is written: "Bashar al-" and "Assad" need no space."""
    return f"{given}{surname}" if given.endswith("-") else f"{given} {surname}".lstrip()


def _load_text(file: str) -> str:
    return files("dateline").joinpath("data", file).read_text("utf-8")


def _load_nations() -> Iterator[str]:
    """Yield the names of states, and of those who live there, that are one word."""
    for row in _load_rows("states.csv"):
        for cell in (row["name"], row["variants"], row["adjectives"], row["demonyms"]):
            yield from (name for part in cell.split(";") if " " not in (name := part.strip().lower()))


def _load_rows(file: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(_load_text(file)))


def _load_list(file: str) -> tuple[frozenset[str], dict[str, str]]:
    """Return the names that are nothing else, and the others with what else they are."""
    _, *lines = _load_text(file).splitlines()
    plain = frozenset(line[:-1] for line in lines if line[-1] == ",")
    weak = dict(line.split(",") for line in lines if line[-1] != "," and not line.endswith(_STRUCK_OUT))
    return plain, weak
