"""Toponyms: which words of a text are the name of a place, and what stands around them tells of it."""

from __future__ import annotations

import pytest

from dateline.authority import load_authority
from dateline.records import Kind, Mention, Role
from dateline.tagging import find_mentions

AUTHORITY = load_authority(None)[0]
OF_TABLES = {"name of a state", "name in Dateline’s table of places"}


def place_mentions(text: str, title: str = "") -> list[Mention]:
    return [mention for mention in find_mentions(title, text, AUTHORITY) if mention.kind is Kind.PLACE]


def named(text: str) -> list[tuple[str, str | None]]:
    """The places of a text as such, each with the label of its record."""
    return [(m.surface, m.record.label if m.record else None) for m in place_mentions(text) if m.role is Role.LITERAL]


def surfaces(text: str) -> list[str]:
    return [surface for surface, _ in named(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met in Paris, Texas, in May.", [("Paris", "Paris (Texas)"), ("Texas", "Texas")]),
        ("They met in Paris (Texas) in May.", [("Paris", "Paris (Texas)"), ("Texas", "Texas")]),
        ("They met in Paris,\nTexas, in May.", [("Paris", "Paris (Texas)"), ("Texas", "Texas")]),
        ("They met in Athens, Ga., in May.", [("Athens", "Athens (Georgia)"), ("Ga.", "Georgia (United States)")]),
        ("It rained in Athens, Georgia.", [("Athens", "Athens (Georgia)"), ("Georgia", "Georgia (United States)")]),
        ("It rained in Athens, Ohio.", [("Athens", "Athens (Ohio)"), ("Ohio", "Ohio")]),
        ("It rained in Athens, Greece.", [("Athens", "Athens"), ("Greece", "Greece")]),
        ("It rained in Moscow, Idaho.", [("Moscow", "Moscow (Idaho)"), ("Idaho", "Idaho")]),
        ("It rained in London, Ontario.", [("London", "London (Ontario)"), ("Ontario", "Ontario")]),
        ("It rained in Cambridge, Mass.", [("Cambridge", "Cambridge (Massachusetts)"), ("Mass.", "Massachusetts")]),
        ("It rained in Melbourne, Fla.", [("Melbourne", "Melbourne (Florida)"), ("Fla.", "Florida")]),
        ("It rained in Charleston, W.Va., and left.", [("Charleston", "Charleston"), ("W.Va.", "West Virginia")]),
        ("It rained in Charleston, S. C., and left.",
         [("Charleston", "Charleston (South Carolina)"), ("S. C.", "South Carolina")]),
        ("It rained in Beckley, W. Va., in May.", [("Beckley", "Beckley"), ("W. Va.", "West Virginia")]),
        ("It rained in St. Louis, Mo.", [("St. Louis", "St. Louis (Missouri)"), ("Mo.", "Missouri")]),
        ("It rained in Mt. Vernon, Ill.", [("Mt. Vernon", "Mount Vernon (Illinois)"), ("Ill.", "Illinois")]),
        ("It rained in Vancouver, B.C.", [("Vancouver", "Vancouver"), ("B.C.", "British Columbia")]),
        ("It rained in Hyderabad, Pakistan.", [("Hyderabad", "Hyderabad (Pakistan)"), ("Pakistan", "Pakistan")]),
        ("It rained in Tripoli, Lebanon.", [("Tripoli", "Tripoli (Lebanon)"), ("Lebanon", "Lebanon")]),
        ("They left New York, N.Y., in May.", [("New York", "New York"), ("N.Y.", "New York (state)")]),
        ("They left New York, New York, in May.", [("New York", "New York"), ("New York", "New York (state)")]),
        ("Lebanon, Pa., and Lebanon, Ohio, are far.",
         [("Lebanon", "Lebanon (Pennsylvania)"), ("Pa.", "Pennsylvania"), ("Lebanon", "Lebanon (Ohio)"),
          ("Ohio", "Ohio")]),
        ("From Portland, Ore., to Portland, Maine.",
         [("Portland", "Portland"), ("Ore.", "Oregon"), ("Portland", "Portland (Maine)"), ("Maine", "Maine")]),
    ],
)  # fmt: skip
def test_the_state_after_a_town_tells_which_town_is_meant(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "They met in Washington, D.C., in May.",
        "They met in Washington, DC, in May.",
        "They met in Washington D.C. in May.",
        "They met in Washington DC in May.",
        "They met in Washington,\nD.C., in May.",
        "WASHINGTON, D.C. (AP) — It rained.",
        "Washington, D.C.’s mayor left.",
        "It was a Washington, D.C.-based firm.",
    ],
)
def test_washington_dc_is_one_name_and_a_city(text):
    (mention,) = place_mentions(text)
    assert mention.surface.upper().replace("\n", " ") in text.upper().replace("\n", " ")
    assert mention.surface.upper().rstrip(".").endswith(("DC", "D.C"))
    assert mention.record
    assert mention.record.id == "geonames:4140963"


