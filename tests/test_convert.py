"""Convert: sources become articles, and what people changed in them stays."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dateline.articles.check import check_archive
from dateline.articles.convert import ConvertReport, convert
from dateline.articles.ledger import read_ledger
from dateline.articles.markdown import parse_file, split_values
from dateline.errors import ArchiveError
from test_sources_alto import alto, mets

DUMP = "Weather\n\nRain in Mosul\n\nIt rained in Mosul. It poured.\n\nSnow in Raqqa\n\nIt snowed on ISIS.\n"
RAIN, SNOW = "articles/rain-in-mosul.md", "articles/snow-in-raqqa.md"


@pytest.fixture
def content(tmp_path: Path, repository: Path) -> Path:
    """The content of an archive with one source of two stories and the repository's authority files."""
    shutil.copytree(repository / "content/authority", tmp_path / "content/authority")
    write(tmp_path / "content/sources/weather.txt", DUMP)
    return tmp_path / "content"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def counts(report: ConvertReport) -> tuple[int, int, int, int]:
    return report.made, report.updated, report.unchanged, report.deleted


def messages(report: ConvertReport) -> list[str]:
    return [f"{notice.where}: {notice.message}" for notice in report.notices]


def test_the_seed_becomes_the_five_golden_articles(tmp_path, repository):
    shutil.copytree(repository / "content/authority", tmp_path / "authority")
    shutil.copytree(repository / "content/sources", tmp_path / "sources")
    report = convert(tmp_path)
    golden = {path.name: path.read_text("utf-8") for path in (repository / "tests/cases/deir-ezzor").glob("*.md")}
    assert len(golden) == 5
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "articles").iterdir()} == golden
    assert messages(report) == []


def test_a_second_run_changes_nothing(content):
    assert counts(convert(content)) == (2, 0, 0, 0)
    before = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
    assert counts(convert(content)) == (0, 0, 2, 0)
    assert {path: path.read_bytes() for path in content.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Places: Mosul;", "Places: Mosul; Raqqa;"),  # a corrected tag
        ("Places: Mosul;\n", ""),  # a tag taken off
        ("Slug: rain-in-mosul\n", "Slug: rain-in-mosul\nDate: 2017-03-22\n"),  # an added date
        ("Title: Rain in Mosul", "Title: Heavy rain in Mosul"),  # a mended title
        ("It poured.", "It poured all day."),  # a mended text
    ],
)
def test_what_a_person_changed_stays_also_when_the_rest_of_the_story_changes(content, old, new):
    convert(content)
    change(content / RAIN, old, new)
    mended = (content / RAIN).read_text("utf-8")
    assert counts(convert(content)) == (0, 0, 2, 0)
    assert (content / RAIN).read_text("utf-8") == mended
    change(content / "sources/weather.txt", "Weather\n", "Storms\n")
    assert counts(convert(content)) == (0, 2, 0, 0)
    assert (content / RAIN).read_text("utf-8") == mended.replace("Category: Weather", "Category: Storms")


def test_where_hand_and_source_changed_one_line_the_hand_wins_and_it_is_told(content):
    convert(content)
    change(content / RAIN, "Category: Weather", "Category: Climate")
    change(content / "sources/weather.txt", "Weather\n", "Storms\n")
    report = convert(content)
    assert "Category: Climate" in (content / RAIN).read_text("utf-8")
    assert [message for message in messages(report) if RAIN in message] == [
        f"{RAIN}: Category was changed by hand to 'Climate', and its source or the tagger now gives 'Storms'; "
        "the hand’s stands"
    ]


def test_a_changed_text_updates_its_article(content):
    convert(content)
    change(content / "sources/weather.txt", "It poured.", "It poured in Syria.")
    assert counts(convert(content)) == (0, 1, 1, 0)
    article = parse_file((content / RAIN).read_text("utf-8"))
    assert article.body == "It rained in Mosul. It poured in Syria."
    assert article.get("Places") == "Mosul; Syria;"


def test_a_story_whose_headline_changed_keeps_its_address(content):
    convert(content)
    change(content / "sources/weather.txt", "Rain in Mosul\n", "Floods in Mosul\n")
    assert counts(convert(content)) == (0, 1, 1, 0)
    assert "Title: Floods in Mosul" in (content / RAIN).read_text("utf-8")


def test_a_story_deleted_by_hand_does_not_come_back(content):
    convert(content)
    (content / RAIN).unlink()
    assert counts(convert(content)) == (0, 0, 1, 1)
    assert not (content / RAIN).exists()
    assert counts(convert(content)) == (0, 0, 1, 1)


