"""ninjs of all versions becomes stories; what may not be published, or is no article, is told with its text."""

from __future__ import annotations

import io
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources import find_format, source_of
from dateline.sources.limits import Limits
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Source, whole
from dateline.sources.wires.ninjs import FORMAT, read
from dateline.text import fold_spaces

VERSION_1 = {
    "uri": "urn:wire:1",
    "version": "2",
    "versioncreated": "2013-12-31T23:30:00-05:00",
    "firstcreated": "2013-12-30T10:00:00-05:00",
    "pubstatus": "usable",
    "language": "en",
    "byline": "By Jo Smith",
    "located": "Lima",
    "headline": "Talks open in Lima",
    "body_text": "Talks opened.\nNobody spoke.",
    "subject": [{"name": "diplomacy", "code": "d1"}],
    "person": [{"code": "p7"}],
    "copyrightnotice": "Copyright 2013 Wire",
    "usageterms": "Not for sale",
}
VERSION_3 = {
    "uri": "urn:wire:3",
    "versionCreated": "2021-05-26T13:40:18+02:00",
    "pubStatus": "usable",
    "headlines": [{"role": "short", "value": "Talks"}, {"role": "main", "value": "Talks open in Lima"}],
    "by": "Jo Smith",
    "bodies": [
        {"role": "text", "contentType": "text/plain", "value": "Talks opened.\nNobody spoke."},
        {
            "role": "html",
            "contentType": "text/html",
            "value": "<h1>Talks open in Lima</h1><p>Talks <b>opened</b>.</p><p>Nobody spoke.</p>",
        },
    ],
    "subjects": [{"literal": "diplomacy"}],
    "associations": [{"name": "picture", "headlines": [{"value": "A table"}]}],
}


def items(*values, sidecar=Sidecar()):
    text = "\n".join(json.dumps(value) for value in values)
    return list(read(source_of(text.encode(), sidecar=sidecar)))


def stories(*values):
    return [item for item in items(*values) if isinstance(item, Story)]


def notices(found, reason):
    return [item for item in found if isinstance(item, Notice) and item.reason == reason]


def test_an_item_of_version_1_is_a_story_with_all_its_fields():
    (story,) = items(VERSION_1)
    assert story.headline == "Talks open in Lima"
    assert [block.text for block in story.blocks] == ["Talks opened.", "Nobody spoke."]
    assert (story.source_id, story.version_of) == ("urn:wire:1:2", "urn:wire:1")
    assert story.authors == ("Jo Smith",)
    assert story.language == "en"
    assert story.rights == "Copyright 2013 Wire; Not for sale"
    assert [(keyword.name, keyword.scheme) for keyword in story.keywords] == [
        ("p7", "people"),
        ("diplomacy", "subjects"),
        ("Lima", "located"),
    ]


def test_the_day_is_that_of_the_zone_of_the_source():
    (story,) = stories(VERSION_1)
    assert (story.published.date, story.published.words) == ("2013-12-30", "2013-12-30T10:00:00-05:00")
    assert (story.updated.date, story.updated.moment) == ("2013-12-31", "2013-12-31T23:30:00-05:00")


def test_of_several_bodies_the_fullest_is_read_and_a_headline_in_it_not_twice():
    found = items(VERSION_3)
    (story,) = [item for item in found if isinstance(item, Story)]
    assert story.headline == "Talks open in Lima"
    assert [block.text for block in story.blocks] == ["Talks opened.", "Nobody spoke."]
    assert notices(found, "another form") == []


def test_what_only_another_body_says_is_told():
    text = {"contentType": "text/plain", "value": "Talks opened.\nNobody spoke.\nThe end."}
    found = items({**VERSION_3, "bodies": [text, VERSION_3["bodies"][1]]})
    assert [notice.text for notice in notices(found, "another form")] == ["The end."]


def test_a_headline_for_another_use_is_told_unless_the_text_says_it():
    headlines = [{"role": "main", "value": "Talks open in Lima"}, {"role": "seo", "value": "Peru diplomacy"}]
    found = items({**VERSION_3, "headlines": headlines})
    assert [notice.text for notice in notices(found, "other headline")] == ["Peru diplomacy"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("pubstatus", "withheld", "withheld"),
        ("pubstatus", "canceled", "canceled"),
        ("pubStatus", "preliminary", "not usable"),
        ("embargoed", "2013-12-31T12:00:00-05:00", "embargo"),
        ("embargoed", "Friday noon", "embargo"),
        ("type", "picture", "picture item"),
        ("type", "event", "event item"),
        ("headline", "", "no headline"),
        ("body_text", "", "no text"),
    ],
)
def test_what_may_not_be_published_is_set_aside_with_all_its_text(field, value, reason):
    item = {key: kept for key, kept in VERSION_1.items() if key != field.lower()}
    (notice,) = items({**item, field: value})
    assert notice.reason == reason
    for words in (item.get("headline", ""), *item.get("body_text", "").split("\n")):
        assert words in notice.text


