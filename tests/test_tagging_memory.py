"""The memory of tags: the same mentions with it and without, whatever changed and whatever happened to its file."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.articles.markdown import parse_file
from dateline.authority import Authority, load_authority
from dateline.records import Mention
from dateline.tagging import find_mentions, memory
from dateline.tagging.learning import Learnt
from dateline.tagging.memory import FILE, ArticleText, User, open_memory, tag_articles

AUTHORITY = load_authority(None)[0]
ARCHIVE = load_authority(REPOSITORY / "content/authority")[0]

OPEN = ArticleText("open", "Fair", "A fair opened in Paris on Monday. The NRGA came.")
TELLING = (
    ArticleText("crowds", "Crowds", "Crowds met in Paris, Texas, on Monday."),
    ArticleText("fire", "Fire", "A fire broke out in Paris, Texas. Crews came from Dallas."),
    ArticleText("rice", "Rice", "The Northern Rice Growers Alliance (NRGA) met in Lima."),
)
COMPOSED = ArticleText(
    "composed", "5th Legion", "The Syrian army’s 5th Legion and Turkish-backed rebels fought in Homs."
)


def tagged(
    articles: Sequence[ArticleText], cache: Path | None, authority: Authority = AUTHORITY
) -> dict[str, tuple[Mention, ...]]:
    return dict(tag_articles(articles, authority, cache))


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("a text was tagged that should have been remembered")


def seed() -> list[ArticleText]:
    """The articles of the repository's own archive."""
    files = [parse_file(path.read_text("utf-8")) for path in (REPOSITORY / "content/articles").glob("*.md")]
    return [ArticleText(file.get("Slug"), file.get("Title"), file.body) for file in files]


@pytest.mark.parametrize(("articles", "authority"), [([COMPOSED, OPEN, *TELLING], AUTHORITY), (seed(), ARCHIVE)])
def test_what_is_remembered_is_what_was_found(articles, authority, tmp_path, monkeypatch):
    found = tagged(articles, tmp_path, authority)
    assert found == tagged(articles, None, authority)
    monkeypatch.setattr(memory, "observe_story", forbidden)
    monkeypatch.setattr(memory, "find_mentions", forbidden)
    assert tagged(articles, tmp_path, authority) == found


def test_articles_are_tagged_with_what_all_of_them_tell():
    found = tagged([OPEN, *TELLING], None)
    assert found["open"] != find_mentions(OPEN.title, OPEN.text, AUTHORITY)
    assert found["fire"] == find_mentions(TELLING[1].title, TELLING[1].text, AUTHORITY)


def with_rules(folder: Path, *rows: str, places: str = "") -> Authority:
    folder.mkdir(exist_ok=True)
    (folder / "rules.csv").write_text("\n".join(["rule,name,record,article", *rows, ""]), "utf-8")
    (folder / "places.csv").write_text(f"id,kind,preferred,latitude,longitude\n{places}", "utf-8")
    authority, notices = load_authority(folder)
    assert notices == []
    return authority


def key(authority: Authority, article: ArticleText = OPEN, learnt: Learnt | None = None) -> str:
    with open_memory(None, authority) as kept:
        return kept.key(article, learnt or Learnt())


@pytest.mark.parametrize(
    ("rows", "places", "is_another"),
    [
        (["ignore,Fair,,"], "", True),
        (["ignore,Fair,,open"], "", True),
        (["ignore,Fair,,fire"], "", False),  # holds in another article alone
        ([], "place:fair,city,Fair,1,1\n", True),
        (["show-as,Paree,geonames:2988507,"], "", True),
    ],
)
def test_a_text_is_tagged_again_when_a_row_may_change_it(rows, places, is_another, tmp_path):
    before = key(with_rules(tmp_path / "before"))
    assert (key(with_rules(tmp_path / "after", *rows, places=places)) != before) is is_another


@pytest.mark.parametrize(
    "article",
    [
        OPEN._replace(title="Fairs"),
        OPEN._replace(text=OPEN.text + " "),
        ArticleText("open", OPEN.title + OPEN.text[:1], OPEN.text[1:]),
    ],
)
def test_another_title_or_text_is_another_entry(article):
    assert key(AUTHORITY, article) != key(AUTHORITY)


def test_only_what_is_learnt_of_a_text_s_own_open_names_makes_another_entry():
    with open_memory(None, AUTHORITY) as kept:
        learnt = kept.learn(TELLING)
        assert kept.key(OPEN, learnt) != kept.key(OPEN)
        assert [kept.key(one, learnt) for one in TELLING] == [kept.key(one) for one in TELLING]


