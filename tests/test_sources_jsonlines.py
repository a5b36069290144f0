"""JSON: each object a story, in lines or in an array, and a damaged one costs no other."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Keyword, Notice, Story, Unit
from dateline.sources import DEFAULT_LIMITS, find_format
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Source, source_of
from dateline.sources.tables.jsonlines import FORMAT

ROWS = [{"title": "A", "text": "x {1}"}, {"title": 'B "b"', "text": "y\n[2]\\"}]


def items_of(text: str | bytes, **sidecar: object) -> list[Story | Notice]:
    data = text.encode() if isinstance(text, str) else text
    return list(FORMAT.read(source_of(data, sidecar=Sidecar(**sidecar))))


def stories_of(text: str | bytes, **sidecar: object) -> list[Story]:
    return [item for item in items_of(text, **sidecar) if isinstance(item, Story)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, ROWS)),
        "\r\n\r\n".join(map(json.dumps, ROWS)),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\n".join(json.dumps(row, indent=4) for row in ROWS),
        json.dumps({"status": "ok", "articles": ROWS}),
        json.dumps({"articles": ROWS, "total": 2}, indent=1),
    ],
)
def test_objects_are_stories_however_they_are_set(text):
    assert FORMAT.matches(text.encode())
    stories = stories_of(text)
    assert [story.headline for story in stories] == ["A", 'B "b"']
    assert [[block.text for block in story.blocks] for story in stories] == [["x {1}"], ["y", "[2]\\"]]


@pytest.mark.parametrize("text", ["\n".join(map(json.dumps, ROWS)) + "\n", json.dumps(ROWS, indent=2)])
def test_each_story_is_known_by_its_own_bytes(text):
    data = text.encode()
    for story in stories_of(data):
        place = story.locator
        if place.unit is Unit.BYTES:
            own = data[place.first : place.last + 1]
        else:
            own = b"".join(data.splitlines(keepends=True)[place.first - 1 : place.last])
        assert hashlib.sha256(own).hexdigest() == story.sha256
        assert json.loads(own)["title"] == story.headline


def test_nested_values_are_reached_and_the_rest_is_named():
    text = json.dumps(
        {
            "metadata": {"title": "A", "pubDate": "2017-03-22T10:00:00Z"},
            "authors": [{"name": "Ann Author", "id": 3}, {"name": "Bo Writer", "id": 4}],
            "body": [{"type": "p", "text": "x"}, {"type": "p", "text": "y"}],
            "categories": ["Rain", "Floods"],
            "uuid": "0b1a2c3d-0000-4000-8000-0123456789ab",
            "lang": "en_GB",
            "score": 0.5,
        }
    )
    story, notice = items_of(text)
    assert (story.headline, story.published.moment) == ("A", "2017-03-22T10:00:00+00:00")
    assert (story.authors, [block.text for block in story.blocks]) == (("Ann Author", "Bo Writer"), ["x", "y"])
    assert story.keywords == (Keyword("Rain", "categories"), Keyword("Floods", "categories"))
    assert (story.source_id, story.language) == ("0b1a2c3d-0000-4000-8000-0123456789ab", "en-GB")
    assert all(name in notice.message for name in ("authors.id (1", "body.type (1", "score (1"))


def test_a_row_without_a_headline_begins_with_its_first_sentence():
    sentences, line, lone = stories_of(
        '{"doc": "n1", "sentences": ["One.", "Two."]}\n{"text": "One. Two."}\n{"text": "One"}\n'
    )
    assert [(s.headline, [b.text for b in s.blocks]) for s in (sentences, line, lone)] == [
        ("One.", ["Two."]),
        ("One.", ["Two."]),
        ("One", []),
    ]
    assert sentences.source_id == "n1"


def test_several_topics_are_keywords_and_one_is_the_topic():
    several, one = stories_of('{"title": "A", "category": ["b", "c"]}\n{"title": "D", "category": ["e"]}\n')
    assert (several.topic, several.keywords) == (None, (Keyword("b", "category"), Keyword("c", "category")))
    assert (one.topic, one.keywords) == ("e", ())


def test_the_sidecar_names_keys_by_their_path():
    (story,) = stories_of('{"a": {"b": "A"}, "c": "x"}', columns=(("headline", "a.b"), ("text", "c")))
    assert (story.headline, story.blocks[0].text) == ("A", "x")


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "A", "text": "x"}\n{"title": "bad\n{"title": "B", "text": "y"}\n',
        '{"title": "A", "text": "x"}\n["bad"]\n{"title": "B", "text": "y"}\n',
        '{"title": "A", "text": "x"}\n{"title": "bad",,}\n{"title": "B", "text": "y"}\n',
        '{"title": "A", "text": "x"}\n' + '{"bad":' * 1500 + "\n" + '{"title": "B", "text": "y"}\n',
        '[\n{"title": "A", "text": "x"},\n{"title": "bad",\n{"title": "B", "text": "y"}\n]',
        '[\n{"title": "A", "text": "x"},\n{"title": "bad\n},\n{"title": "B", "text": "y"}\n]',
        '[\n{"title": "A", "text": "x"},\n{"title": bad},\n{"title": "B", "text": "y"}\n]',
    ],
)
def test_a_damaged_object_is_told_and_the_next_is_read(text):
    items = items_of(text)
    assert [item.headline for item in items if isinstance(item, Story)] == ["A", "B"]
    (damaged,) = (item for item in items if isinstance(item, Notice))
    assert (damaged.reason, "bad" in damaged.text) == ("damaged", True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"articles": [{"title": "A", "text": "x"}], "note": "by hand"}', "by hand"),
        ('[{"title": "A", "text": "x"}, "stray"]', "stray"),
        ('[{"title": "A", "text": "x"}', None),
    ],
)
def test_what_stands_beside_the_objects_is_told(text, told):
    notices = [item.text for item in items_of(text) if isinstance(item, Notice)]
    assert any(told in note for note in notices) if told else notices == []


def test_a_key_given_twice_keeps_both_values():
    story, notice = items_of('{"title": "A", "text": "x", "title": "B"}')
    assert (story.headline, "title (2) (1 values)" in notice.message) == ("A", True)


def test_lone_surrogates_and_controls_are_left_out_and_told_once():
    items = items_of('{"title": "A\\ud800", "text": "x\\u0000", "k\\ud800": 1}\n{"title": "B\\u0002"}\n')
    assert [item.headline for item in items if isinstance(item, Story)] == ["A", "B"]
    notices = [item for item in items if isinstance(item, Notice)]
    assert [(item.reason, item.text) for item in notices[:1]] == [("control characters", "\ud800\0\2")]
    assert all(item.message.isprintable() for item in notices)


def test_an_object_over_the_limit_is_set_aside_and_the_next_is_read():
    rows = [{"title": "A", "text": "x" * 3000}, {"title": "B", "text": "y"}]
    limits = replace(DEFAULT_LIMITS, document_bytes=1000, line_chars=100)
    for text in (json.dumps(rows, indent=1), "\n".join(map(json.dumps, reversed([rows[1], rows[0]])))):
        source = Source("s", io.BytesIO(text.encode()), limits=limits)
        items = [item.headline if isinstance(item, Story) else item.reason for item in FORMAT.read(source)]
        assert ("too long" in items, "B" in items) == (True, True)


def test_a_file_without_objects_is_none_of_this_format():
    with pytest.raises(SourceError, match="holds no object that can be read"):
        items_of("[1, 2]")


@pytest.mark.parametrize("text", ['{"a": 1}', "[1]", '"title"', "Title: {x}", '{"a": "title"}', "", "[[{", '{"title'])
def test_what_has_no_headline_or_text_is_not_claimed(text):
    assert not FORMAT.matches(text.encode())


TEXTS = st.text(alphabet='ab{}[]",\\ \né\u2028', max_size=15)


@given(st.lists(st.fixed_dictionaries({"title": TEXTS, "text": TEXTS}), min_size=1), st.sampled_from([None, 0, 3]))
def test_every_letter_of_every_object_is_carried(rows, indent):
    text = json.dumps(rows, indent=indent, ensure_ascii=False)
    carried = "".join(story.headline + "".join(block.text for block in story.blocks) for story in stories_of(text))
    written = "".join(row["title"] + row["text"] for row in rows)
    assert sorted("".join(carried.split())) == sorted("".join(written.split()))


@given(st.text(alphabet='{}[]",: \n\\ab', max_size=60).map('{{"title": "z"}}\n{}'.format))
def test_whatever_follows_a_story_costs_it_nothing(text):
    items = items_of(text)
    assert items[0].headline == "z"
    assert all(isinstance(item, Story | Notice) for item in items)


@given(st.text(alphabet='{}[]",: \n\\ab', max_size=60).map('[{{"title": "z"}}\n{}'.format))
def test_whatever_follows_a_story_of_an_array_is_told(text):
    items = items_of(text)
    assert items[0].headline == "z"
    told = "".join(item.text + item.message if isinstance(item, Notice) else item.headline for item in items)
    assert not {*"ab"} & {*text} - {*told}


def test_the_parallel_sentences_are_read_in_five_languages(corpus):
    for language in ("ar", "en", "fr", "ru", "tr"):
        with (corpus("pud-multilingual") / f"{language}.jsonl").open("rb") as stream:
            source = Source(f"sources/{language}.jsonl", stream)
            assert find_format(source) == FORMAT
            stories = list(FORMAT.read(source))
        assert {story.language for story in stories} == {language}
        assert len(stories) == 111
        assert len({story.source_id for story in stories}) == 111
        with (corpus("pud-multilingual") / f"{language}.jsonl").open(encoding="utf-8") as lines:
            for story, line in zip(stories, lines, strict=True):
                written = "".join("".join(json.loads(line)["sentences"]).split())
                assert "".join((story.headline + "".join(b.text for b in story.blocks)).split()) == written


POST = {
    "id": 7,
    "date": "2017-12-31T23:30:00",
    "guid": {"rendered": "https://post.example/?p=7"},
    "status": "publish",
    "link": "https://post.example/cranes",
    "title": {"rendered": "Cranes &amp; lifts &#8211; back"},
    "content": {"rendered": "<p>Two cranes came&nbsp;back.</p>\n<p>They work.</p>", "protected": False},
    "excerpt": {"rendered": "<p>Two cranes</p>", "protected": False},
    "author": 5,
    "categories": [1, 2],
    "tags": [],
}


def test_posts_as_wordpress_gives_them_read_well():
    data = json.dumps([POST]).encode()
    assert find_format(source_of(data)) is FORMAT
    (story,) = stories_of(data)
    assert story.headline == "Cranes & lifts – back"
    assert [block.text for block in story.blocks] == ["Two cranes came back.", "They work."]
    assert (story.authors, story.keywords, story.topic) == ((), (), None)
    assert (story.url, story.published and story.published.date) == ("https://post.example/cranes", "2017-12-31")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": "draft"}, "draft"),
        ({"status": "auto-draft"}, "draft"),
        ({"status": "private"}, "private"),
        ({"status": "Pending"}, "pending"),
        ({"status": "future"}, "scheduled"),
        ({"post_status": "trash"}, "trash"),
        ({"content": {"rendered": "Secret", "protected": True}}, "password-protected"),
        ({"protected": True}, "password-protected"),
        ({"post_password": "sesame"}, "password-protected"),
        ({"post_password": ""}, ""),
        ({"status": "ok", "protected": False}, ""),
    ],
)
def test_an_object_that_was_not_public_leaves_its_headline_alone(changed, reason):
    found = items_of(json.dumps([{**POST, **changed}, {**POST, "id": 8}]))
    set_aside = [item for item in found if isinstance(item, Notice) and "not public" in item.message]
    assert [notice.reason for notice in set_aside] == ([reason] if reason else [])
    assert all("Cranes" in notice.message and not notice.text for notice in set_aside)
    assert sum(isinstance(item, Story) for item in found) == (1 if reason else 2)


def test_a_status_that_the_sidecar_maps_says_something_else():
    row = json.dumps({"title": "A", "text": "x", "status": "pending"})
    (story,) = stories_of(row, columns=(("keywords", "status"),))
    assert [keyword.name for keyword in story.keywords] == ["pending"]
