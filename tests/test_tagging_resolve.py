"""Resolution: the record of each name, what the archive lists and decides, and what a story itself explains."""

from __future__ import annotations

import pytest

from dateline.authority import Authority, load_authority
from dateline.records import Kind, Mention, Role
from dateline.tagging import find_mentions

AUTHORITY = load_authority(None)[0]
HEADER = "id,kind,preferred,variants,broader,latitude,longitude,same_as,valid_from,valid_to,status,note"


@pytest.fixture
def made(tmp_path):
    """Make the authority of an archive by the rows of its files."""

    def make(*, places: tuple[str, ...] = (), actors: tuple[str, ...] = (), rules: tuple[str, ...] = ()) -> Authority:
        (tmp_path / "places.csv").write_text("\n".join([HEADER, *places, ""]), encoding="utf-8")
        (tmp_path / "actors.csv").write_text("\n".join([HEADER, *actors, ""]), encoding="utf-8")
        (tmp_path / "rules.csv").write_text("\n".join(["rule,name,record,article", *rules, ""]), encoding="utf-8")
        authority, notices = load_authority(tmp_path)
        assert notices == []
        return authority

    return make


def mentions(text: str, authority: Authority = AUTHORITY, *, title: str = "", article: str = "") -> list[Mention]:
    return list(find_mentions(title, text, authority, article=article))


def places(text: str, authority: Authority = AUTHORITY, *, article: str = "") -> list[tuple[str, str | None]]:
    found = mentions(text, authority, article=article)
    return [(m.surface, m.record.id if m.record else None) for m in found if m.role is Role.LITERAL]


def actors(text: str, authority: Authority = AUTHORITY, *, title: str = "") -> list[tuple[str, str | None]]:
    found = mentions(text, authority, title=title)
    named = (Role.NAME, Role.SHORT, Role.TITLE)
    return [(m.surface, m.record.id if m.record else None) for m in found if m.kind is Kind.ACTOR and m.role in named]


@pytest.mark.parametrize(
    ("row", "text", "surface", "id_"),
    [
        ("actor:syrian-army,force,Syrian Army,,,,,,,,,", "The Syrian army left.", "Syrian army", "actor:syrian-army"),
        ("actor:syrian-army,force,Syrian Army,,,,,,,,,", "Syria’s troops left.", "Syria’s troops", "actor:syrian-army"),
        ("actor:daesh,group,Daesh,ISIS; ISIL,,,,,,,,", "ISIS fighters left.", "ISIS", "actor:daesh"),
        ("actor:own,force,Peruvian Army,,,,,,,,,", "The Peruvian troops left.", "Peruvian troops", "actor:own"),
        ("actor:own,government,Iraqi Defence Ministry,,,,,,,,,", "Iraq’s defence ministry left.",
         "Iraq’s defence ministry", "actor:own"),
    ],
)  # fmt: skip
def test_the_archives_own_actor_comes_before_the_packaged_and_the_composed(row, text, surface, id_, made):
    assert (surface, id_) in actors(text, made(actors=(row,)))
    assert (surface, id_) not in actors(text)


@pytest.mark.parametrize(
    ("text", "surface", "rule"),
    [
        ("Amina Vance spoke. Vance left.", "Vance", "surname alone"),
        ("Amina Vance spoke. Mrs. Vance left.", "Vance", "title + name"),
        ("The Blue Hill Front (BHF) left. The BHF won.", "BHF", "acronym defined in brackets"),
    ],
)
def test_a_short_form_of_a_name_that_the_archive_lists_says_what_it_is(text, surface, rule, made):
    rows = ("actor:amina-vance,person,Amina Vance,,,,,,,,,", "actor:blue,group,Blue Hill Front,,,,,,,,,")
    (*_, last) = mentions(text, made(actors=rows))
    assert last.record
    assert (last.surface, last.rule, last.record.kind) == (surface, rule, Kind.ACTOR)


@pytest.mark.parametrize(
    ("row", "text", "expected"),
    [
        ("geonames:4905245,city,Palmyra (Illinois),,,39.4,-90,,,,,", "It rained in Palmyra.", "geonames:4905245"),
        ("place:our-paris,city,Paris,,,10,10,,,,,", "It rained in Paris.", "place:our-paris"),
        ("place:our-paris,city,Paris,,,10,10,,,,,", "It rained in Paris, Texas.", "geonames:4717560"),
        ("place:zorba,area,Zorba,Zorbah,,10,10,,,,,", "It rained in Zorbah.", "place:zorba"),
    ],
)
def test_the_archives_own_place_comes_first_unless_the_words_beside_say_otherwise(row, text, expected, made):
    _, first = places(text, made(places=(row,)))[0]
    assert first == expected