def test_the_memory_survives_a_fresh_clone(content, tmp_path):
    convert(content)
    change(content / RAIN, "Places: Mosul;", "Places: Raqqa;")
    (content / SNOW).unlink()
    clone = tmp_path / "clone"
    shutil.copytree(content, clone)
    assert counts(convert(clone)) == (0, 0, 1, 1)
    assert "Places: Raqqa;" in (clone / RAIN).read_text("utf-8")


def test_an_article_that_was_moved_is_known_again(content):
    convert(content)
    (content / "articles/2017").mkdir()
    (content / RAIN).rename(content / "articles/2017/rain.md")
    assert counts(convert(content)) == (0, 0, 2, 0)
    assert not (content / RAIN).exists()


def test_a_story_that_vanished_from_its_source_is_told_and_its_article_stays(content):
    convert(content)
    change(content / "sources/weather.txt", "Rain in Mosul\n\nIt rained in Mosul. It poured.\n\n", "")
    report = convert(content)
    assert (content / RAIN).exists()
    assert [message for message in messages(report) if "no longer in its source" in message]


def test_a_source_that_cannot_be_read_leaves_its_articles_alone_and_the_rest_is_done(content):
    convert(content)
    write(content / "sources/weather.toml", 'format = "weather map"')
    write(content / "sources/b.txt", "Wind\n\nIt blew.")
    report = convert(content)
    assert counts(report) == (1, 0, 0, 0)
    assert len(messages(report)) == 1
    assert messages(report)[0].startswith("sources/weather.txt: there is no format 'weather map'")
    assert (content / RAIN).exists()


def test_exact_repeats_are_one_article_with_several_sources(content):
    write(content / "sources/again.txt", "Rain in Mosul\n\nIt rained in Mosul. It poured.\n")
    report = convert(content)
    assert (report.read, report.repeats, report.made) == (3, 1, 2)
    article = parse_file((content / RAIN).read_text("utf-8"))
    assert article.get("Source") == "sources/again.txt#L1-L3; sources/weather.txt#L3-L5;"


def test_two_stories_with_one_headline_have_addresses_that_no_order_changes(content):
    texts = {"a.txt": "Rain\n\nIt rained on Monday.", "b.txt": "Rain\n\nIt rained on Tuesday."}
    (content / "sources/weather.txt").unlink()
    slugs = []
    for names in (("a.txt", "b.txt"), ("b.txt", "a.txt")):
        archive = content.parent / names[0]
        for name, other in zip(names, texts, strict=True):
            write(archive / "sources" / name, texts[other])
        convert(archive)
        slugs.append({path.name for path in (archive / "articles").iterdir()})
    assert slugs[0] == slugs[1]
    assert len(slugs[0]) == 2


def test_a_newcomer_of_the_same_headline_does_not_take_the_address(content):
    convert(content)
    write(content / "sources/a-first.txt", "Rain in Mosul\n\nIt drizzled.")
    assert counts(convert(content)) == (1, 0, 2, 0)
    assert parse_file((content / RAIN).read_text("utf-8")).body == "It rained in Mosul. It poured."


def test_an_article_written_by_hand_is_never_overwritten(content):
    write(content / RAIN, "Title: Mine\n\nMy own.\n")
    convert(content)
    assert (content / RAIN).read_text("utf-8") == "Title: Mine\n\nMy own.\n"
    assert len(list((content / "articles").iterdir())) == 3


def test_a_run_that_was_killed_before_the_ledger_is_completed_by_the_next(content):
    convert(content)
    whole = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
    (content / "ledger.jsonl").unlink()
    (content / SNOW).unlink()
    report = convert(content)
    assert counts(report) == (1, 0, 1, 0)
    assert messages(report) == []
    assert {path: path.read_bytes() for path in content.rglob("*") if path.is_file()} == whole


def test_a_damaged_ledger_stops_convert_with_a_sentence(content):
    write(content / "ledger.jsonl", "<<<<<<< HEAD\n")
    with pytest.raises(ArchiveError, match=r"ledger.jsonl line 1: is not a line of the ledger"):
        convert(content)


def test_a_dry_run_shows_the_difference_and_writes_nothing(content):
    report = convert(content, dry_run=True)
    assert report.made == 2
    assert "+Title: Rain in Mosul" in report.diffs[0]
    assert not (content / "articles").exists()
    assert not (content / "ledger.jsonl").exists()


def test_the_ledger_is_sorted_and_holds_a_line_a_story(content):
    convert(content)
    slugs = [line.slug for line in read_ledger(content / "ledger.jsonl")]
    assert slugs == sorted(slugs) == ["rain-in-mosul", "snow-in-raqqa"]


