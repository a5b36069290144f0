"""Persons: which words of a story are a person’s name, by which evidence, and for whom a surname stands."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.authority import load_authority
from dateline.authority.names import load_names
from dateline.records import Kind, Role
from dateline.tagging.passage import read_passage
from dateline.tagging.persons import find_persons

AUTHORITY = load_authority(None)[0]
NAMES = load_names()


def persons(text, title=""):
    passages = [read_passage("title", title, AUTHORITY, ()), read_passage("text", text, AUTHORITY, ())]
    return find_persons(passages, NAMES)


def surfaces(text):
    return [text[reading.start : reading.end] for reading in persons(text)]


def weight(text):
    (reading,) = persons(text)
    return reading.weight


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Talks with Syrian President Bashar al-Assad failed.", ["Bashar al-Assad"]),
        ("It was Finance Minister Chung In-yong.", ["Chung In-yong"]),
        ("He met Gen. Suleiman and Mr. Baker.", ["Suleiman", "Baker"]),
        ("A letter by Lt. Col. Riad al-Asaad was read.", ["Riad al-Asaad"]),
        ("Deputy Prime Minister Numan Kurtulmuş spoke.", ["Numan Kurtulmuş"]),
        ("Minister of Foreign Affairs Walid al-Muallem spoke.", ["Walid al-Muallem"]),
        ("British Chancellor of the Exchequer Nigel Lawson spoke.", ["Nigel Lawson"]),
        ("It was Sen. Ted Cruz, R-Texas, who won.", ["Ted Cruz"]),
        ("Then president-elect Joe Biden came.", ["Joe Biden"]),
        ("His wife, Mary, and analyst Jaypee Galicha came.", ["Mary", "Jaypee Galicha"]),
        ("Queen Elizabeth II met Pope Francis.", ["Elizabeth II", "Francis"]),
    ],
)
def test_a_title_shows_a_name_and_stays_outside_it(text, named):
    assert surfaces(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The story was read by John F. Kennedy Jr. of Boston.", ["John F. Kennedy Jr"]),
        ("They heard Osama bin Laden and Ursula von der Leyen.", ["Osama bin Laden", "Ursula von der Leyen"]),
        ("They heard Abu Bakr al-Baghdadi and Abu Turab.", ["Abu Bakr al-Baghdadi", "Abu Turab"]),
        ("They heard Abdel Fattah al-Sisi.", ["Abdel Fattah al-Sisi"]),
        ("They heard Sinead O’Connor and Jean-Claude Juncker.", ["Sinead O’Connor", "Jean-Claude Juncker"]),
        ("They heard Xi Jinping, Kim Jong-un and Moon Jae-in.", ["Xi Jinping", "Kim Jong-un", "Moon Jae-in"]),
        (
            "They heard Luiz Inácio Lula da Silva and Aung San Suu Kyi.",
            ["Luiz Inácio Lula da Silva", "Aung San Suu Kyi"],
        ),
        ("They heard JK Rowling and P.D. James.", ["JK Rowling", "P.D. James"]),
        ("They heard Stephen King, Jack London and Anita Hill.", ["Stephen King", "Jack London", "Anita Hill"]),
        ("It was mayor John Tory who came.", ["John Tory"]),
    ],
)
def test_a_name_is_found_whole_with_its_particles_and_initials(text, named):
    assert surfaces(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("They heard Skandaraj Navaratnam.", []),
        (
            "They heard Skandaraj Navaratnam. The small silver bracelet was Navaratnam’s.",
            ["Skandaraj Navaratnam", "Navaratnam"],
        ),
        ("They heard Skandaraj Navaratnam, 34, of Lima.", ["Skandaraj Navaratnam"]),
        ("They heard Skandaraj Navaratnam, a lawyer.", ["Skandaraj Navaratnam"]),
        ("They heard Skandaraj Navaratnam, who wept.", ["Skandaraj Navaratnam"]),
        ("They heard Skandaraj Navaratnam, 34 stories high.", []),
    ],
)
def test_names_that_no_list_holds_need_what_is_told_of_a_person(text, named):
    assert surfaces(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "Shares of Morgan Stanley, Johnson & Johnson and J.C. Penney Co rose.",
        "Shares of Lehman Brothers Inc and Toshiba Corp rose.",
        "They studied at Jones University in Jackson County.",
        "They drove on Martin Luther King Boulevard and John Adams Street.",
        "They feared Hurricane Maria near Mount Isabel.",
        "They sailed on the USS Ronald Reagan and the Kitty Hawk.",
        "They shelled Sheikh Mustafa village and the village of Sheikh Issa.",
        "Reading is nice. Nice was quiet. March came. Of course they came.",
        "Jackson, Mississippi, is not near Jackson, Tenn.",
        "They live in Hong Kong, Abu Dhabi, San Juan and Santa Ana.",
        "U.S. Steel rose. W. German industry fell. S. Korea won.",
        "Underwriters are William Blair and Co and Baldwin Piano and Organ Co.",
        "They asked the Governor of Tyumen Oblast.",
        "Talks broke off in April as Syrias army left Sheikh Maqsoud.",
        "Ahrar al-Sham and Jaysh al-Islam left Tal Rifaat.",
        "The Muslim Brotherhood met on Monday in Paris.",
    ],
)
def test_firms_streets_storms_ships_and_towns_are_no_persons(text):
    assert surfaces(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "They heard Paris Hilton.",
        "They heard Jack London.",
        "They heard Mr Lincoln.",
        "They heard Sgt. Houston.",
        "They heard Jordan Spieth, 21, speak.",
        "They heard Mark Zuckerberg.",
        "They heard Will Smith.",
    ],
)
def test_people_who_are_named_as_places_and_words_are_found(text):
    assert len(surfaces(text)) == 1


def test_a_modal_verb_before_a_well_known_surname_is_no_given_name():
    assert surfaces("Will Trump resign?") == ["Trump"]


@pytest.mark.parametrize(
    ("title", "text", "short"),
    [
        ("ASSAD GOES", "Bashar al-Assad went. Al-Assad flew.", [("ASSAD", "Bashar al-Assad"), ("Al-Assad", "Bashar al-Assad")]),
        ("", "Michael Jackson sang. Jackson wept.", [("Jackson", "Michael Jackson")]),
        ("", "Michael Jackson sang in Jackson. It rained.", []),
        ("", "Michael Jackson sang in Jackson’s house.", [("Jackson", "Michael Jackson")]),
        ("", "Osama bin Laden hid. It was bin Laden.", [("bin Laden", "Osama bin Laden")]),
        ("", "Xi Jinping won. They like Xi.", [("Xi", "Xi Jinping")]),
        ("", "Jamal Khashoggi wrote. They knew Jamal.", [("Jamal", "Jamal Khashoggi")]),
        ("", "They heard Andrés Manuel López Obrador at noon. It was López Obrador.", [("López Obrador", "Andrés Manuel López Obrador")]),
        ("", "They heard Enrique Peña Nieto at noon. It was Peña Nieto.", [("Peña Nieto", "Enrique Peña Nieto")]),
        ("", "They heard Ricardo Rosselló Nevares at noon. Rosselló left.", [("Rosselló", "Ricardo Rosselló Nevares")]),
        ("", "The Putin plan failed.", [("Putin", "Vladimir Putin")]),
        ("", "Bill Clinton left. Clinton said. Hillary Clinton came. Clinton said.", [("Clinton", "Bill Clinton"), ("Clinton", "Hillary Clinton")]),
        ("", "Bashar al-Assad spoke. The Assads regime fell.", [("Assads", "Bashar al-Assad")]),
    ],
)  # fmt: skip
def test_a_surname_alone_stands_for_the_person_whom_the_story_or_everyone_knows(title, text, short):
    readings = [reading for reading in persons(text, title) if reading.role is Role.SHORT]
    found = [
        ((title, text)[reading.field == "text"][reading.start : reading.end], reading.stands_for)
        for reading in readings
    ]
    assert found == short


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Syrian President Bashar al-Assad spoke. They heard the Syrian president.", "Syrian president"),
        (
            "Syrian Foreign Minister Walid al-Muallem spoke. They heard the Syrian foreign minister.",
            "Syrian foreign minister",
        ),
        ("They heard the Syrian president.", None),
        ("They heard the Syrian president. Syrian President Bashar al-Assad spoke.", None),
        ("Syrian Minister Ali Hamid and Syrian Minister Omar Hadi spoke. They heard the Syrian minister.", None),
        ("Syrian President Bashar al-Assad spoke. They heard the Syrian president Omar Hadi.", None),
    ],
)
def test_an_office_alone_is_its_holder_where_the_story_has_told_of_one(text, title):
    held = [text[reading.start : reading.end] for reading in persons(text) if reading.role is Role.TITLE]
    assert held == ([title] if title else [])


def test_a_surname_of_nobody_in_the_story_is_no_person():
    assert surfaces("Jackson is wet. They like Jackson.") == []


@pytest.mark.parametrize(
    ("surer", "weaker"),
    [
        ("They heard President Bashar al-Hamid.", "They heard Bashar al-Hamid."),
        ("They heard Peter Hilton.", "They heard Paris Hilton."),
        ("They heard Mr. Lincoln.", "They met in Sheikh Mustafa."),
    ],
)
def test_stronger_evidence_weighs_more(surer, weaker):
    assert weight(surer) > weight(weaker)


def test_each_reading_is_a_person_without_a_record():
    for reading in persons("Michael Jackson sang. Mr. Jackson and Putin wept."):
        assert (reading.kind, reading.type, reading.records) == (Kind.ACTOR, "person", ())
        assert 0.5 <= reading.weight <= 1.0


@given(st.lists(st.sampled_from("Bashar al-Assad Mr. President of the Jackson , . & \n\n Jordan UN J. Will O’Brien in 34 - Street".split(" ")), max_size=40))  # fmt: skip
def test_readings_stand_in_order_and_never_overlap(words):
    text = " ".join(words)
    readings = persons(text)
    assert all(reading.start < reading.end <= len(text) for reading in readings)
    assert all(before.end <= after.start for before, after in pairwise(readings))
