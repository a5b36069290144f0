"""Organisations that no table lists, the acronyms that a story explains, and short forms."""

from __future__ import annotations

import csv
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.authority import load_authority
from dateline.authority.rows import ACTOR_TYPES
from dateline.records import Kind, Record, RecordId, Role
from dateline.tagging.coreference import find_acronyms, find_short_forms
from dateline.tagging.organisation_words import load_organisation_words
from dateline.tagging.organisations import find_organisations
from dateline.tagging.passage import Passage, Reading, read_passage

AUTHORITY = load_authority(None)[0]
WORDS = load_organisation_words()
DATA = REPOSITORY / "plugins" / "dateline" / "data" / "organisation_words.csv"
ROWS = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))
PARTS = {
    "head", "end", "weak", "start", "suffix", "lead", "team", "club", "phrase", "none", "land", "event", "matter",
    "owner", "stop", "title", "rank", "verb", "initials", "small", "creed",
}  # fmt: skip
TYPED = {"head", "end", "weak", "start", "suffix", "lead", "team", "club", "phrase", "small"}


# A short sentence full of names would pass for a headline.
SMALL = " It was said that nothing else worth telling happened there during that same quiet week."


def passages(text: str, title: str = "") -> list[Passage]:
    lexicons = AUTHORITY.lexicons
    text += "" if text.isupper() else SMALL
    return [read_passage("title", title, AUTHORITY, lexicons), read_passage("text", text, AUTHORITY, lexicons)]


def surface(reading: Reading, text: str, title: str = "") -> str:
    return (title if reading.field == "title" else text)[reading.start : reading.end]


def organisations(text: str, title: str = "") -> list[str]:
    """The surfaces of the organisations of a story, bare acronyms apart."""
    readings = find_organisations(passages(text, title), WORDS)
    return [surface(reading, text, title) for reading in readings if reading.rule != "acronym"]


def types(text: str) -> dict[str, str]:
    return {surface(reading, text): reading.type for reading in find_organisations(passages(text), WORDS)}


def short_forms(text: str) -> list[tuple[str, str]]:
    """The short forms of a text, each with the name that it stands for."""
    named = find_organisations(passages(text), WORDS)
    found = find_short_forms(passages(text), named, WORDS)
    return [(surface(reading, text), reading.stands_for) for reading in found]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['word']} ({row['part']})")
def test_a_row_of_the_words_has_a_known_part_and_the_type_that_it_needs(row):
    assert row["part"] in PARTS
    assert row["word"] == " ".join(row["word"].split()) != ""
    assert row["type"] in ACTOR_TYPES if row["part"] in TYPED else row["type"] == ""