def test_the_sidecar_is_told_in_each_article(content):
    write(
        content / "sources/weather.toml", 'language = "en"\nrights = "© R&D"\naccess = "full"\nreceived = 2020-05-01\n'
    )
    convert(content)
    article = parse_file((content / RAIN).read_text("utf-8"))
    assert [article.get(key) for key in ("Lang", "Rights", "Access", "Received")] == [
        "en",
        "© R&amp;D",
        "full",
        "2020-05-01",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("colour = 'red'", "key 'colour' is not one of publication"),
        ("access = 'some'", "access is 'some', not one of full, excerpt, record"),
        ("received = 'yesterday'", "received 'yesterday' is not a date"),
        ("language = 'English!'", "language is 'English!', not a code like en"),
        ("topic = 3", "topic is 3, not text in quotes"),
    ],
)
def test_a_line_of_a_sidecar_that_is_wrong_is_told_and_left_out(content, line, said):
    write(content / "sources/weather.toml", f'rights = "mine"\n{line}\n')
    report = convert(content)
    assert report.made == 2
    (message,) = messages(report)
    assert message.startswith(f"sources/weather.toml: {said}")
    assert parse_file((content / RAIN).read_text("utf-8")).get("Rights") == "mine"


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ("encoding = 'klingon'", "sources/weather.toml: encoding 'klingon' is none that a text file can have"),
        ("encoding = 'rot13'", "sources/weather.toml: encoding 'rot13' is none that a text file can have"),
        ("encoding = 'undefined'", "sources/weather.toml: encoding 'undefined' is none that a text file can have"),
        ("topic", "sources/weather.toml: cannot be read as TOML"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_told_and_its_source_is_not_read(content, sidecar, said):
    write(content / "sources/weather.toml", sidecar)
    report = convert(content)
    assert report.made == 0
    assert messages(report)[0].startswith(said)


@pytest.mark.parametrize(
    "headline", ["../../etc/passwd", "Rain <script>x</script>", "x" * 500, "🔥", "دير الزور", "Index"]
)
def test_a_hostile_headline_chooses_no_path_and_is_text(content, headline):
    write(content / "sources/weather.txt", f"{headline}\n\nIt rained.")
    before = {path for path in content.parent.rglob("*") if path.is_file()}
    convert(content)
    made = {path for path in content.parent.rglob("*") if path.is_file()} - before
    made = {path for path in made if path.parent != content.parent / ".cache" and path != content / "ledger.jsonl"}
    assert [path.parent for path in made] == [content / "articles"]
    (path,) = made
    assert len(path.name.encode()) <= 120
    assert path.stem != "index"
    assert "<script" not in path.read_text("utf-8")


def stories(*names: str) -> str:
    return "".join(f"{name} headline\n\nThe text of {name}.\n\n" for name in names)


def bodies(content: Path) -> dict[str, str]:
    return {path.stem: parse_file(path.read_text("utf-8")).body for path in (content / "articles").glob("*.md")}


def test_a_newcomer_in_the_place_of_a_vanished_story_gets_an_article_of_its_own(content):
    write(content / "sources/weather.txt", stories("Alpha", "Zeta", "Gamma"))
    convert(content)
    write(content / "sources/weather.txt", stories("Alpha", "Gamma"))
    convert(content)
    write(content / "sources/weather.txt", stories("Alpha", "Gamma", "Delta"))
    assert convert(content).made == 1
    assert bodies(content) == {
        f"{name.lower()}-headline": f"The text of {name}." for name in ("Alpha", "Zeta", "Gamma", "Delta")
    }


def test_a_story_that_takes_anothers_place_is_a_new_one(content):
    write(content / "sources/weather.txt", "Rain in Lima\n\nIt rained.\n\nTroops leave\n\nThey left.\n")
    convert(content)
    write(content / "sources/weather.txt", "Rain in Lima\n\nIt rained.\n\nPrices rise\n\nThey rose.\n")
    assert convert(content).made == 1
    assert bodies(content)["troops-leave"] == "They left."


def test_a_vanished_story_that_returns_is_the_same_article(content):
    write(content / "sources/weather.txt", stories("Alpha", "Zeta"))
    convert(content)
    write(content / "sources/weather.txt", stories("Alpha"))
    convert(content)
    write(content / "sources/weather.txt", stories("Zeta", "Alpha"))
    report = convert(content)
    assert (report.made, messages(report)) == (0, [])


def test_without_a_ledger_articles_are_known_by_their_bytes_wherever_these_stand(content):
    write(content / "sources/weather.txt", stories("Alpha", "Zeta"))
    write(content / "sources/wires.txt", stories("Alpha"))
    convert(content)
    (content / "ledger.jsonl").unlink()
    write(content / "sources/weather.txt", stories("New", "Alpha", "Zeta"))
    report = convert(content)
    assert (report.made, messages(report)) == (1, [])
    assert bodies(content) == {f"{name.lower()}-headline": f"The text of {name}." for name in ("Alpha", "Zeta", "New")}
    assert convert(content).made == 0


def test_stories_that_open_alike_keep_their_articles_when_their_sources_are_renamed(content):
    first, second = ("Rain\n\nIt rained. It was Monday.\n", "Rain\n\nIt rained. It was Tuesday.\n")
    (content / "sources/weather.txt").unlink()
    for name, text in {"a": first, "b": second, "c": first, "d": second}.items():
        write(content / f"sources/{name}.txt", text)
    convert(content)
    before = bodies(content)
    (content / "sources/b.txt").rename(content / "sources/0.txt")
    convert(content)
    assert bodies(content) == before


def test_converting_one_source_leaves_the_articles_of_others_alone(content):
    write(content / "sources/again.txt", "Rain in Mosul\n\nIt rained in Mosul. It poured.\n")
    convert(content)
    before = bodies(content), (content / "ledger.jsonl").read_bytes(), (content / RAIN).read_bytes()
    write(content / "sources/a-new.txt", "Snow in Raqqa\n\nIt snowed on ISIS. And on.\n")
    convert(content, paths=[content / "sources/weather.txt"])
    assert ((content / "ledger.jsonl").read_bytes(), (content / RAIN).read_bytes()) == before[1:]
    assert convert(content).made == 1
    assert bodies(content).items() >= before[0].items()


@pytest.mark.parametrize("name", ["a;b.txt", "a#b!c.txt", "a&copy.txt", "a  b.txt", " a.txt", "50%.txt", "’é.txt"])
def test_a_source_may_have_any_name_that_prints(content, name):
    (content / "sources/weather.txt").rename(content / "sources" / name)
    convert(content)
    assert counts(convert(content)) == (0, 0, 2, 0)
    assert check_archive(content) == []


@pytest.mark.parametrize("name", ["a\u2028b.txt", b"caf\xe9.txt".decode("utf-8", "surrogateescape"), "a\nb.txt"])
def test_a_source_whose_name_does_not_print_is_told_and_the_rest_is_read(content, name):
    (content / "sources" / name).write_text(stories("Alpha"))
    report = convert(content)
    assert report.made == 2
    assert ["rename it" in message for message in messages(report)] == [True]


def test_exact_repeats_of_equal_bytes_each_keep_their_hash(content):
    write(content / "sources/again.txt", DUMP)
    convert(content)
    assert check_archive(content) == []


DATED = "Slug: {slug}\nDate: 2017-03-02\n"


def date_by_hand(content: Path, slug: str) -> None:
    change(content / f"articles/{slug}.md", f"Slug: {slug}\n", DATED.format(slug=slug))


def dated(content: Path) -> list[str]:
    return [path.stem for path in (content / "articles").glob("*.md") if "Date: " in path.read_text("utf-8")]


@pytest.mark.parametrize(
    "newer",
    [
        "Rain in Lima\n\nIt rained all day.\n\nArmy captures Raqqa\n\nQuite another story of Friday.\n",
        "Sun in Lima\n\nThe sun shone.\n\nArmy captures Palmyra\n\nQuite another story of Friday.\n",
    ],
)
def test_a_different_story_in_the_same_place_takes_no_date_of_another(content, newer):
    older = "Rain in Lima\n\nIt rained all day.\n\nArmy captures Palmyra\n\nThe city fell on Thursday at noon.\n"
    write(content / "sources/weather.txt", older)
    convert(content)
    date_by_hand(content, "army-captures-palmyra")
    write(content / "sources/weather.txt", newer)
    assert convert(content).made >= 1
    assert dated(content) == ["army-captures-palmyra"]
    assert bodies(content)["army-captures-palmyra"] == "The city fell on Thursday at noon."


def test_of_two_stories_that_open_alike_the_corrected_one_keeps_its_article(content):
    older = "Live: battle\n\nThe fight goes on. Troops hold the bridge in the north of the town.\n"
    newer = "Live: battle\n\nThe fight goes on. A ceasefire was signed by all parties last evening.\n"
    write(content / "sources/weather.txt", older)
    convert(content)
    date_by_hand(content, "live-battle")
    write(content / "sources/weather.txt", f"{newer}\n{older.replace('bridge', 'bridges')}")
    assert counts(convert(content))[:2] == (1, 1)
    assert dated(content) == ["live-battle"]
    assert "bridges" in bodies(content)["live-battle"]


def test_a_correction_in_a_source_that_also_grew_is_the_same_story(content):
    write(content / "sources/weather.txt", "Rain\n\nIt raned in Mosul on Monday morning. It poured.\n")
    convert(content)
    date_by_hand(content, "rain")
    write(
        content / "sources/weather.txt",
        "Rain\n\nIt rained in Mosul on Monday morning. It poured.\n\nSnow\n\nIt snowed on Tuesday.\n",
    )
    assert counts(convert(content))[:2] == (1, 1)
    assert dated(content) == ["rain"]


def test_a_deleted_story_whose_headline_is_corrected_stays_deleted(content):
    convert(content)
    (content / RAIN).unlink()
    change(content / "sources/weather.txt", "Rain in Mosul\n", "Floods in Mosul\n")
    change(content / "sources/weather.txt", "Weather\n", "Weather\n\nWind\n\nIt blew.\n")
    report = convert(content)
    assert (report.made, report.deleted) == (1, 1)


def test_an_article_that_is_not_utf8_is_told_and_left_as_it_is(content):
    convert(content)
    (content / RAIN).write_bytes((content / RAIN).read_bytes() + b"Caf\xe9\n")
    write(content / "sources/weather.toml", 'rights = "mine"')
    before = (content / RAIN).read_bytes()
    report = convert(content)
    assert (content / RAIN).read_bytes() == before
    assert any("is not UTF-8; the file is left as it is" in message for message in messages(report))


def test_a_hands_line_counts_whatever_the_case_of_its_key(content):
    convert(content)
    change(content / RAIN, "Category: Weather", "category: Hand")
    (content / "ledger.jsonl").unlink()
    convert(content)
    text = (content / RAIN).read_text("utf-8")
    assert "category: Hand" in text
    assert "Category: Weather" not in text


def test_a_date_by_hand_takes_the_place_of_the_machines_whatever_its_line(content):
    write(content / "sources/rows.csv", "title,text,date\nSun,It shone over Raqqa.,2017-03\n")
    convert(content)
    assert "Published: 2017-03\nPublished-Basis: stated\n" in (content / "articles/sun.md").read_text("utf-8")
    change(content / "articles/sun.md", "Slug: sun\n", "Slug: sun\nDate: 2017-03-22\n")
    convert(content)
    text = (content / "articles/sun.md").read_text("utf-8")
    assert "Date: 2017-03-22" in text
    assert "Published" not in text


ROWS = (
    "title,text,date,tags,url\n"
    'Bridge,"{lead}",2017-03-01,roads; Lima,https://n.example/1\n'
    'Bridge closes,"{lead}{more}",2017-03-02,roads,https://n.example/2\n'
    "Rain,It rained in Mosul.,2017-03-02,,https://n.example/3\n"
)
LEAD = (
    "Engineers said on Monday that the old stone bridge over the Tigris in Mosul would be closed for four months. "
    "Traffic is to be led over two temporary bridges, which the army has promised to build before the rains. "
)


def test_what_a_source_says_of_a_story_stands_in_its_front_matter(content):
    write(content / "sources/rows.csv", ROWS.format(lead=LEAD, more=""))
    convert(content)
    lines = (content / "articles/bridge.md").read_text("utf-8").split("\n\n")[0].splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "Title", "Slug", "Places", "Keywords", "Source-Tags", "Date", "Published-Basis", "Published-Words",
        "Original-URL", "Versions", "Source", "Source-SHA256",
    ]  # fmt: skip
    assert "Keywords: roads; Lima;" in lines
    assert "Date: 2017-03-01" in lines


