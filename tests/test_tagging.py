"""Tagging: which words of a story name which place or actor, and by which rule."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import REPOSITORY
from dateline.authority import Authority, compose_office, find_record, load_authority
from dateline.authority.grammar import find_office
from dateline.authority.lexicon import name_key
from dateline.records import Kind, Mention, RecordId, Role
from dateline.tagging import find_mentions, mention_json
from dateline.text import fold_spaces, sentence_span

ARCHIVE = REPOSITORY / "content" / "authority"
AUTHORITY = load_authority(ARCHIVE)[0]
GOLD = REPOSITORY / "tests" / "gold" / "deir-ezzor.csv"


def stories() -> list[tuple[str, str]]:
    """The title and text of the seed's five stories: a line, an empty line and a body for each."""
    source = (REPOSITORY / "content" / "sources" / "deir-ezzor.txt").read_text(encoding="utf-8")
    blocks = [block.split("\n") for block in source.strip().split("\n\n")]
    bodies = ["\n\n".join(fold_spaces(line) for line in block) for block in blocks[2::2]]
    return list(zip([fold_spaces(line) for (line,) in blocks[1::2]], bodies, strict=True))


def found(text: str, *, kind: Kind, role: Role | None = None, authority: Authority = AUTHORITY) -> list[str]:
    """The surfaces of `text`, in its order, that are of a kind and role (of any that tags, by default)."""
    mentions = [mention for mention in find_mentions("", text, authority) if mention.kind is kind]
    return [m.surface for m in mentions if (m.makes_tag if role is None else m.role is role)]


def places(text: str, role: Role | None = None) -> list[str]:
    return found(text, kind=Kind.PLACE, role=role)


def actors(text: str, role: Role | None = None) -> list[str]:
    return found(text, kind=Kind.ACTOR, role=role)


def tags(mentions: Iterable[Mention], kind: Kind) -> set[str]:
    return {m.record.label for m in mentions if m.makes_tag and m.kind is kind and m.record}


def actor_ids(text: str, authority: Authority = AUTHORITY) -> list[str]:
    mentions = find_mentions("", text, authority)
    return [m.record.id for m in mentions if m.makes_tag and m.kind is Kind.ACTOR and m.record]