def test_a_town_that_no_state_of_that_name_has_is_not_taken_for_another():
    (town, state) = named("It rained in Aleppo, Kan., in May.")
    assert (town, state) == (("Aleppo", None), ("Kan.", "Kansas"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fighting raged in Homs, Hama and Idlib.", ["Homs", "Hama", "Idlib"]),
        ("Fighting raged in Homs, Hama, and Idlib.", ["Homs", "Hama", "Idlib"]),
        ("They flew to Lima, Quito or Bogotá.", ["Lima", "Quito", "Bogotá"]),
        ("They flew to Geneva, Washington and Moscow.", ["Geneva", "Washington", "Moscow"]),
    ],
)
def test_a_list_names_each_of_its_places(text, expected):
    found = named(text)
    assert [surface for surface, _ in found] == expected
    assert [label for _, label in found] == expected  # none is taken to lie in the next


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Homs’s old city burned.", ["Homs"]),
        ("Homs' old city burned.", ["Homs"]),
        ("The crowd filled Paris’ streets.", ["Paris"]),
        ("Syria’s Homs burned.", ["Syria", "Homs"]),
        ("Los Angeles’s mayor left.", ["Los Angeles"]),
        ("King William’s Town was quiet.", ["King William’s Town"]),
        ("They met in St. John’s, Newfoundland.", ["St. John’s", "Newfoundland"]),
        ("The Queen’s speech was long.", []),
        ("We’re done, and so is Homs.", ["Homs"]),
    ],
)
def test_a_possessive_stays_outside_a_name_unless_it_is_part_of_it(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FIVE KILLED IN HOMS SHELLING", ["HOMS"]),
        ("TROOPS ENTER ALEPPO", ["ALEPPO"]),
        ("PRESIDENTS MEET IN PARIS TODAY", ["PARIS"]),
        ("NICE WEATHER AHEAD FOR ALL", []),
        ("POLICE ARREST TWO OF THE SAME GANG", []),
        ("US STOCKS FELL FOR THE FIFTH DAY", []),
    ],
)
def test_a_headline_in_capitals_names_places_and_no_common_word(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "surface", "label"),
    [
        ("It rained in New\nYork today.", "New\nYork", "New York"),
        ("It rained in Buenos\nAires today.", "Buenos\nAires", "Buenos Aires"),
        ("It rained in Deir\nez-Zor today.", "Deir\nez-Zor", "Deir Ezzor"),
        ("It rained in Port-\nau-Prince today.", None, None),  # a parted word is not put together
        ("It rained in Buenos\n\nAires today.", None, None),
    ],
)
def test_a_name_goes_on_over_the_end_of_a_line_but_not_of_a_paragraph(text, surface, label):
    assert named(text) == ([(surface, label)] if surface else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Paris-based firm left.", ["Paris"]),
        ("The Damascus-Aleppo highway was cut.", ["Damascus", "Aleppo"]),
        ("He flew London–Paris.", ["London", "Paris"]),
        ("It rained in Stoke-on-Trent.", ["Stoke-on-Trent"]),
        ("It rained in Stoke on Trent.", ["Stoke on Trent"]),
        ("It rained in Port-au-Prince.", ["Port-au-Prince"]),
        ("It rained in Guinea-Bissau.", ["Guinea-Bissau"]),
        ("It rained in Baden-Baden.", ["Baden-Baden"]),
        ("It rained in Aix en Provence.", ["Aix en Provence"]),
    ],
)
def test_hyphens_join_a_name_or_part_two(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("Syrias largest city burned.", "Syria"),
        ("They left Turkeys largest city.", "Turkey"),
        ("Aleppos old city burned.", "Aleppo"),
    ],
)
def test_in_a_text_that_lost_its_apostrophes_a_possessive_is_still_told(text, surface):
    assert surfaces(text) == [surface]