SENTENCE = "It rained in Aleppo and in Boston."
ALEPPO, BOSTON = ("Aleppo", "geonames:170063"), ("Boston", "geonames:4930956")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ignore,Boston,", [ALEPPO]),
        ("means,Boston,geonames:2655138", [ALEPPO, ("Boston", "geonames:2655138")]),  # in Lincolnshire
        ("means,in Boston,geonames:2655138", [ALEPPO, ("in Boston", "geonames:2655138")]),
        ("not-same-as,Boston,geonames:4930956", [ALEPPO]),
        ("same-as,geonames:4930956,geonames:170063", [ALEPPO, ("Boston", "geonames:170063")]),
        ("hide,,geonames:4930956", [ALEPPO]),
        ("hide,,geonames:170063", [BOSTON]),
    ],
)
def test_a_rule_decides_of_a_place_that_only_the_gazetteer_has(rule, expected, made):
    found = places(SENTENCE, made(rules=(f"{rule},",)))
    hidden = {"geonames:4930956", "geonames:170063"} - {id_ for _, id_ in expected}
    assert not hidden.intersection(id_ for _, id_ in found)
    assert [one for one in found if one in expected] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The University of Southern Queensland agreed.",
        "It was Queensland Health that agreed.",
        "The Queensland Government agreed.",
    ],
)
def test_a_name_that_always_means_a_place_makes_no_tag_within_an_organisations_name(text, made):
    found = mentions(text, made(rules=("means,Queensland,geonames:2152274,",)))
    (place,) = [mention for mention in found if mention.kind is Kind.PLACE]
    assert place.record
    assert (place.surface, place.record.id, place.role) == ("Queensland", "geonames:2152274", Role.EMBEDDED)


@pytest.mark.parametrize("rule", ["ignore,Boston,", "means,Boston,geonames:2655138", "hide,,geonames:4930956"])
def test_a_rule_of_one_article_holds_there_alone(rule, made):
    authority = made(rules=(f"{rule},one-story",))
    assert BOSTON not in places(SENTENCE, authority, article="one-story")
    assert places(SENTENCE, authority, article="another") == [ALEPPO, BOSTON]


def test_a_decision_tells_its_rule_and_is_certain(made):
    (mention,) = mentions("It rained in Boston.", made(rules=("means,Boston,geonames:2655138,",)))
    assert (mention.rule, mention.score) == ("rule in rules.csv", 1.0)


def test_a_place_that_is_shown_otherwise_keeps_its_names_and_its_id(made):
    authority = made(rules=("show-as,Haleb,geonames:170063,",))
    assert [m.record.label for m in mentions("It rained in Aleppo.", authority) if m.record] == ["Haleb"]
    assert places("It rained in Haleb.", authority) == [("Haleb", "geonames:170063")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Syrian 5th Legion left. The Legion came back.",
         [("Syrian 5th Legion", "actor:sy/army/5th-legion"), ("Legion", "actor:sy/army/5th-legion")]),
        ("The Russian General Staff met. The General Staff spoke.",
         [("Russian General Staff", "actor:ru/general-staff"), ("General Staff", "actor:ru/general-staff")]),
        ("The Iraqi Defence Ministry met. The Defence Ministry denied it.",
         [("Iraqi Defence Ministry", "actor:iq/defence-ministry"), ("Defence Ministry", "actor:iq/defence-ministry")]),
        ("Bashar al-Assad spoke. Assad left.", [("Bashar al-Assad", None), ("Assad", None)]),
    ],
)  # fmt: skip
def test_a_short_form_is_what_the_story_named_whole(text, expected):
    assert actors(text) == expected


def test_a_person_whom_the_archive_lists_is_that_record_by_whole_name_and_surname(made):
    authority = made(actors=("actor:assad,person,Bashar al-Assad,Assad,,,,,,,,",))
    assert actors("Bashar al-Assad spoke. Assad left.", authority) == [
        ("Bashar al-Assad", "actor:assad"),
        ("Assad", "actor:assad"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained in Iraq. The Defence Ministry denied it.", "actor:iq/defence-ministry"),
        ("It rained. The Defence Ministry denied it.", None),
        ("It rained in Iraq and in Iran. The Defence Ministry denied it.", None),
    ],
)
def test_an_office_without_a_country_is_that_of_the_only_state_of_the_story(text, expected):
    assert actors(text) == [("Defence Ministry", expected)]


@pytest.mark.parametrize(
    ("text", "short", "record"),
    [
        ("Sheep left Australia. AQIS saw them.", "AQIS", "actor:australian-quarantine-and-inspection-service"),
        ("He left Al-Qaeda in the Indian Subcontinent. Then AQIS hit Sydney in Australia.", "AQIS",
         "actor:al-qaeda-in-the-indian-subcontinent"),
        ("He wrote of AQIS.", "AQIS", None),
        ("It rained in Raqqa, Aleppo and Homs. The SDF came.", "SDF", "actor:syrian-democratic-forces"),
        ("It rained in Osaka, Japan. The SDF came.", "SDF", "actor:jp/army"),
        ("It rained in Cairo. The NDP won.", "NDP", "actor:egyptian-national-democratic-party"),
        ("It rained in Toronto. The NDP won.", "NDP", "actor:new-democratic-party"),
        ("It rained in Peru. The NDP won.", "NDP", None),
        ("It rained in Guyana. The PPP won.", "PPP", "actor:peoples-progressive-party-of-guyana"),
        ("It rained in Syria. The FSA won.", "FSA", "actor:free-syrian-army"),
        ("It rained in London. The FSA fined them.", "FSA", "actor:financial-services-authority"),
    ],
)  # fmt: skip
def test_letters_of_two_actors_name_the_one_of_whose_country_the_story_speaks_or_none(text, short, record):
    assert [m.record.id if m.record else None for m in mentions(text) if m.surface == short] == [record]