def with_rules(tmp_path, *rows: str, places: Iterable[str] = ()) -> Authority:
    """The archive's authority with the given rules, and more places."""
    for name in ("places.csv", "actors.csv"):
        (tmp_path / name).write_bytes((ARCHIVE / name).read_bytes())
    with (tmp_path / "places.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{row}\n" for row in places)
    header = "rule,name,record,article,reason,by,on"
    (tmp_path / "rules.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    authority, notices = load_authority(tmp_path)
    assert notices == []
    return authority


def test_the_five_stories_have_exactly_the_marked_mentions():
    with GOLD.open(encoding="utf-8", newline="") as stream:
        marked = [tuple(row) for row in csv.reader(stream)][1:]
    assert [
        (str(number), m.field, str(m.start), str(m.end), m.surface, m.kind, m.role,
         m.record.id if m.record else "", m.rule)
        for number, (title, text) in enumerate(stories(), 1)
        for m in find_mentions(title, text, AUTHORITY)
    ] == marked  # fmt: skip


@pytest.mark.parametrize(
    ("number", "expected_places", "expected_actors"),
    [
        (
            1,
            "Deir Ezzor; Deir Hafer; Raqqa; Middle East",
            "ISIS; Syrian Army; Kurdish militia; Syrian Government",
        ),
        (2, "Palmyra", "Syrian Army; 5th Legion; ISIS"),
        (3, "Mosul; Tigris", "ISIS; Iraqi Army"),
        (4, "Palmyra; Syria; Deir Ezzor", "Syrian Army; Russian General Staff; ISIS"),
        (5, "Al-Bab; Syria", "ISIS; Syrian Army; Turkish Army; Turkey"),
    ],
)
def test_each_of_the_five_stories_carries_its_tags(number, expected_places, expected_actors):
    mentions = find_mentions(*stories()[number - 1], AUTHORITY)
    assert tags(mentions, Kind.PLACE) == set(expected_places.split("; "))
    assert tags(mentions, Kind.ACTOR) == set(expected_actors.split("; "))


def test_unnamed_parties_are_described_in_the_sources_words_and_are_no_tags():
    descriptions = [m for m in find_mentions(*stories()[4], AUTHORITY) if m.role is Role.DESCRIPTION]
    assert [(m.surface, m.record) for m in descriptions] == [
        ("Jihadi sources", None),
        ("Turkey’s Jihadi allies", None),
    ]
    assert not any(m.makes_tag for m in descriptions)


def test_the_kurdish_militia_is_a_record_of_an_unnamed_group():
    (mention,) = [m for m in find_mentions("", "The Kurdish militia advanced.", AUTHORITY) if m.makes_tag]
    assert mention.record is not None
    assert (mention.record.unnamed, mention.type) == (True, "group")


@pytest.mark.parametrize(
    ("text", "surface", "id_", "name", "above"),
    [
        ("Jordanian troops arrived.", "Jordanian troops", "actor:jo/army", "Jordanian Army", ["actor:jo"]),
        ("The Turkish military left.", "Turkish military", "actor:tr/army", "Turkish Army", ["actor:tr"]),
        ("Turkey's army left.", "Turkey's army", "actor:tr/army", "Turkish Army", ["actor:tr"]),
        ("Greece’s army left.", "Greece’s army", "actor:gr/army", "Greek Army", ["actor:gr"]),
        ("The Philippines’ navy left.", "Philippines’ navy", "actor:ph/navy", "Philippine Navy", ["actor:ph"]),
        ("US forces left.", "US forces", "actor:us/army", "US Army", ["actor:us"]),
        ("the U.S. Air Force", "U.S. Air Force", "actor:us/air-force", "US Air Force", ["actor:us"]),
        ("Iraq's ministry of defense", "Iraq's ministry of defense", "actor:iq/defence-ministry",
         "Iraqi Defence Ministry", ["actor:iq"]),
        ("The 7th Brigade left.", "7th Brigade", "actor:7th-brigade", "7th Brigade", []),
        ("The Seventh Brigade left.", "Seventh Brigade", "actor:7th-brigade", "7th Brigade", []),
        ("the 1st Armored Division", "1st Armored Division", "actor:1st-armoured-division",
         "1st Armoured Division", []),
        ("the Twenty-first Corps", "Twenty-first Corps", "actor:21st-corps", "21st Corps", []),
        ("the 112th regiment", "112th regiment", "actor:112th-regiment", "112th Regiment", []),
        ("the Syrian 5th Legion", "Syrian 5th Legion", "actor:sy/army/5th-legion", "5th Legion",
         ["actor:sy/army"]),
        ("the US 6th Fleet", "US 6th Fleet", "actor:us/navy/6th-fleet", "6th Fleet", ["actor:us/navy"]),
    ],
)  # fmt: skip
def test_the_grammar_composes_actors_and_their_records(text, surface, id_, name, above):
    (mention,) = [m for m in find_mentions("", text, AUTHORITY) if m.kind is Kind.ACTOR]
    record = mention.record
    assert record is not None
    assert (mention.surface, record.id, record.preferred, list(record.broader)) == (surface, id_, name, above)
    assert find_record(AUTHORITY, Kind.ACTOR, f"{record.label} [{record.id}]") == record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Syrian army’s 5th Legion left.", ["actor:sy/army", "actor:sy/army/5th-legion"]),
        ("The 5th Legion of the Syrian army left.", ["actor:sy/army/5th-legion", "actor:sy/army"]),
        ("The Syrian government's 5th Legion", ["actor:sy/government", "actor:sy/army/5th-legion"]),
        ("ISIS’ 2nd Battalion", ["actor:isis", "actor:isis/2nd-battalion"]),
        ("The Syrian army watched. The 5th Legion left.", ["actor:sy/army", "actor:5th-legion"]),
        ("The 5th Legion left. The Syrian 5th Legion is new.", ["actor:sy/army/5th-legion"] * 2),
        ("A Syrian 5th Legion, an Iraqi 5th Legion. The 5th Legion won.",
         ["actor:sy/army/5th-legion", "actor:iq/army/5th-legion", "actor:iq/army/5th-legion"]),
    ],
)  # fmt: skip
def test_a_unit_is_part_of_the_force_that_its_story_tells(text, expected):
    assert actor_ids(text) == expected