def test_versions_are_linked_newest_first_and_none_is_deleted(content):
    write(content / "sources/rows.csv", ROWS.format(lead=LEAD, more="Shopkeepers asked the mayor for help."))
    report = convert(content)
    assert (report.made, report.versions) == (5, 2)
    for slug in ("bridge", "bridge-closes"):
        article = parse_file((content / f"articles/{slug}.md").read_text("utf-8"))
        assert article.get("Versions") == "bridge-closes; bridge;"


def test_a_version_that_comes_later_is_linked_with_those_that_stand(content):
    rows = ROWS.format(lead=LEAD, more="Shopkeepers asked the mayor for help.").splitlines()
    write(content / "sources/a.csv", "\n".join(rows[:2]))
    convert(content)
    write(content / "sources/b.csv", "\n".join([rows[0], rows[2]]))
    assert counts(convert(content)) == (1, 1, 2, 0)
    assert "Versions: bridge-closes; bridge;" in (content / "articles/bridge.md").read_text("utf-8")
    (content / "sources/b.csv").unlink()
    convert(content)
    assert "Versions" not in (content / "articles/bridge.md").read_text("utf-8")


def test_stories_that_the_source_calls_one_are_versions_whatever_they_say(content):
    item = (
        '{{"uri": "urn:n:1", "version": "{version}", "type": "text", "headline": "Rain {version}",'
        ' "versioncreated": "2017-03-0{version}T10:00:00Z", "body_text": "Rain of day {version}."}}\n'
    )
    write(content / "sources/wire.jsonl", item.format(version=1) + item.format(version=2))
    convert(content)
    assert "Versions: rain-2; rain-1;" in (content / "articles/rain-1.md").read_text("utf-8")


