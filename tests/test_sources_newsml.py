"""NewsML 1 and G2 become stories, item by item; what may not be published, or is no article, is told with its text."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources import find_format, source_of
from dateline.sources.elements import Window, read_items, root_of
from dateline.sources.limits import Limits
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Source
from dateline.sources.wires.newsml import FORMAT, read

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>Talks opened.</p></body></html>'
META = """<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:WIRE"/>
  <versionCreated>2017-12-31T23:30:00-05:00</versionCreated><pubStatus qcode="stat:usable"/><title>TALKS-1</title></itemMeta>"""
CONTENT_META = """<contentMeta><located qcode="geo:1"><name>Lima</name><broader><name>Peru</name></broader></located>
  <creator><name>Jo Smith</name></creator><language tag="en-GB"/>
  <subject type="cpnat:abstract" qcode="medtop:1"><name xml:lang="de">Diplomatie</name><name xml:lang="en">diplomacy</name></subject>
  <subject type="cpnat:person" qcode="p:7"/><slugline>PERU-TALKS</slugline><headline>Talks open</headline></contentMeta>"""


def g2_item(guid="urn:1", *, meta=META, content_meta=CONTENT_META, content=f"<inlineXML>{XHTML}</inlineXML>"):
    rights = "<rightsInfo><copyrightNotice>© Wire</copyrightNotice><usageTerms>Not for sale</usageTerms></rightsInfo>"
    return (
        f'<newsItem guid="{guid}" version="4">{rights}{meta}{content_meta}<contentSet>{content}</contentSet></newsItem>'
    )


def message(*inner):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header>'
        f"<sent>2018-01-01</sent></header><itemSet>{''.join(inner)}</itemSet></newsMessage>"
    )


def component(headline="Talks open", inner="", *, lines="", attributes=""):
    return f"<NewsComponent {attributes}><NewsLines><HeadLine>{headline}</HeadLine>{lines}</NewsLines>{inner}</NewsComponent>"


def part(role, data, mime="text/xhtml"):
    return (
        f'<NewsComponent><Role FormalName="{role}"/><ContentItem><MimeType FormalName="{mime}"/>'
        f"<DataContent>{data}</DataContent></ContentItem></NewsComponent>"
    )


def version_1(*components, status='<Status FormalName="Usable"/>'):
    return f"""<NewsML Version="1.2"><NewsEnvelope><DateAndTime>20130516T040100+0000</DateAndTime></NewsEnvelope><NewsItem>
      <Identification><NewsIdentifier><RevisionId Update="N">2</RevisionId>
      <PublicIdentifier>urn:newsml:wire:1:2</PublicIdentifier></NewsIdentifier></Identification>
      <NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20130516T010000+0200</FirstCreated>
      <ThisRevisionCreated>20130516T040100+0200</ThisRevisionCreated>{status}</NewsManagement>
      {"".join(components)}</NewsItem></NewsML>"""


def items(text, sidecar=Sidecar()):
    return list(read(source_of(text.encode(), sidecar=sidecar)))


def stories(text):
    return [item for item in items(text) if isinstance(item, Story)]


def reasons(found):
    return [item.reason for item in found if isinstance(item, Notice) and item.reason != "envelope"]


def texts(story):
    return [(block.kind.value, block.text) for block in story.blocks]


def test_an_item_of_g2_is_a_story_with_all_its_fields():
    (story,) = stories(g2_item())
    assert story.headline == "Talks open"
    assert texts(story) == [("paragraph", "Talks opened.")]
    assert (story.source_id, story.version_of) == ("urn:1:4", "urn:1")
    assert (story.published.date, story.published.words) == ("2017-12-31", "2017-12-31T23:30:00-05:00")
    assert (story.authors, story.language, story.publisher) == (("Jo Smith",), "en-GB", "WIRE")
    assert story.rights == "© Wire; Not for sale"
    assert [(keyword.name, keyword.scheme) for keyword in story.keywords] == [
        ("diplomacy", "subjects"),
        ("7", "people"),
        ("PERU-TALKS", "slugline"),
        ("Lima", "located"),
    ]


def test_the_title_for_editors_names_what_has_no_headline():
    assert reasons(items(g2_item())) == []
    assert [story.headline for story in stories(g2_item(content_meta=""))] == ["TALKS-1"]


def test_an_unknown_element_of_many_items_is_told_once_with_all_its_texts():
    found = items(message(*(g2_item(f"urn:{number}", meta=META + f"<mood>m{number}</mood>") for number in range(3))))
    assert [item.text for item in found if isinstance(item, Notice) and item.reason == "unknown element"] == [
        "m0\nm1\nm2"
    ]


def test_a_dateline_takes_the_place_of_where_the_item_was_made():
    (story,) = stories(
        g2_item(content_meta=CONTENT_META.replace("<headline>", "<dateline>LIMA, Sunday</dateline><headline>"))
    )
    assert story.dateline == "LIMA, Sunday"
    assert "located" not in [keyword.scheme for keyword in story.keywords]


def test_nitf_within_an_item_gives_what_the_item_does_not_say():
    nitf = (
        "<nitf><body><body.head><hedline><hl1>Talks open</hl1><hl2>Nobody speaks</hl2></hedline><byline>By Ann Lee</byline>"
        "<dateline>LIMA</dateline></body.head><body.content><p>Talks opened.</p></body.content></body></nitf>"
    )
    (story,) = stories(g2_item(content=f"<inlineXML>{nitf}</inlineXML>", content_meta="<contentMeta/>"))
    assert (story.headline, story.authors, story.dateline) == ("Talks open", ("Ann Lee",), "LIMA")
    assert texts(story) == [("sub-heading", "Nobody speaks"), ("paragraph", "Talks opened.")]


def test_plain_text_is_read_and_what_lies_elsewhere_is_named():
    content = (
        '<inlineData contenttype="text/plain">One.\nTwo.</inlineData><remoteContent href="https://wire.example/a.jpg"/>'
    )
    (story,) = stories(g2_item(content=content))
    assert texts(story) == [("paragraph", "One."), ("paragraph", "Two.")]
    assert story.enclosures == ("https://wire.example/a.jpg",)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("stat:usable", "stat:canceled", "canceled"),
        ("stat:usable", "stat:withheld", "withheld"),
        ("<pubStatus", "<embargoed>2018-01-02T12:00:00Z</embargoed><pubStatus", "embargo"),
        ("<pubStatus", "<embargoed/><pubStatus", "embargo"),
        ("ninat:text", "ninat:picture", "picture item"),
    ],
)
def test_what_may_not_be_published_is_set_aside_with_its_text(old, new, reason):
    (notice,) = items(g2_item(meta=META.replace(old, new)))
    assert notice.reason == reason
    assert "Talks open" in notice.text and "Talks opened." in notice.text


def test_an_embargo_that_had_ended_when_the_source_was_received_holds_nothing_back():
    text = g2_item(meta=META.replace("<pubStatus", "<embargoed>2018-01-02T12:00:00Z</embargoed><pubStatus"))
    assert reasons(items(text, Sidecar(received="2018-01-03"))) == []


def test_items_of_a_message_are_read_one_by_one_and_located_by_their_bytes():
    quoted = "<!-- </newsItem> --><inlineData contenttype='text/plain'><![CDATA[a </newsItem> b]]></inlineData>"
    inner = [
        g2_item("urn:1"),
        g2_item("urn:2", content=quoted),
        "<packageItem guid='p'><title>Top</title></packageItem>",
    ]
    data = message(*inner).encode()
    found = list(read(source_of(data)))
    first, second = (item for item in found if isinstance(item, Story))
    for story, text in ((first, inner[0]), (second, inner[1])):
        stretch = data[story.locator.first : story.locator.last + 1]
        assert stretch.decode() == text
        assert story.sha256 == sha256(stretch).hexdigest()
    assert texts(second) == [("paragraph", "a </newsItem> b")]
    assert [item.text for item in found if isinstance(item, Notice) and item.reason == "package item"] == ["Top"]
    assert [item.text for item in found if isinstance(item, Notice) and item.reason == "envelope"] == ["2018-01-01"]


def test_a_damaged_item_harms_no_other():
    found = items(message(g2_item("urn:1").replace("</contentMeta>", ""), g2_item("urn:2")))
    assert [item.source_id for item in found if isinstance(item, Story)] == ["urn:1:4", "urn:2:4"]


def test_an_item_that_is_too_long_or_too_deep_is_set_aside():
    source = Source("sources/x", io.BytesIO(message(g2_item(), g2_item()).encode()), limits=Limits(document_bytes=500))
    assert reasons(read(source)) == ["too long", "too long"]
    deep = "<p>" * 300 + "Deep." + "</p>" * 300
    (notice,) = items(g2_item(content=f"<inlineXML>{deep}</inlineXML>"))
    assert notice.reason == "too deep" and "Deep." in notice.text


def test_a_story_of_version_1_has_the_lines_and_keywords_of_all_its_components():
    outer = (
        "<NewsComponent><NewsLines><CopyrightLine>© Wire</CopyrightLine></NewsLines>"
        '<DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata>'
        '<Metadata><Property FormalName="IndustryKeywords" Value="Mining"/></Metadata>'
    )
    lines = "<ByLine>By Jo Smith</ByLine><DateLine>LIMA</DateLine><SlugLine>PE-TALKS</SlugLine>"
    (story,) = stories(version_1(outer + component(inner=part("Body", XHTML), lines=lines) + "</NewsComponent>"))
    assert (story.source_id, story.version_of) == ("urn:newsml:wire:1:2", "urn:newsml:wire:1")
    assert (story.authors, story.dateline, story.language, story.rights) == (("Jo Smith",), "LIMA", "en", "© Wire")
    assert (story.published.moment, story.updated.moment) == ("2013-05-16T01:00:00+02:00", "2013-05-16T04:01:00+02:00")
    assert [(keyword.name, keyword.scheme) for keyword in story.keywords] == [
        ("PE-TALKS", "slugline"),
        ("Mining", "IndustryKeywords"),
    ]


def test_parts_stand_in_the_order_of_their_roles_and_style_sheets_nowhere():
    parts = (
        part("StyleSheet", ".a {color: red}", "text/css")
        + part("Contact", "<p>Call us.</p>")
        + '<NewsComponent><Role FormalName="Photo"/><NewsLines><HeadLine>A table.</HeadLine></NewsLines></NewsComponent>'
        + part("HeadLine", "<p>Talks open</p>")
        + part("Body", XHTML)
        + part("SubHeadLine", "<p>Nobody speaks.</p>")
    )
    found = items(version_1(component(inner=parts)))
    assert [texts(item) for item in found if isinstance(item, Story)] == [
        [
            ("paragraph", "Nobody speaks."),
            ("paragraph", "Talks opened."),
            ("paragraph", "Call us."),
            ("caption", "A table."),
        ]
    ]
    assert reasons(found) == []


def test_components_of_several_languages_are_a_story_each():
    both = (
        "<NewsComponent>"
        + component("Talks open", part("Body", "<p>One.</p>"), attributes='Duid="en"')
        + component("Gespräche", part("Body", "<p>Eins.</p>"), attributes='Duid="de"')
        + part("Body", "<p>Beside.</p>")
        + "</NewsComponent>"
    )
    found = items(version_1(both))
    assert [(item.headline, item.version_of) for item in found if isinstance(item, Story)] == [
        ("Talks open", "urn:newsml:wire:1#en"),
        ("Gespräche", "urn:newsml:wire:1#de"),
    ]
    assert [item.text for item in found if isinstance(item, Notice) and item.reason == "no headline"] == ["Beside."]


def test_of_equivalent_components_the_fullest_is_read():
    inner = part("Body", "One.", "text/plain") + part("Body", "<p>One.</p>")
    equivalent = f"<NewsComponent EquivalentsList='yes'>{inner}</NewsComponent>"
    (story,) = stories(version_1(component(inner=equivalent)))
    assert texts(story) == [("paragraph", "One.")]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ('<Status FormalName="Canceled"/>', "canceled"),
        ('<Status FormalName="Withheld"/>', "withheld"),
        ('<Status FormalName="Embargoed"/>', "embargo"),
    ],
)
def test_the_status_of_version_1_is_respected(status, reason):
    found = items(version_1(component(inner=part("Body", XHTML)), status=status))
    assert reasons(found) == [reason]
    assert not any(isinstance(item, Story) for item in found)


def test_an_embargo_of_version_1_ends_when_its_status_changes():
    change = "<StatusWillChange><FutureStatus FormalName='Usable'/><DateAndTime>20130517T000000Z</DateAndTime></StatusWillChange>"
    text = version_1(component(inner=part("Body", XHTML)), status=f'<Status FormalName="Embargoed"/>{change}')
    assert any(isinstance(item, Story) for item in items(text, Sidecar(received="2013-05-18")))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (
            b'\n<?xml version="1.0"?>\n<!-- <x> -->\n<!DOCTYPE NewsML [<!ENTITY a "<y>">]>\n<NewsML Version="1.2">',
            "NewsML",
        ),
        ('<?xml version="1.0" encoding="UTF-16"?><newsItem>'.encode("utf-16"), "newsItem"),
        ("<newsItem>".encode("utf-16-be"), "newsItem"),
        (b"<a:newsMessage xmlns:a='x'>", "newsMessage"),
        (b"text <newsItem>", ""),
        (b"", ""),
    ],
)
def test_the_first_element_of_a_file_is_found_behind_its_prolog(head, name):
    assert root_of(head)[0] == name
    assert FORMAT.matches(head) is bool(name)


def test_utf_16_is_read_whole():
    data = ('<?xml version="1.0" encoding="UTF-16"?>' + g2_item()).encode("utf-16")
    (story,) = (item for item in read(source_of(data)) if isinstance(item, Story))
    assert (story.locator.first, story.locator.last) == (0, len(data) - 1)


def test_a_file_without_items_is_refused():
    with pytest.raises(SourceError, match="no item"):
        items("<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><header/></newsMessage>")


def test_a_large_message_is_read_without_holding_it(monkeypatch):
    item = g2_item().encode()
    source = source_of(message().encode().replace(b"<itemSet>", b"<itemSet>" + item * 3000))
    longest = 0
    read_more = Window._read

    def watched(window, keep_from):
        nonlocal longest
        read_more(window, keep_from)
        longest = max(longest, len(window._data))

    monkeypatch.setattr(Window, "_read", watched)
    assert sum(1 for found in read_items(source, {"newsItem"}) if not isinstance(found, Notice)) == 3000
    assert len(item) * 3000 > 10 * longest


@given(st.integers(0, 1500), st.integers(0, 60), st.binary(max_size=8))
def test_no_damage_stops_the_reader(at, cut, junk):
    for text in (message(g2_item(), g2_item("urn:2")), version_1(component(inner=part("Body", XHTML)))):
        data = text.encode()
        try:
            assert all(
                isinstance(item, Story | Notice) for item in read(source_of(data[:at] + junk + data[at + cut :]))
            )
        except SourceError as error:
            assert "no item" in str(error)  # noqa: PT017  an error is only one of two good ends


def test_every_sample_is_read(corpus):
    told = {}
    for path in sorted([*corpus("iptc").glob("ninjs/*.xml"), *corpus("iptc").glob("newsml-g2/LISTING*.xml")]):
        source = source_of(path.read_bytes())
        if "LISTING_28" in path.name:  # a fragment without its item
            assert not FORMAT.matches(path.read_bytes())
            continue
        assert find_format(source).name == "newsml"
        told[path.name.split("_")[1] if "LISTING" in path.name else path.name] = [
            (item.headline[:12], len(item.blocks)) if isinstance(item, Story) else item.reason for item in read(source)
        ]
    assert told == {
        "NewsML-businesswire-newsml-20130515006361.xml": [
            "picture",
            "control characters",
            "note",
            ("Dell Redefin", 35),
            "envelope",
        ],
        "NewsML-businesswire-newsml-20130612006110.xml": [("APP发布“2020 可", 24), "envelope"],
        "11": ["concept item"],
        "16": ["event item"],
        "1": ["embargo"],
        "24": ["package item", *["no headline"] * 4, "envelope", "stray text"],
        "6": ["package item"],
    }
