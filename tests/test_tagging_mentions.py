"""What the lexicons and the grammar read in a text, and what only looks like it."""

from __future__ import annotations

import pytest

from dateline.authority import load_authority
from dateline.records import Kind
from dateline.tagging import find_mentions

AUTHORITY = load_authority(None)[0]


def actors(text):
    """The surface and the record of each actor of a text."""
    found = [mention for mention in find_mentions("", text, AUTHORITY) if mention.kind is Kind.ACTOR]
    return [(mention.surface, mention.record.id if mention.record else None) for mention in found]


def recorded(text):
    return [id_ for _, id_ in actors(text) if id_]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("He left Fatah for good.", ["actor:fatah"]),
        ("Men of Fatah al-Kahina left.", []),
        ("Men of Fatah al-Shams left.", ["actor:al-nusra-front"]),
        ("Royal Bank of Canada <RT.TO> said profit rose.", ["actor:royal-bank-of-canada"]),
        ("He told RT so.", ["actor:rt"]),
        ("Shares of Montedison S.P.A. fell in Milan.", []),
        ("He spoke of the U.N. A day went by.", ["actor:united-nations"]),
    ],
)
def test_a_piece_of_another_name_is_no_actor(text, records):
    assert recorded(text) == records


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("He asked Australia's Department of Agriculture.", ["actor:au/agriculture-ministry"]),
        ("He asked Western Australia's Department of Agriculture.", []),
        ("Many Australian marine scientists dive there.", []),
        ("It was seen by a U.S. Marine; US marine scientists saw none.", ["actor:us/marine-corps"]),
        ("Many Australian Marines landed there.", ["actor:au/marine-corps"]),
        ("It flew to the Bahamas. The Air Force Reserve saw it.", ["actor:us-air-force-reserve"]),
        ("It flew to the Bahamas. The Coast Guard saw it.", []),
        ("It was seen by the Bahamas Coast Guard.", ["actor:bs/coast-guard"]),
        ("It was seen in Iraq. The National Guard saw it.", []),
        ("It was told to the Iraqi Army. The National Guard saw it.", ["actor:iq/army", "actor:iq/national-guard"]),
        ("It was told to the Secret Service.", ["actor:us-secret-service"]),
    ],
)
def test_an_office_is_a_states_only_where_the_words_say_so(text, records):
    assert recorded(text) == records


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Then Syrias regime spoke.", [("Syrias regime", "actor:sy/government")]),
        ("He saw Turkeys army leave.", [("Turkeys army", "actor:tr/army")]),
        ("He read of Russias decision there.", [("Russia", "actor:ru")]),
        ("They don't know that Syrias regime spoke.", []),  # nothing is lost: a slip of the pen
        ("Many Turkeys landed there.", []),
        ("The Americas army of ants left.", []),
    ],
)
def test_a_text_without_any_apostrophe_has_lost_those_of_states(text, read):
    assert actors(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("They grow genetically modified (GM) crops. Then GM canola came, and GM dealers left.", []),
        ("They met the wives of huntsmen overseas (WHO). Then WHO left.", []),
        ("They grow GM crops. They like GM.", []),
        ("Stock of General Motors fell. They like GM.", [("General Motors", "actor:general-motors"), ("GM", "actor:general-motors")]),
        ("They bought GM shares. They like GM.", [("GM", "actor:general-motors")] * 2),
        ("They met at noon (IS). Then IS left.", [("IS", "actor:isis")] * 2),
        ("They like BP.", [("BP", "actor:bp")]),
    ],
)  # fmt: skip
def test_initials_of_small_words_and_two_letters_that_no_company_explains_name_nobody(text, read):
    assert actors(text) == read
