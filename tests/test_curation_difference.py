"""What the next build would alter, told before it is built; and corrections, which survive every convert."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dateline.articles.convert import convert
from dateline.articles.ledger import read_ledger
from dateline.articles.markdown import parse_file, split_list
from dateline.authority import find_record, load_authority
from dateline.curation.difference import (
    Difference,
    article_lines,
    difference_json,
    load_difference,
    summary_lines,
)
from dateline.facets.standing import standing_tags
from dateline.records import Kind
from dateline.tagging import find_mentions

ACTORS = """id,kind,preferred,variants
actor:blue-hill,group,Blue Hill Front,
actor:uqbar,group,Uqbar League,
"""
PLACES = "id,kind,preferred,variants,latitude,longitude\nplace:tlon,city,Tlon,,35,40\nplace:orbis,city,Orbis,,36,41\n"
DUMP = "Rain in Tlon\n\nThe Blue Hill Front left Tlon.\n\nSnow in Orbis\n\nThe Uqbar League left Orbis.\n"
RAIN, SNOW = "rain-in-tlon", "snow-in-orbis"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The content of an archive of two stories, converted."""
    (tmp_path / "content/authority").mkdir(parents=True)
    (tmp_path / "content/sources").mkdir()
    (tmp_path / "content/sources/a.txt").write_text(DUMP, "utf-8")
    (tmp_path / "content/authority/actors.csv").write_text(ACTORS, "utf-8")
    (tmp_path / "content/authority/places.csv").write_text(PLACES, "utf-8")
    convert(tmp_path / "content")
    return tmp_path / "content"


def rule(content: Path, *rows: str) -> None:
    text = "\n".join(["rule,name,record,article", *rows, ""])
    (content / "authority/rules.csv").write_text(text, "utf-8")


def line(content: Path, slug: str, key: str) -> list[str]:
    return split_list(parse_file((content / f"articles/{slug}.md").read_text("utf-8")).get(key))


def change(content: Path, slug: str, old: str, new: str) -> None:
    path = content / f"articles/{slug}.md"
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def pages(difference: Difference) -> dict[str, tuple[str, int, int]]:
    return {page.name: (page.how, page.before, page.after) for page in difference.pages}


def snapshot(content: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}


def test_where_nothing_changed_nothing_would_change(content):
    assert load_difference(content) == Difference((), ())


UNITS = "{} of the 5th Legion\n\nThe Syrian army’s 5th Legion left Tlon. The Legion came back.\n"
HAND_MADE = "Title: Hail\nSlug: hail\nActors: 5th Legion;\n\nThe Syrian army’s 5th Legion left Orbis.\n"


@pytest.mark.parametrize("is_own_archive", [False, True])
def test_after_a_build_nothing_would_change_where_only_a_story_tells_whose_a_unit_is(is_own_archive, content, tmp_path):
    if is_own_archive:
        (content / "sources/a.txt").unlink()
    else:
        (content / "sources/b.txt").write_text(UNITS.format("March"), "utf-8")
    (content / "articles/hail.md").write_text(HAND_MADE, "utf-8")
    convert(content)
    convert(content)  # once more, so that all stand as written
    assert load_difference(content, built=write_built(content, tmp_path)) == Difference((), ())


def write_built(content: Path, folder: Path) -> Path:
    """Return a file like data/articles.json, of the records that a build would give the articles."""
    authority, _ = load_authority(content / "authority")
    rows = []
    for path in sorted((content / "articles").glob("*.md")):
        article = parse_file(path.read_text("utf-8"))
        mentions = find_mentions(article.get("Title"), article.body.strip(), authority, article=path.stem)
        tags = standing_tags(
            split_list(article.get("Places")), split_list(article.get("Actors")), mentions, authority, article=path.stem
        )
        families = {"places": tags.places, "actors": tags.actors}
        named = {family: [{"id": one.id, "name": one.label} for one in records] for family, records in families.items()}
        rows.append({"slug": path.stem, "keywords": [], "tags": [], **named})
    assert any(actor["id"] == "actor:sy/army/5th-legion" for row in rows for actor in row["actors"])
    (folder / "articles.json").write_text(json.dumps(rows), "utf-8")
    return folder / "articles.json"


def test_a_new_rule_tells_what_each_article_and_page_would_gain_and_lose_and_writes_nothing(content):
    rule(content, "ignore,Tlon,,", "same-as,actor:blue-hill,actor:uqbar,")
    before = snapshot(content)
    difference = load_difference(content)
    assert snapshot(content) == before
    (changed,) = difference.articles
    assert (changed.slug, changed.is_new, changed.lines) == (RAIN, False, ())
    assert [(tag.name, tag.record, tag.words) for tag in changed.gains] == [
        ("Uqbar League", "actor:uqbar", "Blue Hill Front")
    ]
    assert {tag.name: (tag.words, tag.rule) for tag in changed.losses} == {
        "Blue Hill Front": ("", ""),
        "Tlon": ("Tlon", "ignore in rules.csv line 2"),
    }
    assert pages(difference)["Tlon"] == ("vanishes", 1, 0)


def test_what_is_told_is_what_convert_then_does(content):
    rule(content, "means,Tlon,place:orbis,", "show-as,The League,actor:uqbar,")
    told = {change.slug: change for change in load_difference(content).articles}
    before = {slug: (line(content, slug, "Places"), line(content, slug, "Actors")) for slug in (RAIN, SNOW)}
    convert(content)
    for slug, (places, actors) in before.items():
        gains = {tag.name for tag in told[slug].gains} if slug in told else set()
        losses = {tag.name for tag in told[slug].losses} if slug in told else set()
        now = {*line(content, slug, "Places"), *line(content, slug, "Actors")}
        assert now == {*places, *actors} - losses | gains
    assert load_difference(content) == Difference((), ())