@pytest.mark.parametrize(
    ("text", "short", "record"),
    [
        ("The Syrian Democratic Forces (SDF) left. The SDF came.", "SDF", "actor:syrian-democratic-forces"),
        ("The Sudanese Dairy Federation (SDF) met. The SDF left.", "SDF", None),
        ("The Islamic Society (IS) met. Then IS left.", "IS", None),
        ("The Free Aceh Movement (FAM) left. FAM came.", "FAM", "actor:free-aceh-movement"),
    ],
)
def test_what_a_story_explains_an_acronym_by_comes_before_what_the_tables_know_by_it(text, short, record):
    found = [m for m in mentions(text) if m.surface == short]
    assert len(found) == 2
    assert [m.record.id if m.record else None for m in found] == [record, record]
    assert {m.role for m in found} == {Role.SHORT}


@pytest.mark.parametrize("text", ["It rained in Boston.", "He accused Japan.", "It rained in Palmyra.", SENTENCE])
def test_a_score_is_more_than_nothing_at_most_one_and_above_those_of_the_runners_up(text):
    for mention in mentions(text):
        assert 0 < mention.score <= 1
        assert all(0 <= other.score <= mention.score and other.why_not for other in mention.alternatives)


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        ("They live in Reading.", "Then came Reading."),
        ("It rained in Madison, Wis.", "It rained in Madison."),
        ("The town of Madison was quiet.", "A man saw Madison."),
        ("Syria burned. Palmyra and Homs fell.", "Palmyra fell."),
        ("It rained in Lima.", "It rained in Salem."),
    ],
)
def test_stronger_evidence_gives_a_higher_score(surer, less_sure):
    name = next(word for word in ("Reading", "Madison", "Palmyra", "Lima", "Salem") if word in surer)
    other = name if name in less_sure else "Salem"
    scores = [m.score for m in mentions(surer) if m.surface == name]
    weaker = [m.score for m in mentions(less_sure) if m.surface == other]
    assert scores[0] > (weaker[0] if weaker else 0)


def test_a_rule_may_be_of_a_name_written_small(made):
    (mention,) = mentions("It rained where rebels met.", made(rules=("means,rebels,actor:free-syrian-army,",)))
    assert mention.surface == "rebels"
    assert mention.record is not None
    assert mention.record.id == "actor:free-syrian-army"


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Rain fell in Lima.\n\nReuter", []),
        ("Rain fell in Lima.\n\n REUTER \n", []),
        ("Rain fell in Lima.\n\n(Reuters)", []),
        ("Rain fell in Lima. (Reuters)", []),
        ("Reuters", []),
        ("LIMA, March 3 (Reuters) - Rain fell.", []),
        ("LIMA (Reuters) — Rain fell.", []),
        ("Rain fell in Lima, said Reuters", ["Reuters"]),
        ("Shares of Reuters rose.\n\nReuter", ["Reuters"]),
        ("Rain fell in Lima.\n\nReuters said more would follow.", ["Reuters"]),
        ("An agency (Reuters) - the oldest - said so.", ["Reuters"]),
        ("Rain fell in Lima.\n\nHezbollah", ["Hezbollah"]),
    ],
)
def test_a_medium_that_signs_a_text_is_named_and_no_tag(text, tags):
    found = [m for m in mentions(text) if m.kind is Kind.ACTOR and m.record]
    assert found
    assert [m.surface for m in found if m.makes_tag] == tags


def test_what_the_archive_decided_a_name_means_is_tagged_where_it_signs_too(made):
    own = made(actors=("actor:own,media,The Coast Wire,,,,,,,,,",), rules=("means,Reuter,actor:own,",))
    assert [m.makes_tag for m in mentions("Rain fell.\n\nReuter", own)] == [True]


def test_where_an_organisation_sits_is_found_and_makes_no_tag(made):
    text = "The Britain-based Observatory counted the dead in Aleppo. Britain condemned the strike in Britain."
    found = [(m.surface, m.makes_tag) for m in mentions(text, made()) if m.role is Role.LITERAL]
    assert found == [("Britain", False), ("Aleppo", True), ("Britain", True)]
    assert [
        m.makes_tag for m in mentions("A Britain-based charity.", made(rules=("means,Britain,geonames:2635167,",)))
    ] == [True]
