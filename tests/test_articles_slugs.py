"""Slugs: stable, safe on every disk, and the same whatever the order of the stories."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.articles.slugs import MAX_SLUG_CHARS, assign_slugs, slugify
from dateline.files import sha256


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Syrian army’s 5th Legion: “Palmyra”", "syrian-armys-5th-legion-palmyra"),
        ("5,000 ISIS fighters ‘trapped’ in Syria’s Al-Bab", "5000-isis-fighters-trapped-in-syrias-al-bab"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("دير الزور", "dyr-lzwr"),
        ("🔥🔥", ""),
        ("word " * 100, ("word-" * 20)[:-1]),
        ("x" * 500, "x" * MAX_SLUG_CHARS),
    ],
)
def test_a_slug_spells_its_headline_in_ascii(headline, slug):
    assert slugify(headline) == slug


HEADLINES = st.dictionaries(st.integers(0, 50), st.sampled_from(["Rain", "rain!", "Snow", "🔥", "Index", "CON"]))


@given(HEADLINES, st.randoms())
def test_slugs_differ_and_do_not_depend_on_order(headlines, random):
    wanted = {key: slugify(headline) for key, headline in headlines.items()}
    shuffled = list(wanted.items())
    random.shuffle(shuffled)
    given_slugs = assign_slugs(wanted, {"snow"}, lambda key: sha256(str(key)))
    assert assign_slugs(dict(shuffled), {"snow"}, lambda key: sha256(str(key))) == given_slugs
    assert len(set(given_slugs.values())) == len(headlines)
    assert not set(given_slugs.values()) & {"snow", "index", "con", ""}
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in given_slugs.values())
