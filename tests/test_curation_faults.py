"""Faults that no row tells by itself: corrections that correct nothing, names that are known under another id."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from dateline.authority import load_authority
from dateline.curation.faults import load_faults, orphaned_rules

ACTORS = (
    "id,kind,preferred,variants\nactor:blue-hill,group,Blue Hill Front,al-Bluehill\nactor:uqbar,group,Uqbar League,\n"
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The content of an archive of one article and two groups."""
    (tmp_path / "authority").mkdir()
    (tmp_path / "articles").mkdir()
    (tmp_path / "authority/actors.csv").write_text(ACTORS, "utf-8")
    (tmp_path / "articles/a.md").write_text("Title: A\nSlug: a\nActors: Lads;\n\nEl-Bluehill left Nice.\n", "utf-8")
    return tmp_path


def faults(content: Path, file: str, *rows: str) -> list[str]:
    header = "rule,name,record,article" if file == "rules.csv" else "id,kind,preferred,latitude,longitude,same_as"
    (content / "authority" / file).write_text("\n".join([header, *rows, ""]), "utf-8")
    authority, notices = load_authority(content / "authority")
    assert notices == []
    return [f"{notice.where}: {notice.message}" for notice in load_faults(content, authority)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("ignore,Nice,,", ""),
        ("ignore,Lads,,", ""),  # on a line of the article
        ("ignore,Ullapool,,", "the rule corrects nothing: 'Ullapool' is not in any article"),
        ("means,al-Bluehill,actor:uqbar,", ""),  # the article is written otherwise
        ("means,Nice,actor:uqbar,a", ""),
        ("means,Orbis,actor:uqbar,a", "the rule corrects nothing: 'Orbis' is not in the article 'a'"),
        ("means,Nice,actor:uqbar,b", "the rule holds only in 'b', and no article has that slug"),
        ("same-as,actor:blue-hill,actor:uqbar,", ""),
        ("same-as,actor:uqbar,actor:blue-hill,",
         "the rule corrects nothing: 'Uqbar League', by any of its names, is not in any article"),
        ("hide,,actor:sy/army,", ""),  # composed of words: not looked for
        ("ignore,al-Bluehill,,", "ignores a name of actor:blue-hill, which actors.csv lists: take one of the two away, "
         "or name the article where it holds"),
        ("ignore,al-Bluehill,,a", ""),
    ],
)  # fmt: skip
def test_a_correction_that_corrects_nothing_is_told(row, message, content):
    assert faults(content, "rules.csv", row) == ([f"authority/rules.csv line 2: {message}"] if message else [])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("geonames:172955,city,Raqqa,35.95283,39.00788,", ""),
        ("place:raqqa,city,Raqqa,35.95,39.0,",
         "Raqqa takes the place of geonames:172955: put that id into same_as, or say not-same-as in rules.csv"),
        ("place:bologna,city,Bologna,44.49,11.34,",
         "Bologna is geonames:3181928 in the gazetteer too: use that id, or say not-same-as in rules.csv"),
        ("place:raqqa,city,Raqqa,35.95,39.0,geonames:172955", ""),  # the row says so itself
        ("place:paris-tx,city,Paris (Tlon),10,10,", ""),  # another of the name
        ("place:tlon,city,Tlon,35,40,", ""),
    ],
)  # fmt: skip
def test_a_place_that_the_gazetteer_knows_is_told_with_its_id(row, message, content):
    assert faults(content, "places.csv", row) == ([f"authority/places.csv line 2: {message}"] if message else [])


def test_an_actor_of_our_table_is_told_with_its_id_unless_it_is_kept_apart(content):
    row = "actor:hezbullah,group,Hezbollah,,,"
    (told,) = faults(content, "actors.csv", row)
    assert told.startswith(
        "authority/actors.csv line 2: Hezbollah takes the place of actor:hezbollah: put that id into same_as"
    )
    (content / "articles/b.md").write_text("Title: B\n\nHezbollah met.\n", "utf-8")
    assert faults(content, "rules.csv", "not-same-as,actor:hezbullah,actor:hezbollah,") == []


def test_the_rows_of_the_guide_are_sound(repository, tmp_path):
    guide = (repository / "docs/curation.md").read_text("utf-8")
    tables = [block for block in re.findall(r"(?:^    .+\n)+", guide, re.MULTILINE) if "," in block.split("\n")[0]]
    files = {"rules.csv": "    rule,", "places.csv": "place:", "actors.csv": "actor:"}
    for name, sign in files.items():
        (table,) = [block for block in tables if sign in (block if name == "rules.csv" else block.split("\n")[1][:10])]
        (tmp_path / name).write_text(textwrap.dedent(table), "utf-8")
    authority, notices = load_authority(tmp_path)
    assert notices == []
    assert len(authority.rules) == 6


def test_without_rules_no_article_is_read(content):
    authority, _ = load_authority(None)
    assert orphaned_rules(authority, (pytest.fail("read") for _ in range(1))) == []