def test_the_same_text_in_two_articles_is_one_entry(tmp_path):
    tagged([OPEN, OPEN._replace(slug="again")], tmp_path)
    assert entries(tmp_path) == 1


def entries(cache: Path) -> int:
    db = sqlite3.connect(cache / FILE)
    (count,) = db.execute("SELECT count(*) FROM tags").fetchone()
    db.close()
    return int(count)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def overwrite(path: Path) -> None:
    path.write_bytes(b"Not a database, but quite long. " * 500)


def spoil_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut_short, overwrite, spoil_pages])
def test_a_damaged_file_is_made_anew_and_said_so(damage: Callable[[Path], None], tmp_path):
    found = tagged([OPEN, *TELLING], tmp_path)
    damage(tmp_path / FILE)
    with open_memory(tmp_path, AUTHORITY, user=User.SITE) as kept:
        learnt = kept.learn([OPEN, *TELLING])
        assert {one.slug: kept.mentions(one, learnt) for one in (OPEN, *TELLING)} == found
        kept.forget_unused()
    (notice,) = kept.notices
    assert notice.where == ".cache/tags.sqlite"
    assert "was damaged" in notice.message
    assert entries(tmp_path) == 5  # and OPEN with what it was told
    with open_memory(tmp_path, AUTHORITY) as kept:
        assert kept.mentions(OPEN, learnt) == found["open"]
    assert kept.notices == []


@pytest.mark.parametrize(
    "mentions",
    [
        b"",
        b"no such bytes",
        zlib.compress(b"{"),
        zlib.compress(json.dumps([[0, 0, 1, "place", "literal", "place:gone", "rule", 1, "city", []]]).encode()),
        zlib.compress(json.dumps([[0, 0, 1, "place", "no role", None, "rule", 1, "city", []]]).encode()),
        zlib.compress(json.dumps([[0, 0, 1]]).encode()),
    ],
)
def test_an_entry_that_cannot_be_read_is_found_anew(mentions, tmp_path):
    found = tagged([OPEN, *TELLING], tmp_path)
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("UPDATE tags SET mentions = ?, observation = '{\"no\": []}'", (mentions,))
    db.commit()
    db.close()
    assert tagged([OPEN, *TELLING], tmp_path) == found


def test_a_file_of_another_version_is_made_anew(tmp_path):
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("CREATE TABLE tags (other TEXT)")
    db.commit()
    db.close()
    assert tagged([OPEN], tmp_path) == tagged([OPEN], None)
    assert entries(tmp_path) == 1


def test_while_another_run_has_the_file_a_run_does_without(tmp_path):
    with open_memory(tmp_path, AUTHORITY) as kept:
        kept.mentions(OPEN)
        assert tagged(TELLING, tmp_path) == tagged(TELLING, None)
    assert entries(tmp_path) == 1


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    assert tagged([OPEN], tmp_path / "file") == tagged([OPEN], None)


def test_what_the_last_whole_run_did_not_ask_for_is_forgotten_unless_another_keeps_it(tmp_path):
    def run(user: User, *articles: ArticleText) -> None:
        with open_memory(tmp_path, AUTHORITY, user=user) as kept:
            for article in articles:
                kept.mentions(article)
            kept.forget_unused()

    run(User.CONVERT, OPEN, *TELLING)
    run(User.SITE, OPEN, TELLING[0], COMPOSED)
    run(User.CONVERT, TELLING[1])
    assert entries(tmp_path) == 4  # TELLING[2] is gone
    run(User.SITE)
    assert entries(tmp_path) == 1
    tagged([OPEN], tmp_path)  # at the desk, which keeps nothing beyond the next whole run
    assert entries(tmp_path) == 2
    run(User.CONVERT, TELLING[1])
    assert entries(tmp_path) == 1


POOL = (OPEN, *TELLING, *(one._replace(text=one.text.replace("Texas", "Tennessee")) for one in TELLING[:2]))
ARCHIVES = st.lists(st.sampled_from(POOL), unique_by=lambda one: one.slug)


@settings(max_examples=25, deadline=None)
@given(st.lists(ARCHIVES, min_size=1, max_size=4))
def test_stories_may_come_change_and_go_in_any_order_and_tags_are_those_of_a_clean_run(tmp_path_factory, steps):
    cache = tmp_path_factory.mktemp("cache")
    for articles in steps:
        assert tagged(articles, cache) == tagged(articles, None)