def test_a_renamed_record_keeps_its_page(content):
    rule(content, "show-as,The League,actor:uqbar,")
    (page,) = load_difference(content).pages
    assert (page.how, page.name, page.was, page.record) == ("changes", "The League", "Uqbar League", "actor:uqbar")


def test_a_new_story_and_a_changed_text_are_told(content):
    (content / "sources/a.txt").write_text(DUMP.replace("left Orbis", "left Orbis again"), "utf-8")
    (content / "sources/b.txt").write_text("Hail\n\nIt hailed in Tlon.\n", "utf-8")
    told = {change.slug: change for change in load_difference(content).articles}
    assert (told["hail"].is_new, [tag.name for tag in told["hail"].gains]) == (True, ["Tlon"])
    assert "body" in told[SNOW].lines


def test_what_a_hand_wrote_is_no_difference(content):
    change(content, RAIN, "Places: Tlon;", "Places: Orbis;")
    rule(content, "ignore,Tlon,,")
    assert [change.slug for change in load_difference(content).articles] == []


def test_a_merge_moves_the_page_of_a_name_that_was_typed_by_hand(content, tmp_path):
    change(content, SNOW, "Actors: Uqbar League;", "Actors: Blue Hill Front; Uqbar League;")
    built = tmp_path / "articles.json"
    built.write_text(
        json.dumps(
            [
                {"slug": slug, "places": [], "keywords": [], "tags": [],
                 "actors": [{"id": "actor:blue-hill", "name": "Blue Hill Front"}]}
                for slug in (RAIN, SNOW)
            ]
        )
    )  # fmt: skip
    rule(content, "same-as,actor:blue-hill,actor:uqbar,")
    told = pages(load_difference(content, built=built))
    assert told["Blue Hill Front"] == ("vanishes", 2, 0)
    assert told["Uqbar League"] == ("appears", 0, 2)


def test_the_difference_is_told_as_lines_and_as_json(content):
    rule(content, "means,Tlon,place:orbis,")
    difference = load_difference(content)
    lines = list(summary_lines(difference))
    assert "        1  articles to update" in lines
    assert "        1  pages that vanish" in lines
    assert "  vanishes  places: Tlon, in 1 → 0 articles" in lines
    assert list(summary_lines(difference, limit=1))[-1] == "  … and 1 more; --articles tells all"
    assert list(article_lines(difference)) == [
        RAIN,
        "  + place Orbis: “Tlon”, rule in rules.csv",
        "  - place Tlon: “Tlon”, now Orbis, place (literal): rule in rules.csv",
    ]
    told = json.loads(json.dumps(difference_json(difference)))
    assert told["articles"][0]["gains"][0]["record"] == "place:orbis"
    assert {page["name"]: page["how"] for page in told["pages"]} == {"Orbis": "changes", "Tlon": "vanishes"}


# Each correction: the rule, and the places and actors of the two articles from then on.
TLON, ORBIS, BLUE, UQBAR = ["Tlon"], ["Orbis"], ["Blue Hill Front"], ["Uqbar League"]
CORRECTIONS = {
    "never a place": ("ignore,Tlon,,", [[], BLUE, ORBIS, UQBAR]),
    "always this one": ("means,Tlon,place:orbis,", [ORBIS, BLUE, ORBIS, UQBAR]),
    "here it is that one": (f"means,Tlon,place:orbis,{RAIN}", [ORBIS, BLUE, ORBIS, UQBAR]),
    "here alone": (f"means,Tlon,place:orbis,{SNOW}", [TLON, BLUE, ORBIS, UQBAR]),
    "merge": ("same-as,actor:blue-hill,actor:uqbar,", [TLON, UQBAR, ORBIS, UQBAR]),
    "split": ("not-same-as,Uqbar League,actor:uqbar,", [TLON, BLUE, ORBIS, []]),
    "rename": ("show-as,The League,actor:uqbar,", [TLON, BLUE, ORBIS, ["The League"]]),
    "hide": (f"hide,,actor:uqbar,{SNOW}", [TLON, BLUE, ORBIS, []]),
}


@pytest.mark.parametrize(("row", "expected"), CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_correction_survives_import_and_another_tagger(row, expected, content):
    def stands() -> list[list[str]]:
        return [line(content, slug, key) for slug in (RAIN, SNOW) for key in ("Places", "Actors")]

    rule(content, row)
    convert(content)
    assert stands() == expected
    (content.parent / ".cache/convert.sqlite").unlink()  # imported again, from nothing
    convert(content)
    assert stands() == expected
    convert(content, tagger=lambda story, slug: ())  # a tagger that finds nothing, and then ours again
    assert stands() == [[], [], [], []]
    convert(content)
    assert stands() == expected


def test_a_hands_line_survives_import_and_another_tagger_and_follows_a_merge(content):
    change(content, SNOW, "Actors: Uqbar League;", "Actors: Blue Hill Front;")
    rule(content, "same-as,actor:blue-hill,actor:uqbar,")
    convert(content)
    convert(content, tagger=lambda story, slug: ())
    convert(content)
    assert line(content, SNOW, "Actors") == ["Blue Hill Front"]
    authority, _ = load_authority(content / "authority")
    found = find_record(authority, Kind.ACTOR, "Blue Hill Front")
    assert found
    assert found.id == "actor:uqbar"
    assert {line.slug for line in read_ledger(content / "ledger.jsonl")} == {RAIN, SNOW}