def test_the_words_are_sorted_and_stand_once_in_each_part():
    keys = [(row["word"], row["part"]) for row in ROWS]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He called the Kentucky State Police on Monday.", ["Kentucky State Police"]),
        ("She works for the Paris Police Department in Texas.", ["Paris Police Department"]),
        ("A deputy of the Lamar County Sheriff’s Office was hurt.", ["Lamar County Sheriff’s Office"]),
        ("He went to Boston College in 1990.", ["Boston College"]),
        ("It was told to the Houston Chronicle by him.", ["Houston Chronicle"]),
        ("Fighters of the Al Furqan Brigade fled.", ["Al Furqan Brigade"]),
        ("Fighters of the Southern Front and the Levant Front met.", ["Southern Front", "Levant Front"]),
        ("Men of the Sultan Murad Division fled.", ["Sultan Murad Division"]),
        ("He was taken to St. Mary’s Hospital.", ["St. Mary’s Hospital"]),
        ("She sang at the First Baptist Church.", ["First Baptist Church"]),
        ("He left Paris High School early.", ["Paris High School"]),
        ("She teaches at Texas A&M University now.", ["Texas A&M University"]),
        ("Much is kept in the Smithson Museum today.", ["Smithson Museum"]),
        ("They belong to the Ba’ath Party of old.", ["Ba’ath Party"]),
        ("The Omar bin al-Khattab Brigade fought.", ["Omar bin al-Khattab Brigade"]),
        ("Men of the al-Nusra Front fled.", ["al-Nusra Front"]),
        ("The U.S. Food and Drug Administration agreed.", ["U.S. Food and Drug Administration"]),
        ("A man of the 4th Armoured Division fell.", ["4th Armoured Division"]),
        ("The Paris Independent School District met.", ["Paris Independent School District"]),
        ("Men of the Kurdistan Workers’ Party fled.", ["Kurdistan Workers’ Party"]),
        ("He left the US Forest Service last year.", ["US Forest Service"]),
        ("He joined the Five Star Movement; Five Navy men came.", ["Five Star Movement"]),
        ("Men of the Deir ez-Zor Military Council fled.", ["Deir ez-Zor Military Council"]),
        ("Syrias Health Ministry said so.", ["Health Ministry"]),  # an archive that lost its apostrophes
        ("The anti-Assad Syrian Observatory for Human Rights said.", ["Syrian Observatory for Human Rights"]),
    ],
)
def test_a_noun_ends_the_name_of_what_it_says(text, names):
    assert organisations(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He spoke at the University of Texas today.", ["University of Texas"]),
        ("The Bank of England Governor resigned.", ["Bank of England"]),
        ("The Ministry of Health and Population said.", ["Ministry of Health and Population"]),
        ("The Ministry of Defence and Moscow disagree.", ["Ministry of Defence"]),
        ("The Movement for Democratic Change won.", ["Movement for Democratic Change"]),
        ("The Army of Conquest attacked.", ["Army of Conquest"]),
        ("The Popular Front for the Liberation of Palestine said.", ["Popular Front for the Liberation of Palestine"]),
        ("The Bureau of Alcohol, Tobacco, Firearms and Explosives came.",
         ["Bureau of Alcohol, Tobacco, Firearms and Explosives"]),
        ("The Committee to Protect Journalists objected.", ["Committee to Protect Journalists"]),
        ("The House Select Committee on Benghazi met.", ["House Select Committee on Benghazi"]),
        ("A Center for Women’s Health opened.", ["Center for Women’s Health"]),
        ("The Parliament of the United Kingdom met.", ["Parliament of the United Kingdom"]),
        ("He rose in the Senate against Ted Cruz.", ["Senate"]),
        ("The 5th Legion of the Syrian army left.", ["5th Legion"]),
        ("The Communist Party of the Philippines spoke.", ["Communist Party of the Philippines"]),
        ("The Ministry of Health of the Syrian government spoke.", ["Ministry of Health"]),
        ("The office of Smith was shut.", []),
        ("The Department Monday said nothing.", []),
    ],
)  # fmt: skip
def test_of_and_for_lead_from_a_noun_to_the_rest_of_its_name(text, names):
    assert organisations(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Fighters of Jaysh al-Islam left.", ["Jaysh al-Islam"]),
        ("Fighters of Jabhat Fateh al-Sham left.", ["Jabhat Fateh al-Sham"]),
        ("Fighters of Kata’ib Hezbollah left.", ["Kata’ib Hezbollah"]),
        ("Fighters of Lashkar-e-Taiba left.", ["Lashkar-e-Taiba"]),
        ("Fighters of Faylaq al-Rahman left.", ["Faylaq al-Rahman"]),
        ("Loans of Banco do Brasil fell.", ["Banco do Brasil"]),
        ("The Institut National de Recherche Biomédicale said.", ["Institut National de Recherche Biomédicale"]),
        ("They were at Radio Hall of late.", []),
    ],
)
def test_names_of_other_languages_begin_with_their_noun(text, names):
    assert organisations(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Shares of Lamar Advertising Co rose.", ["Lamar Advertising Co"]),
        ("Shares of Chrysler Corp rose.", ["Chrysler Corp"]),
        ("Shares of Morgan Stanley & Co rose.", ["Morgan Stanley & Co"]),
        ("Shares of ABC Holdings Ltd rose.", ["ABC Holdings Ltd"]),
        ("Shares of McDonald’s Corp rose.", ["McDonald’s Corp"]),
        ("Shares of Adams and Porter Inc rose.", ["Adams and Porter Inc"]),
        ("Shares of Cargill Inc and Porter Inc rose.", ["Cargill Inc", "Porter Inc"]),
        ("Goods of Goldman, Sachs and Co rose.", ["Goldman, Sachs and Co"]),
        ("Shares of Time, Inc. rose.", ["Time, Inc"]),
        ("Shares of the Aluminum Co of America rose.", ["Aluminum Co of America"]),
        ("Shares of Toyo Menka Kaisha Co Ltd rose.", ["Toyo Menka Kaisha Co Ltd"]),
        ("Shares of BankAmerica <BAC> rose.", ["BankAmerica"]),
        ("Shares of Imperial Chemical\nIndustries Plc rose.", ["Imperial Chemical\nIndustries Plc"]),
    ],
)
def test_a_legal_form_or_a_ticker_makes_a_company(text, names):
    assert organisations(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He called Durham police on Monday.", ["Durham police"]),
        ("Durham police came on Monday.", ["Durham police"]),
        ("He asked the Latah County commissioners.", ["Latah County commissioners"]),
        ("He asked the Paris city council to vote.", ["Paris city council"]),
        ("Riot police came, and Turkish police, and Kurdish police.", []),
        ("He asked the police. Later police came.", []),
    ],
)
def test_a_name_and_a_small_noun_may_make_an_organisation(text, names):
    assert organisations(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Last year the Dallas Cowboys won.", ["Dallas Cowboys"]),
        ("Last year the Tampa Bay Rays won.", ["Tampa Bay Rays"]),
        ("Last year Manchester United won.", ["Manchester United"]),
        ("Last year Real Madrid beat FC Barcelona.", ["Real Madrid", "FC Barcelona"]),
        ("Last year the Paris Wildcats won.", ["Paris Wildcats"]),
        ("Last year the Boston Red Sox won.", ["Boston Red Sox"]),
        ("Last year the Red Sox won in the Rockies.", ["Red Sox"]),
        ("Republican Senators won, and American Indians.", []),
        ("He flew to New York City.", []),  # York City is a club
    ],
)
def test_teams_are_organisations(text, names):
    assert organisations(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "He lives in Lamar County near Red River.",
        "They met in Church Street.",
        "They met in Parliament Square.",
        "They met at Union Station.",
        "They flew from the Hmeimim Air Base.",
        "They fought in the West Bank.",
        "He fled the Soviet Union.",
        "He drove to Mexico City and Salt Lake City.",
        "The Food and Drug Administration Act passed.",
        "The army said that police and a bank were attacked.",
        "He won the World Cup.",
        "They crossed the Golden Gate Bridge.",
    ],
)
def test_places_and_things_are_no_organisations(text):
    assert organisations(text) == []