def test_a_headline_tells_whose_unit_the_text_means():
    mentions = find_mentions("Syrian army’s 5th Legion advances", "The 5th Legion took a hill.", AUTHORITY)
    assert [m.record.id for m in mentions if m.record and "Legion" in m.surface] == ["actor:sy/army/5th-legion"] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Deir Ezzor was shelled.", ["Deir Ezzor"]),
        ("Deir ez-Zor, Deir-Ezzor and Deirezzor", ["Deir ez-Zor", "Deir-Ezzor", "Deirezzor"]),
        ("Deir ez Zor, Dayr az-Zawr, Deir\nEzzor", ["Deir ez Zor", "Dayr az-Zawr", "Deir\nEzzor"]),
        ("DEIR EZZOR SHELLED", ["DEIR EZZOR"]),
        ("Deir\n\nEzzor", []),  # a name does not cross paragraphs
        ("al-Bab, El Bab, Al-Bāb and Albab", ["al-Bab", "El Bab", "Al-Bāb", "Albab"]),
        ("Ar-Raqqah, al-Raqqa, Raqqa", ["Ar-Raqqah", "al-Raqqa", "Raqqa"]),
        ("Raqqan cotton and palmyra leaves", []),  # a longer word; a word in small letters
        ("Deir Ezzorian", []),
        ("Palmyra's ruins, ‘Palmyra’", ["Palmyra", "Palmyra"]),
        ("Fighting in northern Syria.", ["Syria"]),
        ("Its ‘capital’ fell in March and December.", []),
        ("Papua New Guinea", ["Papua New Guinea"]),  # the longest match wins
        ("How I Ran the Marathon", []),  # words are not joined across a space
        ("I RAN HOME", []),
        ("Viet Nam, Vietnam", ["Viet Nam", "Vietnam"]),
        ("St. Lucia and St Lucia", ["St. Lucia", "St Lucia"]),
        ("He fled to Iran. Iraq was near.", ["Iran", "Iraq"]),
        ("Ti\u0301gris", ["Ti\u0301gris"]),  # an accent of its own
        ("a river in\xa0Syria", ["Syria"]),
        ("Türkiye borders Syria", ["Türkiye", "Syria"]),
    ],
)
def test_places_are_found_where_they_are_named(text, expected):
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IS claimed the attack.", ["IS"]),
        ("The war is over. Is it? This Is It", []),
        ("THE WAR IS OVER", []),  # in a line of capitals nobody can tell
        ("ISIS FIGHTERS FLEE", ["ISIS"]),
        ("Daesh, Da’esh, ISIL and Islamic State", ["Daesh", "Da’esh", "ISIL", "Islamic State"]),
        ("an Islamic state", []),
        ("Kurdish militia, Kurdish militias, KURDISH MILITIA",
         ["Kurdish militia", "Kurdish militias", "KURDISH MILITIA"]),
        ("SYRIAN ARMY RETAKES PALMYRA", ["SYRIAN ARMY"]),
        ("syrian army", []),
        ("Syrian. Army", []),
        ("Syrian, army", []),
        ("Syrian\n\nArmy", []),
        ("the Syrian town", []),
        ("Peruvian-government talks", []),
        ("the second division of the cake", []),  # a number in letters wants a capital noun
        ("the 21st century", []),
        ("the 2nd of March", []),
        ("Let us go", []),
    ],
)  # fmt: skip
def test_actors_are_found_where_they_are_named(text, expected):
    assert actors(text) == expected


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("The Syrian army left.", Role.DEMONYM, ["Syrian"]),
        ("Two Syrians and a Turk left.", Role.DEMONYM, ["Syrians", "Turk"]),
        ("A Syrian-made drone", Role.DEMONYM, ["Syrian"]),
        ("Greece’s army left.", Role.EMBEDDED, ["Greece"]),
        ("Islamic State of Iraq and Syria", Role.EMBEDDED, ["Iraq", "Syria"]),
        ("Turkey’s allies left.", Role.METONYM, ["Turkey"]),
        ("Turkey’s economy grew in Syria’s Al-Bab.", Role.LITERAL, ["Turkey", "Syria", "Al-Bab"]),
        ("Turkey said it would stay.", Role.METONYM, ["Turkey"]),
        ("Hope faded. “Russia has also announced a truce.", Role.METONYM, ["Russia"]),
        ("He thinks that Russia agreed.", Role.METONYM, ["Russia"]),
        ("Turkey. Said the king: no.", Role.LITERAL, ["Turkey"]),
        ("A source in Syria said so.", Role.LITERAL, ["Syria"]),
        ("In Al-Bab, Syria, said one.", Role.LITERAL, ["Al-Bab", "Syria"]),
        ("Iran-backed groups", Role.METONYM, ["Iran"]),
        ("An Iran-based firm", Role.LITERAL, ["Iran"]),
    ],
)
def test_the_name_of_a_country_is_read_by_what_it_does(text, role, expected):
    assert places(text, role) == expected