def test_the_same_words_on_another_day_are_another_story(content):
    write(content / "sources/rows.csv", "title,text,date\nRain,It rained.,2017-03-01\nRain,It rained.,2017-03-02\n")
    report = convert(content)
    assert (report.made, report.repeats) == (4, 0)


def test_a_source_that_did_not_change_is_not_read_again(content):
    read: list[tuple[str, int]] = []
    convert(content)
    convert(content, progress=lambda stage, count: read.append((stage, count)))
    assert ("sources/weather.txt", 0) in read
    change(content / "sources/weather.txt", "It poured.", "It POURED.")
    read.clear()
    assert counts(convert(content, progress=lambda stage, count: read.append((stage, count)))) == (0, 1, 1, 0)
    assert ("sources/weather.txt", 2) in read


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 200])
def test_the_cache_may_be_lost_or_damaged_and_the_result_is_the_same(content, damage):
    convert(content)
    before = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
    (content.parent / ".cache/convert.sqlite").write_bytes(damage)
    assert counts(convert(content)) == (0, 0, 2, 0)
    assert {path: path.read_bytes() for path in content.rglob("*") if path.is_file()} == before


def test_a_second_run_at_the_same_time_is_refused_in_a_sentence(content, monkeypatch):
    monkeypatch.setattr("dateline.articles.store._SECONDS_TO_WAIT", 0.01)

    def run_again(stage: str, count: int) -> None:
        with pytest.raises(ArchiveError, match="is another convert or build at work"):
            convert(content)

    convert(content, progress=run_again)