@pytest.mark.parametrize("text", ["Aleppos old city burned, and it’s raining.", "They met the Hamas leaders there."])
def test_where_apostrophes_are_written_an_s_belongs_to_the_name(text):
    assert surfaces(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("READING, Pa. (AP) — A man left.", [("READING", "Reading (Pennsylvania)"), ("Pa.", "Pennsylvania")]),
        ("NICE, France — Rain fell.", [("NICE", "Nice"), ("France", "France")]),
        ("BEIRUT (Reuters) - Rain fell.", [("BEIRUT", "Beirut")]),
        ("HOMS, Syria — Rain fell.", [("HOMS", "Homs"), ("Syria", "Syria")]),
        ("LONDON/PARIS, March 3 - Rain fell.", [("LONDON", "London"), ("PARIS", "Paris")]),
        ("Rain fell.\n\nLIMA, March 3 - Rain fell.", [("LIMA", "Lima")]),
    ],
)
def test_a_dateline_names_its_place(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reading is fun.", []),
        ("They heard that Reading is fun.", []),
        ("Nice people came. Of course it rained. The Same happened.", []),
        ("March was cold, and April too.", []),
        ("Mobile phones rang. Hope faded. Many were Home by May.", []),
        ("Police in Mobile, Alabama, said so.", [("Mobile", "Mobile"), ("Alabama", "Alabama")]),
        ("He lives in Reading.", [("Reading", "Reading")]),
        ("The town of Nice was quiet.", [("Nice", "Nice")]),
        ("They met in Same, Tanzania.", [("Same", "Same"), ("Tanzania", "Tanzania")]),
        ("They met in Of, Turkey.", [("Of", "Of"), ("Turkey", "Turkey")]),
        ("He went to Hope, Arkansas.", [("Hope", "Hope"), ("Arkansas", "Arkansas")]),
        ("He took a bath in Bath.", [("Bath", "Bath")]),
        ("In Orange, N.J., it rained.", [("Orange", "Orange (New Jersey)"), ("N.J.", "New Jersey")]),
        ("It cost US$300 and 400 Lima beans.", []),
    ],
)
def test_a_common_word_is_a_town_only_where_the_text_says_so(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They heard Paris Hilton and Jack London.", []),
        ("Mr. Washington and Ms. Austin sued Gen. Houston.", []),
        ("Denzel Washington met Abraham Lincoln’s heir.", []),
        ("Sydney Pollack filmed Chelsea Clinton.", []),
        ("Kim Jackson of Jackson, Miss., won.", ["Jackson", "Miss."]),
        ("George Washington slept in Washington.", ["Washington"]),
        ("It rained in Lincoln, Nebraska.", ["Lincoln", "Nebraska"]),
        ("It rained in Houston and San Francisco.", ["Houston", "San Francisco"]),
    ],
)
def test_persons_named_for_cities_are_no_places_and_cities_named_for_persons_are(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "actor", "place"),
    [
        ("The Bank of Lebanon closed.", "Bank of Lebanon", "Lebanon"),
        ("The Kentucky State Police came.", "Kentucky State Police", "Kentucky"),
        ("The University of Texas won.", "University of Texas", "Texas"),
        ("They saw the Chicago Bulls win.", "Chicago Bulls", "Chicago"),
        ("The London Stock Exchange fell.", "London Stock Exchange", "London"),
        ("They praised the Bank of England.", "Bank of England", "England"),
    ],
)
def test_a_place_within_an_organisation_is_embedded_there_and_makes_no_tag(text, actor, place):
    mentions = find_mentions("", text, AUTHORITY)
    assert [m.surface for m in mentions if m.kind is Kind.ACTOR and m.role is Role.NAME] == [actor]
    assert [(m.surface, m.role) for m in mentions if m.kind is Kind.PLACE] == [(place, Role.EMBEDDED)]
    assert not any(m.makes_tag for m in mentions if m.kind is Kind.PLACE)