@pytest.mark.parametrize("text", ["Turkey’s allies left.", "Turkey said so.", "A Turkey-backed plan"])
def test_a_country_that_acts_is_the_state(text):
    assert actor_ids(text) == ["actor:tr"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jihadi sources said so.", ["Jihadi sources"]),
        ("Syrian opposition groups met.", ["Syrian opposition groups"]),
        ("Anti-government fighters left.", ["Anti-government fighters"]),
        ("Turkey’s Jihadi allies and its rebels", ["Turkey’s Jihadi allies"]),
        ("Turkish military sources said so.", ["Turkish military sources"]),
        ("Sources said so. The rebel town fell.", []),
        ("Jihadi, sources", []),
    ],
)
def test_an_unnamed_party_is_an_epithet_and_a_noun(text, expected):
    assert actors(text, Role.DESCRIPTION) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Turkish troops left the town.", [("Turkish troops", "actor:tr/army")]),
        ("Turkey's army left the town.", [("Turkey's army", "actor:tr/army")]),
        ("They fled the Turkish military in May.", [("Turkish military", "actor:tr/army")]),
        ("They fled the army of Turkey in May.", [("army of Turkey", "actor:tr/army")]),
        ("They met troops of Turkey in May.", [("troops of Turkey", "actor:tr/army")]),
        ("Turkish soldiers left the town.", [("Turkish soldiers", "actor:tr/army")]),
        ("They fled Turkish ground forces in May.", [("Turkish ground forces", "actor:tr/army")]),
        ("They fled the Turkish armed forces in May.", [("Turkish armed forces", "actor:tr/army")]),
        ("They fled Syrian government forces in May.", [("Syrian government forces", "actor:sy/army")]),
        ("They fled Syrian regime troops in May.", [("Syrian regime troops", "actor:sy/army")]),
        ("They fled the Syrian Arab Army in May.", [("Syrian Arab Army", "actor:sy/army")]),
        ("They met the army of the Netherlands in May.", [("army of the Netherlands", "actor:nl/army")]),
        ("They met the Israel Defense Forces in May.", [("Israel Defense Forces", "actor:il/army")]),
        ("They met the IDF in the town.", [("IDF", "actor:il/army")]),
        ("They met the Afghan National Army in May.", [("Afghan National Army", "actor:af/army")]),
        ("They met Israeli occupation forces in May.", [("Israeli occupation forces", "actor:il/army")]),
        ("They met the People's Liberation Army in May.", [("People's Liberation Army", "actor:cn/army")]),
        ("Russian warplanes hit the town.", [("Russian warplanes", "actor:ru/air-force")]),
        ("They heard Syrian jets in May.", [("Syrian jets", "actor:sy/air-force")]),
        ("They met the British Royal Air Force in May.", [("British Royal Air Force", "actor:gb/air-force")]),
        ("They met the RAF in the town.", [("RAF", "actor:gb/air-force")]),
        ("They met the air force of Peru in May.", [("air force of Peru", "actor:pe/air-force")]),
        ("They met the US Navy in May.", [("US Navy", "actor:us/navy")]),
        ("They met the Peruvian navy in May.", [("Peruvian navy", "actor:pe/navy")]),
        ("They met the Royal Navy in May.", [("Royal Navy", "actor:gb/navy")]),
        ("American warships left the port.", [("American warships", "actor:us/navy")]),
        ("They met U.S. Marines in May.", [("U.S. Marines", "actor:us/marine-corps")]),
        ("They met the U.S. Marine Corps in May.", [("U.S. Marine Corps", "actor:us/marine-corps")]),
        ("They met Turkish special forces in May.", [("Turkish special forces", "actor:tr/special-forces")]),
        ("They met Turkish commandos in May.", [("Turkish commandos", "actor:tr/special-forces")]),
        ("They met Turkish border guards in May.", [("Turkish border guards", "actor:tr/border-guard")]),
        ("They met the Greek coast guard in May.", [("Greek coast guard", "actor:gr/coast-guard")]),
        (
            "They met the Nigerian presidential guard in May.",
            [("Nigerian presidential guard", "actor:ng/presidential-guard")],
        ),
        ("They met Turkish gendarmes in May.", [("Turkish gendarmes", "actor:tr/gendarmerie")]),
        ("They met Iraqi security forces in May.", [("Iraqi security forces", "actor:iq/security-forces")]),
        ("They met the ISF in the town.", [("ISF", "actor:iq/security-forces")]),
        ("They met Lebanese security forces in May.", [("Lebanese security forces", "actor:lb/security-forces")]),
        (
            "They met the Iraqi Counter-Terrorism Service in May.",
            [("Iraqi Counter-Terrorism Service", "actor:iq/counter-terrorism-service")],
        ),
        (
            "They met Tunisian anti-terrorism forces in May.",
            [("Tunisian anti-terrorism forces", "actor:tn/counter-terrorism-service")],
        ),
        ("They met French riot police in May.", [("French riot police", "actor:fr/police")]),
        ("They met the police of Peru in May.", [("police of Peru", "actor:pe/police")]),
        ("They met the Kenya Police in May.", [("Kenya Police", "actor:ke/police")]),
        ("They met the Russian General Staff in May.", [("Russian General Staff", "actor:ru/general-staff")]),
        ("They met the Turkish high command in May.", [("Turkish high command", "actor:tr/general-staff")]),
        ("They met Turkish intelligence in May.", [("Turkish intelligence", "actor:tr/intelligence-service")]),
        (
            "They met Jordan's intelligence service in May.",
            [("Jordan's intelligence service", "actor:jo/intelligence-service")],
        ),
        (
            "They met Syrian military intelligence in May.",
            [("Syrian military intelligence", "actor:sy/military-intelligence")],
        ),
        ("They met the Government of Iraq in May.", [("Government of Iraq", "actor:iq/government")]),
        ("They met the Iraqi government in May.", [("Iraqi government", "actor:iq/government")]),
        ("They met the Iraqi cabinet in May.", [("Iraqi cabinet", "actor:iq/government")]),
        ("They met Iraqi authorities in May.", [("Iraqi authorities", "actor:iq/government")]),
        ("Syria regime shells town", [("Syria regime", "actor:sy/government")]),
        ("They fled the Assad regime in May.", [("Assad regime", "actor:sy/government")]),
        ("They met Iraq's regime in May.", [("Iraq's regime", "actor:iq/government")]),
        (
            "They met Sudan's transitional government in May.",
            [("Sudan's transitional government", "actor:sd/government")],
        ),
        ("They met the Russian president's office in May.", [("Russian president's office", "actor:ru/presidency")]),
        ("They met the Iraqi presidency in May.", [("Iraqi presidency", "actor:iq/presidency")]),
        (
            "They met Iraq's prime minister's office in May.",
            [("Iraq's prime minister's office", "actor:iq/prime-minister")],
        ),
        ("They met the Iraqi parliament in May.", [("Iraqi parliament", "actor:iq/parliament")]),
        ("They met the parliament of Iran in May.", [("parliament of Iran", "actor:ir/parliament")]),
        ("They met the Knesset in May.", [("Knesset", "actor:il/parliament")]),
        ("They met Nigeria's Senate in May.", [("Nigeria's Senate", "actor:ng/senate")]),
        (
            "They met the Syrian Ministry of Defence in May.",
            [("Syrian Ministry of Defence", "actor:sy/defence-ministry")],
        ),
        ("They met Syria's Defence Ministry in May.", [("Syria's Defence Ministry", "actor:sy/defence-ministry")]),
        (
            "They met the Ministry of Defense of Syria in May.",
            [("Ministry of Defense of Syria", "actor:sy/defence-ministry")],
        ),
        ("They met the Russian Defence Ministry in May.", [("Russian Defence Ministry", "actor:ru/defence-ministry")]),
        ("They met the US Department of Defense in May.", [("US Department of Defense", "actor:us/defence-ministry")]),
        ("They met the U.S. defence department in May.", [("U.S. defence department", "actor:us/defence-ministry")]),
        ("They met the Pentagon in May.", [("Pentagon", "actor:us/defence-ministry")]),
        ("They met the US State Department in May.", [("US State Department", "actor:us/foreign-ministry")]),
        ("They met the State Department in May.", [("State Department", "actor:us/foreign-ministry")]),
        ("They met the German Foreign Office in May.", [("German Foreign Office", "actor:de/foreign-ministry")]),
        ("They met the Foreign Office in May.", [("Foreign Office", "actor:gb/foreign-ministry")]),
        (
            "They met Iran's ministry of foreign affairs in May.",
            [("Iran's ministry of foreign affairs", "actor:ir/foreign-ministry")],
        ),
        ("They met the US Treasury in May.", [("US Treasury", "actor:us/finance-ministry")]),
        ("They met the Greek finance ministry in May.", [("Greek finance ministry", "actor:gr/finance-ministry")]),
        (
            "They met the Iraqi Ministry of the Interior in May.",
            [("Iraqi Ministry of the Interior", "actor:iq/interior-ministry")],
        ),
        ("They met the Home Office in May.", [("Home Office", "actor:gb/interior-ministry")]),
        ("They met the Lebanese health ministry in May.", [("Lebanese health ministry", "actor:lb/health-ministry")]),
        (
            "They met Lebanon's Ministry of Public Health in May.",
            [("Lebanon's Ministry of Public Health", "actor:lb/health-ministry")],
        ),
        ("They met the Iraqi oil ministry in May.", [("Iraqi oil ministry", "actor:iq/oil-ministry")]),
        (
            "They met the Brazilian Ministry of Agriculture in May.",
            [("Brazilian Ministry of Agriculture", "actor:br/agriculture-ministry")],
        ),
        (
            "They met the Japanese Ministry of International Trade and Industry in May.",
            [("Japanese Ministry of International Trade and Industry", "actor:jp/trade-ministry")],
        ),
        ("They met the Turkish central bank in May.", [("Turkish central bank", "actor:tr/central-bank")]),
        ("They met the Bundesbank in May.", [("Bundesbank", "actor:de/central-bank")]),
        ("They met the Bank of Japan in May.", [("Bank of Japan", "actor:jp/central-bank")]),
        ("They met the Brazilian supreme court in May.", [("Brazilian supreme court", "actor:br/supreme-court")]),
        (
            "They met the Turkish Constitutional Court in May.",
            [("Turkish Constitutional Court", "actor:tr/constitutional-court")],
        ),
        ("They met the Iraqi embassy in May.", [("Iraqi embassy", "actor:iq/embassy")]),
        ("They met the embassy of Peru in May.", [("embassy of Peru", "actor:pe/embassy")]),
        ("They met the Syrian opposition in May.", [("Syrian opposition", "actor:sy/opposition")]),
        ("They met UN forces in May.", [("UN forces", "actor:un-peacekeepers")]),
        ("They met U.N. peacekeepers in May.", [("U.N. peacekeepers", "actor:un-peacekeepers")]),
        ("They met the US-led coalition in May.", [("US-led coalition", "actor:us-led-coalition")]),
        ("They met the U.S.-led coalition in May.", [("U.S.-led coalition", "actor:us-led-coalition")]),
        ("They met the Saudi-led coalition in May.", [("Saudi-led coalition", "actor:saudi-led-coalition")]),
        ("They met the 82nd Airborne in May.", [("82nd Airborne", "actor:82nd-airborne-division")]),
        ("They met the 82nd Airborne Division in May.", [("82nd Airborne Division", "actor:82nd-airborne-division")]),
        ("They met the 1st Cavalry in May.", [("1st Cavalry", "actor:1st-cavalry-division")]),
        ("They met V Corps in the town.", [("V Corps", "actor:5th-corps")]),
        ("They met the Fifth Corps in May.", [("Fifth Corps", "actor:5th-corps")]),
        ("They met the XVIII Airborne Corps in May.", [("XVIII Airborne Corps", "actor:18th-airborne-corps")]),
        ("They met the US Fifth Fleet in May.", [("US Fifth Fleet", "actor:us/navy/5th-fleet")]),
        ("They met the 4th Armoured Division in May.", [("4th Armoured Division", "actor:4th-armoured-division")]),
        (
            "They met the Syrian 4th Armored Division in May.",
            [("Syrian 4th Armored Division", "actor:sy/army/4th-armoured-division")],
        ),
        ("They met the 2nd Army Corps in May.", [("2nd Army Corps", "actor:2nd-corps")]),
        ("They met Brigade 93 in the town.", [("Brigade 93", "actor:93rd-brigade")]),
        ("They met the 93rd Brigade in May.", [("93rd Brigade", "actor:93rd-brigade")]),
        (
            "They met the 10th Republican Guard Division in May.",
            [("10th Republican Guard Division", "actor:10th-republican-guard-division")],
        ),
        (
            "They met the 24th Marine Expeditionary Unit in May.",
            [("24th Marine Expeditionary Unit", "actor:24th-marine-expeditionary-unit")],
        ),
        ("They came with the army of ants in May.", []),
        ("They spoke of Division 1 in the town.", []),
        ("He said that I Division was late.", []),
        ("They met the forces of nature in May.", []),
        ("A brigade of 93 men came in May.", []),
        ("They met the police in the town.", []),
        ("They heard of the ministry of love in May.", []),
        ("They slept in the mountain in May.", []),
    ],
)
def test_an_office_or_unit_of_a_state_is_one_actor_by_whatever_name(text, expected):
    mentions = find_mentions("", text, AUTHORITY)
    assert [(m.surface, m.record.id) for m in mentions if m.makes_tag and m.kind is Kind.ACTOR and m.record] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Iran-backed militias left.", ["Iran-backed militias"]),
        ("Iran-backed Iraqi Shiite militias left.", ["Iran-backed Iraqi Shiite militias"]),
        ("U.S.-backed rebels left.", ["U.S.-backed rebels"]),
        ("Turkish-backed rebels left.", ["Turkish-backed rebels"]),
        ("Saudi-funded groups left.", ["Saudi-funded groups"]),
        ("Hezbollah-led fighters left.", ["Hezbollah-led fighters"]),
        ("Pro-Assad forces left.", ["Pro-Assad forces"]),
        ("They met pro-government forces.", ["pro-government forces"]),
        ("They met anti-regime activists.", ["anti-regime activists"]),
        ("They met pro-Iranian Shiite militias.", ["pro-Iranian Shiite militias"]),
        ("They met anti-Taliban fighters.", ["anti-Taliban fighters"]),
        ("They met pro-Russia separatists.", ["pro-Russia separatists"]),
        ("Regime forces left.", ["Regime forces"]),
        ("They met rebel fighters and opposition forces.", ["rebel fighters", "opposition forces"]),
        ("They met Kurdish fighters.", ["Kurdish fighters"]),
        ("They met Turkish officials.", ["Turkish officials"]),
        ("They met Syrian rebels.", ["Syrian rebels"]),
        ("They met Islamist militants.", ["Islamist militants"]),
        ("They met armed opposition groups.", ["armed opposition groups"]),
        ("They took pro-Assad songs and anti-war songs.", []),
        ("The US-backed Syrian Democratic Forces left.", []),
        ("An Iran-backed plan failed.", []),
    ],
)
def test_a_party_is_described_by_its_backers_its_side_or_its_nationality(text, expected):
    assert actors(text, Role.DESCRIPTION) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Iran-backed militias left.", ["actor:ir"]),
        ("Turkish-backed rebels left.", ["actor:tr"]),
        ("Pro-Russia separatists left.", ["actor:ru"]),
        ("Hezbollah-led fighters left.", ["actor:hezbollah"]),
        ("The US-backed Syrian Democratic Forces left.", ["actor:us", "actor:syrian-democratic-forces"]),
        ("Iran’s decision stands.", ["actor:ir"]),
        ("Iran’s threat stands.", ["actor:ir"]),
        ("Iran's foreign minister left.", ["actor:ir"]),
        ("Iran's climate is dry.", []),
        ("Iran criticised the plan.", ["actor:ir"]),
        ("Turkey summoned the envoy.", ["actor:tr"]),
        ("Snow fell in Turkey.", []),
    ],
)
def test_a_state_that_backs_decides_or_speaks_is_an_actor(text, expected):
    assert actor_ids(text) == expected