def test_what_is_set_aside_is_counted_by_its_reason_and_told_whole(content, tmp_path):
    write(content / "sources/weather.txt", DUMP + "\nA headline without a body\n")
    write(content / "sources/bad.zip", "PK\x03\x04 and no more")
    report = convert(content, report_file=tmp_path / "import.jsonl")
    assert report.set_aside == {"a headline without a body": 1, "not read": 1}
    rows = [json.loads(line) for line in (tmp_path / "import.jsonl").read_text("utf-8").splitlines()]
    assert [row["reason"] for row in rows] == ["not read", "a headline without a body"]
    assert rows[1]["text"] == "A headline without a body"
    assert report.reported == 2


def test_a_format_may_be_named_for_a_source_that_is_taken_for_another(content):
    write(content / "sources/weather.txt", "a,b\nRain,It rained.\n")
    write(content / "sources/weather.toml", 'columns = { headline = "a", text = "b" }')
    report = convert(content, paths=[content / "sources/weather.txt"], format_name="table")
    assert (report.made, report.notices) == (1, [])


def test_a_sidecar_that_belongs_to_no_source_is_told(content):
    write(content / "sources/wether.toml", 'rights = "mine"')
    assert messages(convert(content)) == [
        "sources/wether.toml: belongs to no source; it has the name of one, as wire.txt.toml or wire.toml beside wire.txt"
    ]


def feed(*items: tuple[int, str, str]) -> str:
    rows = "".join(
        f"<item><title>Markets close {day}</title><guid>http://e.example/{number}</guid>"
        f"<description>Shares in Lima closed {word} on {day} after a calm day of trading at the exchange.</description></item>"
        for number, day, word in items
    )
    return f'<rss version="2.0"><channel><title>Lima</title>{rows}</channel></rss>'


def test_a_story_with_an_id_of_its_own_never_takes_the_article_of_another(content):
    write(content / "sources/feed.xml", feed((1, "Monday", "higher")))
    convert(content)
    write(content / "sources/feed.xml", feed((2, "Tuesday", "lower")))
    assert convert(content).made == 1
    assert "higher" in bodies(content)["markets-close-monday"]


