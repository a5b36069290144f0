"""Slugs: stable, safe on every disk, and the same whatever the order of the stories."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.articles.slugs import MAX_SLUG_CHARS, free_slug, is_reserved, slugify
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


@given(st.lists(st.sampled_from(["rain", "snow", ""]), max_size=12))
def test_a_slug_that_is_not_free_gets_as_much_of_its_hash_as_makes_it_so(stems):
    taken = {"rain", "snow"}
    for number, stem in enumerate(stems):
        slug = free_slug(stem, sha256(str(number)), taken.__contains__)
        assert slug not in taken
        assert re.fullmatch(rf"{stem or 'story'}-[0-9a-f]{{8,64}}", slug)
        taken.add(slug)


def test_a_longer_part_of_the_hash_is_taken_where_the_shorter_is_taken():
    hash_ = sha256("rain")
    assert free_slug("rain", hash_, {f"rain-{hash_[:8]}"}.__contains__) == f"rain-{hash_[:9]}"


@pytest.mark.parametrize(("slug", "reserved"), [("index", True), ("con", True), ("", True), ("contra", False)])
def test_names_that_a_disk_or_a_folder_keeps_are_no_slugs(slug, reserved):
    assert is_reserved(slug) is reserved