@pytest.mark.parametrize(
    ("text", "surface", "type_"),
    [
        ("They met the Ministry of Health in May.", "Ministry of Health", "government"),
        ("They met the Defence Ministry in May.", "Defence Ministry", "government"),
        ("They met the Supreme Court in May.", "Supreme Court", "organisation"),
        ("They met the Coast Guard in May.", "Coast Guard", "force"),
        ("They met the General Staff in May.", "General Staff", "force"),
    ],
)
def test_an_office_without_a_country_is_named_and_has_no_record(text, surface, type_):
    (mention,) = find_mentions("", text, AUTHORITY)
    assert (mention.surface, mention.type, mention.record, mention.role) == (surface, type_, None, Role.NAME)
    office = find_office(AUTHORITY.grammar, surface)
    assert office is not None
    assert compose_office(AUTHORITY, AUTHORITY.states[RecordId("actor:pe")], office).id.startswith("actor:pe/")


def test_a_country_that_does_not_act_tells_the_state_as_the_runner_up():
    (mention,) = find_mentions("", "Snow fell in Turkey.", AUTHORITY)
    (runner_up,) = mention.alternatives
    assert (mention.role, runner_up.record.id) == (Role.LITERAL, "actor:tr")
    assert runner_up.score < mention.score
    assert runner_up.why_not.endswith(".")