def test_a_cancelled_version_says_what_becomes_of_the_earlier_ones():
    (notice,) = items({**VERSION_1, "pubstatus": "canceled"})
    assert "urn:wire:1 version 2 is canceled" in notice.message
    assert "Earlier versions of it that are articles stay" in notice.message and "dateline remove" in notice.message


@pytest.mark.parametrize(
    ("received", "is_out"), [("", False), ("2013-12-31", False), ("2014-01-01", True), ("2014", True)]
)
def test_an_embargo_ends_when_the_source_was_received_after_it(received, is_out):
    found = items({**VERSION_1, "embargoed": "2013-12-31T12:00:00-05:00"}, sidecar=Sidecar(received=received))
    assert any(isinstance(item, Story) for item in found) is is_out


def test_a_wrong_date_is_told_and_leaves_the_story_undated():
    found = items({"uri": "u", "headline": "H", "body_text": "T", "versioncreated": "2013-02-30T10:00:00Z"})
    assert [notice.text for notice in notices(found, "wrong date")] == ["2013-02-30T10:00:00Z"]
    assert next(item for item in found if isinstance(item, Story)).published is None


def test_a_summary_alone_is_an_excerpt():
    (story,) = stories({"uri": "u", "headline": "H", "description_text": "Talks opened."})
    assert ([block.text for block in story.blocks], story.access) == (["Talks opened."], "excerpt")


def test_an_unknown_key_and_a_key_that_comes_twice_are_told_with_their_text():
    text = '{"uri": "u", "headline": "H", "body_text": "T", "mood": "grave", "headline": "Again"}'
    found = list(read(source_of(text.encode())))
    assert sorted(notice.text for notice in notices(found, "unknown element")) == ["Again", "grave"]


@pytest.mark.parametrize("join", ["\n".join, " ".join, lambda texts: "[" + ",\n".join(texts) + "]", "\x1e".join])
def test_items_stand_in_lines_arrays_or_a_row_and_each_is_located_by_its_bytes(join):
    values = [{**VERSION_1, "uri": f"urn:{number}", "headline": f'{{Ünit [{number}]"'} for number in range(3)]
    data = join([json.dumps(value, ensure_ascii=False) for value in values]).encode()
    found = list(read(source_of(data)))
    assert [story.headline for story in found] == [value["headline"] for value in values]
    for story, value in zip(found, values, strict=True):
        stretch = data[story.locator.first : story.locator.last + 1]
        assert json.loads(stretch) == value
        assert story.sha256 == sha256(stretch).hexdigest()


def test_an_answer_with_a_list_of_items_is_read():
    assert [story.source_id for story in stories({"total": 2, "hits": [VERSION_1, {**VERSION_1, "version": "3"}]})] == [
        "urn:wire:1:2",
        "urn:wire:1:3",
    ]


def test_a_damaged_line_is_told_and_the_next_is_read():
    damaged = b'{"uri": "u", "headline": "Lost\n'
    found = list(read(source_of(damaged + json.dumps(VERSION_1).encode())))
    assert [type(item) for item in found] == [Notice, Story]
    assert "Lost" in found[0].text


def test_text_between_items_is_told():
    found = list(read(source_of(b"// exported\n" + json.dumps(VERSION_1).encode() + b" tail")))
    assert [notice.text for notice in notices(found, "outside items")] == ["// exported", "tail"]


@pytest.mark.parametrize("size", range(1, 12))
def test_a_long_text_between_items_is_told_in_pieces(size):
    words = "// é—ñ😀 " * 5 + "the end"
    data = f"{words}{json.dumps(VERSION_1)}".encode()
    found = list(read(Source("sources/x.json", io.BytesIO(data), limits=Limits(line_chars=size))))
    pieces = [notice.text for notice in notices(found, "outside items")]
    assert "".join("".join(pieces).split()) == "".join(words.split())
    assert len(pieces) > 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_in_any_of_its_encodings(encoding):
    data = json.dumps({**VERSION_1, "headline": "Gespräche"}, ensure_ascii=False).encode(encoding)
    assert FORMAT.matches(data.removeprefix(b"\xef\xbb\xbf"))
    (story,) = list(read(source_of(data)))
    assert story.headline == "Gespräche"
    if encoding.startswith("utf-16"):
        assert (story.locator, story.sha256) == whole(source_of(data), data)


