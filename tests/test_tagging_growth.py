"""The work of tagging grows as the text does, whatever the text is: counted in calls, as seconds differ by machine."""

from __future__ import annotations

import sys

import pytest

from dateline.authority import load_authority
from dateline.tagging import find_mentions

TIMES = 6
ALLOWED = 1.2  # times as many calls a character: a memory that is full, a list that is a step deeper

NAMES = "Homs Hama Idlib Aleppo Springfield Paris London Georgia San José"
SHAPES = {
    "prose": "President Bashar al-Assad told the Syrian army in Damascus on Monday that Russia would help. ",
    "capitals": "SYRIAN PRESIDENT BASHAR AL-ASSAD SAID IN DAMASCUS THAT RUSSIA AGREED. ",
    "headlines": "Assad Says Russian Troops Leave Homs For Hama\n\n",
    "a table of names": "".join(f"{name}, Syria\n" for name in NAMES.split()),
    "names alone": f"{NAMES} ",
    "a list": "Homs, Hama, Aleppo, Idlib, Raqqa, ",
    "towns of one name": "Springfield, Illinois; Springfield, Ohio; San José; Santa Cruz; ",
    "capital letters": "A B. C ",
    "initials": "J. K. ",
    "articles": "al-",
    "apostrophes": "St’",
    "a noun that goes on": "Ministry of ",
    "explained acronyms": "the Syrian Democratic Forces (SDF) said. The SDF left [",
    "units and their owners": "the 5th Legion. Syrian army. ",
    "persons named for towns": "Bashar al-Assad met Gen. Suleiman Jackson in Jackson. Jackson J. ",
    "a title that comes again": "Syrian President Ali Hamid saw the Syrian president. ",
    "particles of names": "Abu al-Abu ",
    "one person": "President John Smith said. Smith left. ",
    "one word": "a",
    "blanks": " ",
    "full stops": ".",
    "empty lines": "\n",
}


def calls_of(text, authority):
    count = 0

    def note(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        find_mentions("", text, authority)
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(scope="module")
def authority():
    return load_authority(None)[0]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_longer_text_takes_as_much_more_work(shape, authority):
    short = f"Troops left Homs. {shape * (1200 // len(shape))} Troops left Hama."
    long = f"Troops left Homs. {shape * (1200 * TIMES // len(shape))} Troops left Hama."
    calls_of(long, authority)  # what is remembered from text to text is worked out once
    assert calls_of(long, authority) <= ALLOWED * TIMES * calls_of(short, authority)


@pytest.mark.parametrize(
    "sentence",
    [
        "President John Ab{0} said. Ab{0} left. ",
        "Syrian President Ab{0} Cd{0} spoke. The Syrian president left. ",
        "The Ab{0} Party met. The party left. ",
        "The Ab{0} Holding Corp (AHC) sold shares. AHC gained. ",
        "In the village of Ab{0}, Texas, it rained. ",
    ],
)
def test_a_text_of_ever_new_names_takes_as_much_more_work(sentence, authority):
    def text(count):
        return "".join(sentence.format(f"{chr(97 + number // 26)}{chr(97 + number % 26)}") for number in range(count))

    calls_of(text(80 * TIMES), authority)
    assert calls_of(text(80 * TIMES), authority) <= ALLOWED * TIMES * calls_of(text(80), authority)