PARISES = (
    "geonames:2988507,city,Paris,,geonames:3017382,,,,,,,",
    "geonames:4717560,city,Paris (Texas),,place:texas,,,,,,,",
    "place:texas,region,Texas,,geonames:6252001,,,,,,,",
)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Talks opened in Paris.", "geonames:2988507"),
        ("French envoys met in Paris.", "geonames:2988507"),
        ("They met in Paris, Texas. A French envoy came.", "geonames:4717560"),
        ("They drove from Dallas by Denison and Sherman to Paris in Texas.", "geonames:4717560"),
    ],
)
def test_of_two_places_of_one_name_the_one_that_fits_the_story_is_meant(text, id_, tmp_path):
    authority = with_rules(tmp_path, places=PARISES)
    (paris,) = [m for m in find_mentions("", text, authority) if m.surface == "Paris"]
    assert paris.record is not None
    assert paris.record.id == id_
    assert all(other.score < paris.score and other.why_not.endswith(".") for other in paris.alternatives)


@pytest.mark.parametrize(
    ("text", "loser"),
    [
        ("Talks opened in Paris.", "geonames:4717560"),
        ("They met in Paris, Texas. A French envoy came.", "geonames:2988507"),
    ],
)
def test_the_place_that_was_not_meant_is_told_with_the_reason(text, loser, tmp_path):
    authority = with_rules(tmp_path, places=PARISES)
    (paris,) = [m for m in find_mentions("", text, authority) if m.surface == "Paris"]
    assert loser in [other.record.id for other in paris.alternatives]


