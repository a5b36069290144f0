"""The contract of the tagger: what `dateline tag --jsonl` prints, and the laws that hold for any text."""

from __future__ import annotations

import io
import json
import sys
from itertools import groupby, pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dateline.authority import load_authority
from dateline.authority.rows import ACTOR_TYPES, PLACE_TYPES
from dateline.cli import main
from dateline.records import Field, Kind
from dateline.tagging import find_mentions, mention_json

AUTHORITY = load_authority(None)[0]
FIELDS = ["field", "start", "end", "surface", "quote", "kind", "role", "type", "record", "name", "lat", "lon",
          "geonameid", "score", "rule", "alternatives"]  # fmt: skip
OF_PLACES = {"literal", "metonym", "embedded", "demonym"}
OF_ACTORS = {"name", "title", "short", "description"}

STORY = {
    "id": "a story",
    "title": "Moscow says Syrian army left Palmyra",
    "text": "𝔄 𝔅 🏜 In Homs, Syria, the Syrian Democratic Forces (SDF) met President Bashar al-Assad.\n\n"
    "🏜 The SDF left Paris, Texas, for the village of Ghareebeh. Iran-backed militias saw the Bank of Lebanon.",
}


@pytest.fixture
def printed(tmp_path, monkeypatch, capsys):
    """What `dateline tag --jsonl` prints for lines, in a folder without an archive, and how it ends."""

    def run(*lines: object) -> tuple[list[dict[str, Any]], int]:
        monkeypatch.chdir(tmp_path)
        stdin = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        ended = main(["tag", "--jsonl"])
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()], ended

    return run


def test_without_an_archive_each_story_is_a_line_with_its_id_in_their_order(printed):
    stories = [STORY, {"id": 2, "text": "It rained in Lima."}, {"id": None, "text": ""}]
    rows, ended = printed(*stories)
    assert ended == 0
    assert [row["id"] for row in rows] == ["a story", 2, None]
    assert all(list(row) == ["id", "mentions"] for row in rows)
    assert rows[2]["mentions"] == []


def test_a_mention_has_the_fields_of_the_contract_in_their_order(printed):
    ((row,), _) = printed(STORY)
    assert row["mentions"]
    for mention in row["mentions"]:
        assert list(mention) == FIELDS
        assert mention["field"] in ("title", "text")
        assert mention["kind"] in ("place", "actor")
        assert mention["role"] in (OF_PLACES if mention["kind"] == "place" else OF_ACTORS)
        assert mention["type"] in (PLACE_TYPES if mention["kind"] == "place" else ACTOR_TYPES)
        assert 0 < mention["score"] <= 1
        assert mention["rule"]
        assert (mention["record"] is None) == (mention["name"] is None)
        assert (mention["lat"] is None) == (mention["lon"] is None)
        for other in mention["alternatives"]:
            assert list(other) == ["record", "name", "score", "why_not"]
            assert other["why_not"].endswith(".")


def test_offsets_count_the_characters_of_a_field_beyond_the_basic_plane_too(printed):
    ((row,), _) = printed(STORY)
    for mention in row["mentions"]:
        field = STORY[mention["field"]]
        assert field[mention["start"] : mention["end"]] == mention["surface"]
        assert mention["surface"] in mention["quote"]
        assert mention["quote"] in field
    homs = next(mention for mention in row["mentions"] if mention["surface"] == "Homs")
    assert homs["start"] == len("𝔄 𝔅 🏜 In ")


def test_mentions_come_title_first_in_order_and_do_not_overlap_within_field_kind_and_role(printed):
    ((row,), _) = printed(STORY)
    mentions = row["mentions"]
    places = [(mention["field"] != "title", mention["start"], mention["end"]) for mention in mentions]
    assert places == sorted(places)
    families = sorted(mentions, key=lambda one: (one["field"], one["kind"], one["role"], one["start"]))
    for _, family in groupby(families, key=lambda one: (one["field"], one["kind"], one["role"])):
        assert all(one["end"] <= other["start"] for one, other in pairwise(family))


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("Homs", ("place", "literal", "city", "geonames:169577", "Homs", 169577)),
        ("Paris", ("place", "literal", "city", "geonames:4717560", "Paris (Texas)", 4717560)),
        ("Ghareebeh", ("place", "literal", "city", None, None, None)),
        ("Moscow", ("place", "metonym", "city", "geonames:524901", "Moscow", 524901)),
        ("Lebanon", ("place", "embedded", "country", "geonames:272103", "Lebanon", 272103)),
        ("Syrian", ("place", "demonym", "country", "geonames:163843", "Syria", 163843)),
        ("Syrian army", ("actor", "name", "force", "actor:sy/army", "Syrian Army", None)),
        ("Bank of Lebanon", ("actor", "name", "government", "actor:lb/central-bank", "Banque du Liban", None)),
        ("Bashar al-Assad", ("actor", "name", "person", None, None, None)),
        ("SDF", ("actor", "short", "group", "actor:syrian-democratic-forces", "Syrian Democratic Forces", None)),
        ("Iran-backed militias", ("actor", "description", "group", None, None, None)),
    ],
)
def test_a_place_and_an_actor_of_each_role_is_printed(surface, expected, printed):
    ((row,), _) = printed(STORY)
    shown = ("kind", "role", "type", "record", "name", "geonameid")
    assert expected in [tuple(one[key] for key in shown) for one in row["mentions"] if one["surface"] == surface]