@pytest.mark.parametrize(
    ("text", "title", "names"),
    [
        ("He told the Nusra Front so.", "Nusra Front Attacks City Council In Homs", ["Nusra Front", "Nusra Front"]),
        ("It rained.", "City Votes To Close Paris High School After Storm", []),
        ("He heads Ceco Corp today.", "CECO CORP BUYS NOTES", ["CECO CORP", "Ceco Corp"]),
        ("He heads Chrysler Corp today.", "MAY DOWNGRADE CHRYSLER <C>", ["CHRYSLER", "Chrysler Corp"]),
    ],
)
def test_a_headline_names_what_the_text_names_or_a_company_by_its_form(text, title, names):
    assert organisations(text, title) == names


@pytest.mark.parametrize(
    ("text", "name", "type_"),
    [
        ("The Paris Police came.", "Paris Police", "force"),
        ("The Labour Party won.", "Labour Party", "party"),
        ("The State Department spoke.", "State Department", "government"),
        ("The Houston Chronicle wrote.", "Houston Chronicle", "media"),
        ("The Levant Front fled.", "Levant Front", "group"),
        ("He left Turkish Airlines.", "Turkish Airlines", "company"),
        ("He left Howard University.", "Howard University", "organisation"),
        ("The Free Idlib Army (FIA) fled.", "FIA", "force"),
    ],
)
def test_the_noun_decides_the_type(text, name, type_):
    assert types(text)[name] == type_


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The Syrian Democratic Forces (SDF) won.", "SDF", "Syrian Democratic Forces"),
        ("The SDF (Syrian Democratic Forces) won.", "SDF", "Syrian Democratic Forces"),
        ("The Syrian Observatory for Human Rights (SOHR) said.", "SOHR", "Syrian Observatory for Human Rights"),
        ("Shares of General Motors Corp <GM> rose.", "GM", "General Motors Corp"),
        ("Doctors of Médecins Sans Frontières (MSF) said.", "MSF", "Médecins Sans Frontières"),
        ("The California Department of Corrections (CDC) said.", "CDC", "California Department of Corrections"),
    ],
)
def test_an_acronym_in_brackets_stands_for_the_name_beside_it(text, short, long):
    field, start, end = find_acronyms(passages(text), WORDS)[short]
    assert (field, text[start:end]) == ("text", long)


@pytest.mark.parametrize(
    "text",
    [
        "An improvised explosive device (IED) went off.",
        "Sen. John McCain (R-AZ) spoke.",
        "The ministry (MOD) spoke.",
        "He told Reuters (RTR) so.",
        "A man of Homs (SDF) spoke.",
    ],
)
def test_brackets_that_explain_no_name_make_no_acronym(text):
    assert find_acronyms(passages(text), WORDS) == {}


def test_an_acronym_that_the_story_explains_is_short_for_its_long_form_everywhere():
    text = "The Idlib Relief Board (IRB) met. IRB said so; the IRB left."
    title = "IRB meets"
    readings = [one for one in find_organisations(passages(text, title), WORDS) if one.role is Role.SHORT]
    assert [surface(one, text, title) for one in readings] == ["IRB"] * 4
    assert {one.stands_for for one in readings} == {"Idlib Relief Board"}