def test_what_is_too_deep_or_too_long_is_set_aside():
    deep = {"uri": "u", "headline": "H", "x": json.loads("[" * 300 + "]" * 300)}
    assert [notice.reason for notice in items(deep)] == ["too deep"]
    data = json.dumps(VERSION_1).encode()
    source = Source("sources/x", source_of(data * 2).stream, limits=Limits(document_bytes=20))
    assert [item.reason for item in read(source)] == ["too long", "too long"]


def test_characters_that_no_page_carries_are_told():
    found = items({**VERSION_1, "headline": "Lima\ud800 wins"})
    assert next(item for item in found if isinstance(item, Story)).headline == "Lima wins"
    assert [notice.text for notice in notices(found, "control characters")] == ["\ud800"]


@pytest.mark.parametrize(
    ("text", "is_ninjs"),
    [
        (json.dumps(VERSION_1), True),
        (" \n[" + json.dumps(VERSION_3), True),
        ('{"version": "https://jsonfeed.org/version/1", "items": [{"url": "u", "title": "t"}]}', False),
        ('{"headline": "H", "text": "T"}', False),
        ('<a>"uri": "pubstatus":</a>', False),
    ],
)
def test_only_ninjs_is_taken_for_it(text, is_ninjs):
    assert FORMAT.matches(text.encode()) is is_ninjs


def test_a_file_with_nothing_in_it_is_refused():
    with pytest.raises(SourceError, match="no object"):
        list(read(source_of(b" [ ]\n")))


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
_KEYS = st.sampled_from([*VERSION_1, *VERSION_3, "embargoed", "descriptions", "keywords", "slugline"])


@given(st.dictionaries(_KEYS, _JSON))
def test_no_value_of_any_key_stops_the_reader(values):
    assert all(isinstance(item, Story | Notice) for item in items({"uri": "u", **values}))


@given(st.integers(0, 400), st.binary(max_size=4))
def test_no_damage_stops_the_reader(at, junk):
    data = json.dumps(VERSION_1).encode()
    assert all(isinstance(item, Story | Notice) for item in read(source_of(data[:at] + junk + data[at:])))


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).filter(str.strip), min_size=1)
)
def test_each_line_of_a_text_is_a_paragraph(lines):
    wanted = [line for line in (fold_spaces(part) for text in lines for part in text.splitlines()) if line]
    found = stories({**VERSION_1, "headline": "§", "body_text": "\n".join(lines)})
    assert [fold_spaces(block.text) for story in found for block in story.blocks] == wanted or not wanted


def test_every_sample_is_read(corpus):
    told = {}
    for path in sorted(corpus("iptc").glob("ninjs/*.json")):
        source = source_of(path.read_bytes())
        assert find_format(source).name == "ninjs"
        for item in read(source):
            if isinstance(item, Story):
                told[path.name] = (item.headline, len(item.blocks))
            elif item.reason == "event item":
                told[path.name] = "event"
    assert told == {
        "1.4-businesswire-newsml-20130515006361.json": (
            "Dell Redefines Workstation Computing Boundaries with Smallest Tower and Most Powerful Rack Workstations",
            1,
        ),
        "1.4-ninjsExComplex1.json": ("Captain of wrecked cruise ship on trial in Italy", 4),
        "1.4-ninjsExMediumText1.json": ("Captain of wrecked cruise ship on trial in Italy", 4),
        "1.4-ninjsExSimpleText1.json": ("Captain of wrecked cruise ship on trial in Italy", 4),
        "2.1-businesswire-newsml-20130605006126.json": ("Cambrios被Gartner評選為「最酷供應商」", 1),
        "2.1-dpa_text.json": ("Faktencheck Derby-Elfmeter: Hat Schiedsrichter Zwayer recht?", 9),
        "2.1-ninjsExSimpleText_2.json": ("Captain of wrecked cruise ship on trial in Italy", 4),
        "3.0-simpleEvent.json": "event",
        "3.0-tt_text_image_3.json": ("Militärövning i jätteformat hålls 2023", 7),
    }