@pytest.mark.parametrize(
    "text",
    [
        "They drove on Lincoln Avenue.",
        "He lives at 12 Paris Street, near Geneva Road.",
        "They met at Lexington Ave. in May.",
        "They took Houston Boulevard.",
    ],
)
def test_a_street_is_no_town(text):
    assert surfaces(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They live in Montgomery County, Maryland.",
         [("Montgomery County", "Montgomery County"), ("Maryland", "Maryland")]),
        ("It rained in Orleans Parish.", [("Orleans Parish", "Orleans Parish")]),
        ("It rained in Lamar, Fannin and Hunt counties.",
         [("Lamar", "Lamar County"), ("Fannin", "Fannin County"), ("Hunt", "Hunt County")]),
        ("In Lamar and Hunt counties it rained.", [("Lamar", "Lamar County"), ("Hunt", "Hunt County")]),
        ("Fighting raged in Homs and Hama provinces.", [("Homs", "Homs Province"), ("Hama", "Hama Province")]),
        ("The province of Aleppo was shelled.", [("Aleppo", "Aleppo Province")]),
        ("The city of Aleppo was shelled.", [("Aleppo", "Aleppo")]),
        ("Idlib province was shelled.", [("Idlib province", "Idlib Province")]),
        ("Troops left rural Damascus.", [("Damascus", "Damascus (province)")]),
        ("She is a senator from New York.", [("New York", "New York (state)")]),
        ("The New York governor spoke.", [("New York", "New York (state)")]),
        ("The governor of Washington resigned.", [("Washington", "Washington (state)")]),
    ],
)  # fmt: skip
def test_the_words_around_tell_a_province_from_its_town(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "surface", "type_"),
    [
        ("They crossed the Tigris.", "Tigris", "water"),
        ("They crossed the Sabine River.", "Sabine River", "water"),  # in no table
        ("They sailed past Zorro Island.", "Zorro Island", "land"),
        ("Lake Michigan froze.", "Lake Michigan", "water"),
        ("Mount Hood erupted.", "Mount Hood", "land"),
        ("They fled to Qorv County.", "Qorv County", "region"),
    ],
)
def test_a_river_an_island_or_a_county_is_found_by_what_it_is(text, surface, type_):
    assert [(m.surface, m.type) for m in place_mentions(text)] == [(surface, type_)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The village of Ghareebeh was shelled.", ["Ghareebeh"]),
        ("They shelled Ghareebeh village.", ["Ghareebeh"]),
        ("They took the town of Um Sharshuh.", ["Um Sharshuh"]),
        ("Forces entered Kafr Zorab town.", ["Kafr Zorab"]),
        ("They spoke of the village of the damned.", []),
        ("They said the state of Monday was bad.", []),
    ],
)
def test_a_village_that_no_table_has_is_named_and_has_no_record(text, expected):
    assert named(text) == [(surface, None) for surface in expected]
    assert not any(m.makes_tag for m in place_mentions(text))


def test_a_town_that_no_table_has_is_named_before_its_state():
    assert named("It rained in Smallvillia, Kan., in May.") == [("Smallvillia", None), ("Kan.", "Kansas")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained in East Aleppo.", ["Aleppo"]),
        ("Fighting in southern Homs went on.", ["Homs"]),
        ("They left northwestern Syria.", ["Syria"]),
        ("It rained in North Carolina.", ["North Carolina"]),
        ("It rained in South Korea.", ["South Korea"]),
        ("It rained in Western Australia.", ["Western Australia"]),
        ("It rained in West Berlin.", ["West Berlin"]),
        ("It rained in the West.", []),
        ("Eastern Ghouta was shelled.", ["Eastern Ghouta"]),
    ],
)
def test_a_point_of_the_compass_is_part_of_a_name_only_where_it_makes_another(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    "spelling",
    [
        "Deir Ezzor", "Deir ez-Zor", "Deir-ez-Zor", "Deir ez Zor", "Deir Ez Zour", "Deir al-Zour", "Deir el-Zor",
        "Deir Azzour", "Deir-Ezzour", "Der Ezzor", "Deirezzor", "Deir Alzour", "Dayr az-Zawr", "DEIR EZZOR",
    ],
)  # fmt: skip
def test_however_deir_ezzor_is_spelled_it_is_one_record(spelling):
    (mention,) = place_mentions(f"They fought in {spelling} for years.")
    assert mention.record
    assert (mention.surface, mention.record.id) == (spelling, "geonames:170794")


@pytest.mark.parametrize(
    ("text", "surface", "id_"),
    [
        ("Texans voted.", "Texans", "geonames:4736286"),
        ("They met two Parisians.", "Parisians", "geonames:2988507"),
        ("They met a Chechen.", "Chechen", "geonames:569665"),
        ("Bavarian beer sold well.", "Bavarian", "geonames:2951839"),
        ("European leaders met.", "European", "geonames:6255148"),
        ("West German industry fell.", "West German", "place:west-germany"),
        ("They met two Peruvians.", "Peruvians", "geonames:3932488"),
    ],
)
def test_the_people_of_a_region_or_city_are_a_demonym_of_it(text, surface, id_):
    (mention,) = place_mentions(text)
    assert mention.record
    assert (mention.surface, mention.role, mention.record.id) == (surface, Role.DEMONYM, id_)


@pytest.mark.parametrize(
    "text",
    [
        "It rained in Boston.",
        "It rained in Clinton.",
        "It rained in Athens, Ga.",
        "The village of Ghareebeh fell.",
        "It rained in Syria and in Palmyra, Illinois.",
    ],
)
def test_each_mention_tells_by_which_rule_and_of_a_gazetteers_place_no_table(text):
    for mention in place_mentions(text):
        assert mention.rule
        listed = mention.record and mention.record.id in AUTHORITY.records
        assert listed or mention.rule not in OF_TABLES