def test_an_id_that_several_stories_share_tells_none_of_them(content):
    rows = [
        json.dumps({"id": "x:7", "title": f"Story {n}", "text": f"Words of story {n}, and {n} more."}) for n in range(5)
    ]
    write(content / "sources/a.jsonl", "\n".join(rows[1:]))
    convert(content)
    change(content / "articles/story-3.md", "Words of story 3", "The hand's words of story 3")
    write(content / "sources/a.jsonl", "\n".join(rows))
    assert convert(content).made == 1
    assert bodies(content)["story-2"] == "Words of story 2, and 2 more."
    assert "hand's" in bodies(content)["story-3"]


def test_a_link_that_leads_out_of_the_archive_is_told_and_not_followed(content, tmp_path):
    write(tmp_path / "secret.txt", stories("Secret"))
    (content / "sources/a.txt").symlink_to(tmp_path / "secret.txt")
    report = convert(content)
    assert report.made == 2
    assert messages(report)[0].startswith("sources/a.txt: is a link that leads out of the archive")


def test_a_value_of_a_list_may_hold_a_semicolon(content):
    row = {"title": "Sun", "text": "It shone.", "keywords": ["One; Two", "R&D"]}
    write(content / "sources/a.jsonl", json.dumps(row))
    convert(content)
    article = parse_file((content / "articles/sun.md").read_text("utf-8"))
    assert split_values(article.get("Keywords")) == ["One; Two", "R&D"]


def test_what_a_sidecar_says_wrong_is_told_as_long_as_it_does(content):
    convert(content)
    write(content / "sources/weather.toml", 'publicaton = "X"')
    assert convert(content).reported == 1
    assert convert(content).reported == 1
    (content / "sources/weather.toml").unlink()
    assert convert(content).reported == 0


def test_a_changed_source_is_read_also_when_its_size_and_time_are_as_before(content):
    source = content / "sources/weather.txt"
    old = source.stat().st_mtime_ns - 10**10
    os.utime(source, ns=(old, old))
    convert(content)
    change(source, "It poured.", "It POURED.")
    os.utime(source, ns=(old, old))
    assert convert(content).updated == 1


def test_a_store_that_is_damaged_within_is_made_anew(content):
    write(content / "sources/more.txt", stories(*map(str, range(300))))
    convert(content)
    store = content.parent / ".cache/convert.sqlite"
    data = bytearray(store.read_bytes())
    data[4096 * 3 : 4096 * 40] = b"\xff" * (4096 * 37)
    store.write_bytes(data)
    assert convert(content).made == 0


def versions(content: Path) -> dict[str, str]:
    return {
        path.stem: parse_file(path.read_text("utf-8")).get("Versions") for path in (content / "articles").glob("*.md")
    }


def test_versions_do_not_depend_on_the_order_in_which_stories_came(content):
    def row(number: int) -> str:
        return json.dumps({"title": f"Bridge {number}", "text": f"{LEAD}The {number}th hour passed."})

    for name, numbers in {"a": range(20), "b": range(20, 45), "c": range(45, 50)}.items():
        write(content / f"sources/{name}.jsonl", "\n".join(map(row, numbers)))
        convert(content)
    (content / "sources/b.jsonl").unlink()
    convert(content)
    stepwise = versions(content)
    shutil.rmtree(content.parent / ".cache")
    convert(content)
    assert versions(content) == stepwise
    assert any(stepwise.values())


def test_the_newest_version_is_the_newest_whatever_its_zone(content):
    item = '{{"uri": "urn:n:1", "version": "{0}", "type": "text", "headline": "Rain {0}", "versioncreated": "{1}", "body_text": "x {0}."}}\n'
    write(
        content / "sources/wire.jsonl",
        item.format(1, "2018-01-01T01:00:00+00:00") + item.format(2, "2017-12-31T23:30:00-05:00"),
    )
    convert(content)
    assert versions(content)["rain-1"] == "rain-2; rain-1;"


def test_a_story_that_vanished_is_told_once(content):
    convert(content)
    change(content / "sources/weather.txt", "Rain in Mosul\n\nIt rained in Mosul. It poured.\n\n", "")
    assert [message for message in messages(convert(content)) if "no longer in its source" in message]
    assert messages(convert(content)) == []


def test_a_broken_sidecar_leaves_the_articles_of_other_sources_alone(content):
    write(content / "sources/again.txt", DUMP)
    convert(content)
    before = (content / RAIN).read_bytes()
    write(content / "sources/again.toml", "topic")
    convert(content)
    assert (content / RAIN).read_bytes() == before


@pytest.mark.parametrize(
    "form", [lambda text: text.replace("\n", "\r\n"), lambda text: "---\n" + text.replace("\n\n", "\n---\n\n", 1)]
)
def test_an_article_keeps_the_form_that_a_person_gave_its_file(content, form):
    convert(content)
    path = content / RAIN
    path.write_bytes(form(path.read_text("utf-8")).encode())
    write(content / "sources/weather.toml", 'rights = "mine"')
    assert convert(content).updated == 2
    changed = path.read_bytes().decode()
    assert "Rights: mine" in changed
    assert changed == form(changed.replace("\r\n", "\n").replace("---\n", ""))


