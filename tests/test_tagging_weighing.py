"""Weighing: how likely words that some place bears are the name of a place where they stand."""

from __future__ import annotations

import pytest

from dateline.authority import load_authority
from dateline.records import Kind, Role
from dateline.tagging import find_mentions

AUTHORITY = load_authority(None)[0]
RULES = {"name in the gazetteer", "place in a longer name"}


def weight(text: str, name: str) -> float:
    """The share that a text gives the words as a place's name, told by its mentions; 0 where they are none."""
    found = [m for m in find_mentions("", text, AUTHORITY) if m.kind is Kind.PLACE and m.surface == name]
    if not found:
        return 0.0
    return found[0].score


@pytest.mark.parametrize(
    ("name", "surer", "less_sure"),
    [
        ("Lincoln", "They recalled the town of Lincoln.", "They recalled Lincoln."),
        ("Lincoln", "They fled to Lincoln.", "They quoted Lincoln."),
        ("Salamanca", "It rained in Salamanca.", "They praised Salamanca."),
        ("Salamanca", "They praised Salamanca.", "They praised Dr Salamanca."),
        ("Salamanca", "They praised Salamanca.", "They praised the Salamanca."),
        ("Salamanca", "They praised Salamanca.", "Salamanca was praised."),
        ("Salamanca", "They saw Salamanca burn.", "They saw Salamanca Smith burn."),
        ("Bath", "They met in Bath.", "They met Bath."),
        ("Madison", "It rained in Madison.", "They thanked Madison."),
        ("Homs", "It rained in the city of Homs.", "They remembered Homs."),
    ],
)
def test_what_stands_before_and_after_a_name_tells_whether_it_is_a_place(name, surer, less_sure):
    assert weight(surer, name) > weight(less_sure, name)


@pytest.mark.parametrize(
    "text",
    [
        "They thanked Mr. Salamanca.",
        "They thanked Gen. Lincoln.",
        "They thanked Mary Lincoln.",
        "Lincoln was thanked by Mary Lincoln.",
        "They sailed on the Lincoln.",
        "They thanked J. Lincoln.",
    ],
)
def test_what_stands_before_a_person_or_a_ship_makes_no_place(text):
    assert not [m for m in find_mentions("", text, AUTHORITY) if m.kind is Kind.PLACE]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Salamanca was quiet. They fled to Salamanca.", "Salamanca"),
        ("Aleppo was quiet. They fled to Aleppo.", "Aleppo"),
    ],
)
def test_a_name_that_is_told_once_is_told_throughout_the_story(text, name):
    found = [m for m in find_mentions("", text, AUTHORITY) if m.surface == name]
    assert len(found) == 2
    assert weight(text, name) >= weight(f"{name} was quiet.", name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They came in April, May and August.", []),
        ("They spoke English, Arabic and Polish.", []),
        ("Sunni, Shia and Druze leaders met on Friday.", []),
        ("The Earth and the Moon are round.", []),
        ("They built a Church, a School and a College.", []),
        ("Tal is short. Tal Abyad was quiet.", ["Tal Abyad"]),
    ],
)
def test_words_that_are_always_capital_or_part_of_a_longer_name_are_none_alone(text, expected):
    assert [m.surface for m in find_mentions("", text, AUTHORITY) if m.role is Role.LITERAL] == expected


@pytest.mark.parametrize("text", ["They fled to Lima.", "They fled to Lincoln, Nebraska.", "They saw Boston Harbor."])
def test_a_place_of_the_gazetteer_says_so(text):
    assert {m.rule for m in find_mentions("", text, AUTHORITY) if m.kind is Kind.PLACE} <= {
        *RULES,
        "name + kind of place",
        "name in Dateline’s table of places",
    }