@pytest.mark.parametrize(
    ("text", "acronyms"),
    [
        ("He told TRT and the ODESC so.", ["TRT", "ODESC"]),
        ("Shares of PG&E fell.", ["PG&E"]),
        ("UNESCO said so.", ["UNESCO"]),
        ("The CEO saw the US GDP on TV at 9 GMT.", []),
        ("THE TRT SAID SO.", []),
        ("In World War II he had an AK-47 and a BTR-80.", []),
        ("He said NEVER again.", []),
        ("He came from NEW YORK to us.", []),
    ],
)
def test_a_bare_acronym_is_a_doubtful_organisation(text, acronyms):
    readings = [one for one in find_organisations(passages(text), WORDS) if one.rule == "acronym"]
    assert [surface(one, text) for one in readings] == acronyms
    assert all(one.weight < 0.45 and one.type == "organisation" for one in readings)


@pytest.mark.parametrize(
    ("text", "shorts"),
    [
        ("Men of the 5th Legion came. Then the Legion left.", [("Legion", "5th Legion")]),
        ("The Russian General Staff spoke. Now the General Staff waits.", [("General Staff", "Russian General Staff")]),
        ("The Levant Front left. Only the Front knows.", [("Front", "Levant Front")]),
        ("The Syrian Observatory for Human Rights spoke. Later the Britain-based Observatory left.",
         [("Observatory", "Syrian Observatory for Human Rights")]),
        ("The Ministry of Health and later the Ministry of Defence spoke. Then the Ministry left.",
         [("Ministry", "Ministry of Defence")]),
        ("The Dallas Cowboys won. Then the Cowboys left.", [("Cowboys", "Dallas Cowboys")]),
        ("He led Chrysler Corp. Later Chrysler fell, and so did Chrysler.",
         [("Chrysler", "Chrysler Corp"), ("Chrysler", "Chrysler Corp")]),
        ("He led American Motors Corp. Later American bombs fell.", []),
        ("They saw Burton Group Plc. Burton said it rose. He slept in Burton, and likes Burton.",
         [("Burton", "Burton Group Plc"), ("Burton", "Burton Group Plc")]),
        ("They saw Hollis Tool Works Plc. Hollis Tool said so.", [("Hollis Tool", "Hollis Tool Works Plc")]),
        ("They saw San Diego Gas and Electric Co. They like San Diego.", []),
        ("He saw the Front. Then the Levant Front left.", []),  # nothing was named before
        ("The Levant Front left. Then the Front Street burned.", []),
        ("The Levant Front left. Then the front burned.", []),
    ],
)  # fmt: skip
def test_a_short_form_stands_for_the_nearest_name_before_it(text, shorts):
    assert short_forms(text) == shorts


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ("Levant Front", "Front"),
        ("Russian General Staff", "General Staff"),  # a name by itself too, but one without a record
        ("UN Security Council", "Security Council"),
    ],
)
def test_a_short_form_has_the_records_of_the_name_that_it_stands_for(whole, short):
    text = f"Men of the {whole} left. Then the {short} left."
    record = Record(RecordId("actor:whole"), Kind.ACTOR, "force", whole)
    found = find_organisations(passages(text), WORDS)
    named = [one._replace(records=(record,)) if surface(one, text) == whole else one for one in found]
    (reading,) = find_short_forms(passages(text), named, WORDS)
    assert (surface(reading, text), reading.records, reading.stands_for) == (short, (record,), whole)
    assert (reading.role, reading.type) == (Role.SHORT, "force")


PIECES = """
    the The of for and & ' ’s al- al bin ( ) < > . , - \n \n\n Front Bank Inc Co Ltd Ministry Party Police police Workers
    Legion SDF S.D.F. Jaysh Kata’ib Union Soviet Real Madrid Red Sox Health Rights Syria Syrian Syrias XYZ 5th 12 _ ͺ
""".split(" ")


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map(" ".join), st.text(max_size=20))
def test_any_words_are_read_and_no_two_names_overlap(text, title):
    story = passages(text, title)
    named = find_organisations(story, WORDS)
    for readings in (named, find_short_forms(story, named, WORDS)):
        for field, whole in (("title", title), ("text", text + SMALL)):
            spans = [(one.start, one.end) for one in readings if one.field == field]
            assert all(0 <= start < end <= len(whole) for start, end in spans)
            assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    "piece",
    [
        "the Levant Front (LF) ",
        "A",
        "Bank of ",
        "(",
        "Inc ",
        "X" * 9 + " ",
        "al-",
        "University and ",
        "<AB> ",
        "’s ",
        "Bank. ",
        "It rained. Ab Cd (AC) ",
    ],
)
def test_time_grows_with_the_text_alone(piece):
    def seconds(count: int) -> float:
        """The least time of three on the processor alone, which other work does not lengthen by much."""
        story = passages(piece * count)
        times = []
        for _ in range(3):
            begun = time.process_time()
            find_short_forms(story, find_organisations(story, WORDS), WORDS)
            times.append(time.process_time() - begun)
        return min(times)

    seconds(100)
    assert seconds(16_000) < 12 * max(seconds(4_000), 0.01)