def test_a_page_of_a_newspaper_is_read_again_when_the_file_that_describes_it_comes(content):
    page = '<TextBlock><TextLine><String CONTENT="Fire"/></TextLine></TextBlock>'
    write(content / "sources/issue/1.xml", alto(page))
    convert(content)
    write(content / "sources/issue/mets.xml", mets("1.xml"))
    convert(content)
    stepwise = {path.stem: path.read_text("utf-8") for path in (content / "articles").glob("*.md")}
    shutil.rmtree(content.parent / ".cache")
    convert(content)
    assert {path.stem: path.read_text("utf-8") for path in (content / "articles").glob("*.md")} == stepwise
    assert any("The Star" in text for text in stepwise.values())


RICE = "Fields\n\nGrowers meet\n\nThe Northern Rice Growers Alliance (NRGA) met in Lima. It rained.\n"
VOTE = "Polls\n\nGrowers vote\n\nThe NRGA voted on Monday. It poured.\n"


def articles_as_after_a_clean_run(content: Path) -> dict[str, str]:
    """The articles, once it was seen that they are those of an archive that is converted from nothing."""
    fresh = content.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    for folder in ("authority", "sources"):
        shutil.copytree(content / folder, fresh / "content" / folder)
    convert(fresh / "content")
    stepwise, clean = (
        {path.name: path.read_text("utf-8") for path in folder.glob("articles/*.md")}
        for folder in (content, fresh / "content")
    )
    assert stepwise == clean
    return stepwise


def test_what_one_source_explains_tags_the_stories_of_the_others_until_it_no_longer_does(content):
    actors = content / "authority/actors.csv"
    commas = "," * (actors.read_text("utf-8").splitlines()[0].count(",") - 2)
    write(actors, f"{actors.read_text('utf-8')}actor:rice,organisation,Northern Rice Growers Alliance{commas}\n")
    write(content / "sources/polls.txt", VOTE)
    convert(content)
    assert "Actors" not in articles_as_after_a_clean_run(content)["growers-vote.md"]
    write(content / "sources/rice.txt", RICE)
    assert counts(convert(content)) == (1, 1, 2, 0)
    assert "Actors: Northern Rice Growers Alliance;" in articles_as_after_a_clean_run(content)["growers-vote.md"]
    assert counts(convert(content)) == (0, 0, 4, 0)
    change(content / "sources/rice.txt", "(NRGA) ", "")
    assert counts(convert(content)) == (0, 2, 2, 0)
    assert "Actors" not in articles_as_after_a_clean_run(content)["growers-vote.md"]


def test_only_the_articles_that_a_correction_holds_for_are_tagged_again(content):
    convert(content)
    memory = content.parent / ".cache/tags.sqlite"
    write(content / "authority/rules.csv", "rule,name,record,article\nignore,Mosul,,rain-in-mosul\n")
    assert counts(convert(content)) == (0, 1, 1, 0)
    assert "Places" not in (content / RAIN).read_text("utf-8")
    before = {path.name: path.read_bytes() for path in (content / "articles").iterdir()}
    memory.unlink()
    assert counts(convert(content)) == (0, 0, 2, 0)
    assert {path.name: path.read_bytes() for path in (content / "articles").iterdir()} == before


def test_a_damaged_memory_of_tags_is_told_and_changes_no_article(content):
    convert(content)
    (content.parent / ".cache/tags.sqlite").write_bytes(b"no database" * 1000)
    report = convert(content)
    assert counts(report) == (0, 0, 2, 0)
    assert [message for message in messages(report) if ".cache/tags.sqlite: was damaged" in message]
    assert messages(convert(content)) == []


def remembered(content: Path) -> list[tuple[int, int]]:
    """Who keeps how many entries in the memory of tags: 0 for nobody, 1 for convert."""
    with closing(sqlite3.connect(content.parent / ".cache/tags.sqlite")) as db:
        return db.execute("SELECT users, count(*) FROM tags GROUP BY users").fetchall()


def test_a_dry_run_leaves_what_is_remembered_for_the_next_run(content):
    convert(content)
    write(content / "authority/rules.csv", "rule,name,record,article\nignore,Mosul,,\n")
    convert(content, dry_run=True)
    assert remembered(content) == [(0, 2), (1, 2)]
    convert(content)
    assert remembered(content) == [(1, 2)]