def test_a_place_with_a_record_has_its_point_and_an_actor_has_none(printed):
    ((row,), _) = printed(STORY)
    for mention in row["mentions"]:
        assert (mention["lat"] is not None) == (mention["kind"] == "place" and mention["record"] is not None)
    homs = next(mention for mention in row["mentions"] if mention["surface"] == "Homs")
    assert (homs["lat"], homs["lon"]) == (pytest.approx(34.73, abs=0.02), pytest.approx(36.72, abs=0.02))


@pytest.mark.parametrize(
    "line",
    ["no JSON", "[]", '{"id": 1}', '{"id": 1, "text": 5}', '{"id": 1, "text": "a", "title": 5}', "\x00", ""],
)
def test_a_line_that_is_no_story_is_told_and_the_others_are_tagged(line, printed):
    rows, ended = printed(line, STORY)
    assert ended == 1
    assert [row["id"] for row in rows] == ["a story"]


def test_the_same_story_is_printed_alike_wherever_it_stands(printed):
    (rows, _) = printed(STORY, {"id": 2, "text": "Paris, Texas. The SDF (Some Dairy Farm) left Homs."}, STORY)
    assert rows[0] == rows[2]


WORDS = st.sampled_from(
    "Paris Texas Tex. Ga. D.C. Washington W.Va. Homs Hama Idlib Syria Syrian Syrians Damascus Moscow said accused says "
    "READING Reading Nice Of in of the village town County counties River Lake Mount St. Louis New York Deir ez Zor "
    "’s 's 's s Assad Bashar al- President Mr. (SDF) SDF Syrian Democratic Forces Bank Lebanon University Ministry "
    "Defence Army army 5th Legion troops Iran -backed pro- militias and or — - U.S. US$300 EU Legion Kan. Smallvia "
    "Zorba North East rural governor province Hussein Mohammed bin van der O’Neil İstanbul Łódź São ß ﬁ".split()
)
JOINS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "-", "’", ", ", ". ", "", "\xa0", "\u200b", " (", ") ", "“", "/"])
NEWS = st.lists(st.one_of(WORDS, JOINS), max_size=40).map("".join)
TEXTS = st.one_of(NEWS, st.text(max_size=60), st.lists(st.one_of(NEWS, st.text(max_size=10)), max_size=4).map(" ".join))


@settings(deadline=None)
@given(title=TEXTS, text=TEXTS)
@example(title="", text="U.S., D.C., W. Va., ’s (SDF")
@example(title="\ud800", text="Paris\ud800, Texas")
def test_of_any_text_spans_cut_out_their_surface_in_order_and_without_overlap(title, text):
    mentions = find_mentions(title, text, AUTHORITY)
    fields: dict[Field, str] = {"title": title, "text": text}
    assert all(fields[m.field][m.start : m.end] == m.surface != "" for m in mentions)
    assert list(mentions) == sorted(mentions, key=lambda m: (m.field != "title", m.start, m.end, m.kind, m.role))
    families = sorted(mentions, key=lambda m: (m.field, m.kind, m.role, m.start))
    for _, family in groupby(families, key=lambda m: (m.field, m.kind, m.role)):
        assert all(one.end <= other.start for one, other in pairwise(family))
    for mention in mentions:
        assert mention.role.value in (OF_PLACES if mention.kind is Kind.PLACE else OF_ACTORS)
        assert 0 < mention.score <= 1
        assert all(0 <= other.score <= 1 and other.why_not for other in mention.alternatives)
        assert not mention.makes_tag or mention.record


@settings(deadline=None)
@given(title=TEXTS, text=TEXTS)
def test_a_mention_says_in_json_all_that_it_says(title, text):
    for mention in find_mentions(title, text, AUTHORITY):
        shown = mention_json(mention, title, text)
        assert list(shown) == FIELDS
        assert json.loads(json.dumps(shown)) == shown
        assert str(shown["surface"]) in str(shown["quote"])


@settings(deadline=None)
@given(title=TEXTS, text=TEXTS)
def test_the_same_text_has_the_same_mentions_whatever_was_tagged_before(title, text):
    first = find_mentions(title, text, AUTHORITY)
    find_mentions(text, title, AUTHORITY)
    assert find_mentions(title, text, AUTHORITY) == first


@settings(deadline=None)
@given(title=NEWS, text=NEWS, more=st.sampled_from(["it rained, and then it snowed.", "\n\nnobody came", "…", " "]))
def test_a_paragraph_without_names_changes_nothing_before_it(title, text, more):
    whole = f"{text}.\n\n"
    before = find_mentions(title, whole, AUTHORITY)
    after = find_mentions(title, f"{whole}{more}", AUTHORITY)
    assert after == before