def test_what_a_story_says_for_a_place_raises_its_score_and_what_it_says_against_lowers_it(tmp_path):
    authority = with_rules(tmp_path, places=PARISES)
    texts = (
        "Talks opened in Paris.",
        "Americans met in Paris.",
        "Texans met in Paris.",
    )
    mentions = [next(m for m in find_mentions("", text, authority) if m.surface == "Paris") for text in texts]
    chances = [m.score if m.record and m.record.id == "geonames:2988507" else 1 - m.score for m in mentions]
    assert chances == sorted(chances, reverse=True)
    assert len(set(chances)) == len(chances)


SENTENCE = "The Syrian army retook Palmyra from ISIS."


@pytest.mark.parametrize(
    ("rule", "here", "elsewhere"),
    [
        ("ignore,Palmyra,,a,,,", {"ISIS", "Syrian Army"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("ignore,Syrian army,,a,,,", {"ISIS", "Palmyra"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("means,Palmyra,place:tigris,a,,,", {"ISIS", "Syrian Army", "Tigris"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("means,Syrian army,actor:sy,a,,,", {"ISIS", "Palmyra", "Syria"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("same-as,geonames:163808,place:tigris,a,,,", {"ISIS", "Syrian Army", "Tigris"},
         {"ISIS", "Palmyra", "Syrian Army"}),
        ("not-same-as,Palmyra,geonames:163808,a,,,", {"ISIS", "Syrian Army"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("not-same-as,syrian army,actor:sy/army,a,,,", {"ISIS", "Palmyra"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("hide,,actor:isis,a,,,", {"Palmyra", "Syrian Army"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("hide,Syrian Army,,a,,,", {"ISIS", "Palmyra"}, {"ISIS", "Palmyra", "Syrian Army"}),
        ("show-as,Tadmur,geonames:163808,,,,", {"ISIS", "Syrian Army", "Tadmur"}, {"ISIS", "Syrian Army", "Tadmur"}),
        ("show-as,Syrian Arab Army,actor:sy/army,,,,", {"ISIS", "Palmyra", "Syrian Arab Army"},
         {"ISIS", "Palmyra", "Syrian Arab Army"}),
    ],
)  # fmt: skip
def test_a_rule_holds_in_its_article_and_without_one_everywhere(rule, here, elsewhere, tmp_path):
    def labels(authority: Authority, article: str) -> set[str]:
        mentions = find_mentions("", SENTENCE, authority, article=article)
        listed = [m for m in mentions if m.record and m.record.id in authority.records]  # there are more Palmyras
        return tags(listed, Kind.PLACE) | tags(listed, Kind.ACTOR)

    authority = with_rules(tmp_path, rule)
    assert labels(authority, "a") == here
    assert labels(authority, "b") == elsewhere
    everywhere = with_rules(tmp_path, rule.replace(",a,,,", ",,,,"))
    assert labels(everywhere, "b") == here


@pytest.mark.parametrize(
    ("rule", "text", "lima"),
    [
        ("", "Talks opened in Lima.", "geonames:3936456"),
        ("hide,,geonames:3936456,,,,", "Talks opened in Lima.", None),
        ("hide,,geonames:3936456,a,,,", "Talks opened in Lima.", None),
        ("hide,,geonames:3936456,b,,,", "Talks opened in Lima.", "geonames:3936456"),
        ("hide,,geonames:3936456,,,,", "Talks opened in Lima, Ohio.", "geonames:5160783"),
        ("hide,,geonames:5160783,,,,", "Talks opened in Lima, Ohio.", None),
        ("not-same-as,Lima,geonames:5160783,,,,", "Talks opened in Lima.", "geonames:3936456"),
    ],
)
def test_a_hidden_place_leaves_nothing_in_its_place_and_its_namesakes_where_they_are_meant(rule, text, lima, tmp_path):
    mentions = find_mentions("", text, with_rules(tmp_path, rule), article="a")
    assert [m.record.id for m in mentions if m.surface == "Lima" and m.record] == ([lima] if lima else [])
    hidden = rule.split(",")[2] if rule.startswith("hide") and ",b," not in rule else None
    assert hidden not in [other.record.id for mention in mentions for other in mention.alternatives]


def test_a_name_that_does_not_stand_for_one_record_may_mean_another(tmp_path):
    rule = "not-same-as,Lima,geonames:3936456,,,,"
    (lima,) = find_mentions("", "Talks opened in Lima.", with_rules(tmp_path, rule))
    assert lima.record and lima.record.label != "Lima"


def test_what_is_hidden_in_an_article_is_hidden_there_under_the_record_that_it_was_merged_into(tmp_path):
    authority = with_rules(tmp_path, "hide,,geonames:163808,a,,,", "same-as,geonames:163808,place:tigris,,,,")
    assert tags(find_mentions("", "Troops left Palmyra.", authority, article="a"), Kind.PLACE) == set()
    assert tags(find_mentions("", "Troops left Palmyra.", authority, article="b"), Kind.PLACE) == {"Tigris"}


def test_a_rule_for_one_article_outweighs_the_rule_for_all(tmp_path):
    authority = with_rules(tmp_path, "ignore,Palmyra,,,,,", "means,Palmyra,place:tigris,a,,,")
    assert tags(find_mentions("", "Palmyra", authority, article="a"), Kind.PLACE) == {"Tigris"}
    assert tags(find_mentions("", "Palmyra", authority, article="b"), Kind.PLACE) == set()


def test_a_mention_is_printed_with_its_sentence_and_its_point():
    text = "It rained. Troops left Palmyra. Then it snowed."
    (mention,) = find_mentions("A title", text, AUTHORITY)
    assert mention_json(mention, "A title", text) == {
        "field": "text",
        "start": 23,
        "end": 30,
        "surface": "Palmyra",
        "quote": "Troops left Palmyra.",
        "kind": "place",
        "role": "literal",
        "type": "city",
        "record": "geonames:163808",
        "name": "Palmyra",
        "lat": 34.5624,
        "lon": 38.28402,
        "geonameid": 163808,
        "score": mention.score,
        "rule": "name in places.csv",
        "alternatives": [],
    }
    assert mention.score > 0.99


def test_the_quote_from_a_line_without_end_is_cut_on_both_sides():
    text = f"{'rain ' * 100_000}Palmyra{' snow' * 100_000}"
    (mention,) = find_mentions("", text, AUTHORITY)
    quote = mention_json(mention, "", text)["quote"]
    assert isinstance(quote, str)
    assert "Palmyra" in quote
    assert len(quote) < 3000


# Words of the grammar among others, joined in any way: what the rules meet by chance.
WORDS = st.sampled_from(
    "Syria Syrian Syrians SYRIAN army Army troops ’s 's 5th Fifth Legion legion Deir ez Zor Ezzor al Bab Al-Bab "
    "ISIS IS is US U.S. Turkey Turkey’s Jihadi allies sources of the said that has Iran backed Guinea New Papua "
    "Congo Congolese Kurdish militia State Islamic Iraq and military İ ß é 7 opposition government".split()
)
JOINS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "-", "’", ", ", ". ", "", "\xa0", "\u200b"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    return "".join(draw(st.lists(st.one_of(WORDS, JOINS, st.text(max_size=4)), max_size=30)))


@given(title=texts(), text=texts())
@example(title="", text="Turkey’s Jihadi allies")
@example(title="U.S. Army", text="U.S.")
def test_mentions_are_cut_from_their_field_in_order_and_do_not_overlap(title, text):
    mentions = find_mentions(title, text, AUTHORITY)
    fields = {"title": title, "text": text}
    assert all(fields[m.field][m.start : m.end] == m.surface != "" for m in mentions)
    assert all(0 < m.score <= 1 for m in mentions)
    assert list(mentions) == sorted(mentions, key=lambda m: (m.field != "title", m.start, m.end, m.kind, m.role))
    for family in by_family(mentions):
        assert all(one.end <= other.start for one, other in pairwise(family))
    for mention in mentions:
        first, last = sentence_span(fields[mention.field], mention.start, mention.end)
        assert first <= mention.start < last


def by_family(mentions: Iterable[Mention]) -> Iterator[list[Mention]]:
    ordered = sorted(mentions, key=lambda m: (m.field, m.kind, m.role, m.start))
    for _, family in groupby(ordered, key=lambda m: (m.field, m.kind, m.role)):
        yield list(family)


@given(name=st.sampled_from([m for record in AUTHORITY.records.values() for m in (record.preferred, *record.variants)]))
def test_every_name_of_the_authority_is_known_in_any_case_and_without_marks(name):
    assert name_key(name) == name_key(name.upper()) == name_key(name.replace("-", " ")) != ""


# Two places are truly called so, and a sentence that says nothing else means the better known.
LESS_KNOWN = {
    "geonames:99226",  # Iskandariyah, which is Alexandria too
    "place:galicia-eastern-europe",
    "place:khalidiyah-iraq",
    "place:salaheddin-aleppo",  # the province in Iraq is spelled so too
    "place:salaheddine-aleppo",
    "place:kings-cross-sydney",
    "place:silesia",
    "place:soho-new-york",
    "geonames:6545173",  # Soho in London
    "geonames:172922",  # Ruhaybah: so is Rehovot called in Arabic
}


@pytest.mark.parametrize("record", [r for r in AUTHORITY.records.values() if r.kind is Kind.PLACE], ids=lambda r: r.id)
def test_every_place_is_found_by_its_preferred_name(record):
    (mention,) = [m for m in find_mentions("", f"It rained in {record.preferred}.", AUTHORITY) if m.makes_tag]
    found = [mention.record, *(other.record for other in mention.alternatives)]
    assert record in found if record.id in LESS_KNOWN else mention.record == record
