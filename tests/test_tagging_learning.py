"""Learning: what an archive's stories tell together, and what of it a story is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.authority import Authority, load_authority
from dateline.records import Mention, RecordId, Role
from dateline.tagging import find_mentions, observe_story
from dateline.tagging.learning import (
    NOTHING_LEARNT,
    RULE,
    Acronym,
    Learnt,
    Observation,
    learn,
    read_observation,
    write_observation,
)
from dateline.tagging.placing import PREVAILING

AUTHORITY = load_authority(None)[0]
PARIS, PARIS_IN_TEXAS = "geonames:2988507", "geonames:4717560"

IN_TEXAS = ("Crowds met in Paris, Texas, on Monday.", "A fire broke out in Paris, Texas. Crews came from Dallas.")
SHRINES = tuple(f"The {kind} mazar was closed, and the pilgrims went home." for kind in ("old", "new", "small"))


def learn_from(texts: Iterable[str], authority: Authority = AUTHORITY) -> Learnt:
    return learn(observe_story("", text, authority)[1] for text in texts)


def named(text: str, surface: str, learnt: Learnt, authority: Authority = AUTHORITY) -> list[Mention]:
    """The mentions of a surface in a text."""
    return [one for one in find_mentions("", text, authority, learnt=learnt) if one.surface == surface]


def with_rows(folder: Path, **files: str) -> Authority:
    """The authority of an archive with such files."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    authority, notices = load_authority(folder)
    assert notices == []
    return authority


def test_an_acronym_that_one_story_explains_is_known_in_the_others():
    learnt = learn_from(["The Northern Rice Growers Alliance (NRGA) met in Lima."])
    text = "The NRGA voted on Monday. Members of the NRGA cheered."
    assert [(one.role, one.type, one.rule) for one in named(text, "NRGA", learnt)] == [
        (Role.SHORT, "organisation", RULE),
        (Role.SHORT, "organisation", RULE),
    ]


def test_an_acronym_has_the_record_of_its_whole_name(tmp_path):
    row = "actor:rice-growers,organisation,Northern Rice Growers Alliance"
    authority = with_rows(tmp_path, actors=f"id,kind,preferred\n{row}\n")
    learnt = learn_from(["The Northern Rice Growers Alliance (NRGA) met in Lima."], authority)
    (mention,) = named("The NRGA voted on Monday.", "NRGA", learnt, authority)
    assert mention.record
    assert mention.record.id == "actor:rice-growers"


@pytest.mark.parametrize(
    ("explained", "text", "surface"),
    [
        # The story explains it otherwise.
        (["Northern Rice Growers Alliance (NRGA)"], "The National Road Guards Association (NRGA) met.", "NRGA"),
        # A table has it.
        (["Wheat Harvesters Organisation (WHO)"], "The WHO warned of cholera.", "WHO"),
        # It is the ticker of a company.
        (["National Security Council (NSC)"], "NORFOLK SOUTHERN <NSC> TO BUILD\n\nNSC will build.", "NSC"),
        # Two stories are of two minds.
        (["Northern Rice Growers Alliance (NRGA)", "National Road Guards Association (NRGA)"], "The NRGA met.", "NRGA"),
        # No acronym: a line in capitals, and a word written small.
        (["Northern Rice Growers Alliance (NRGA)"], "NRGA TO MEET IN LIMA ON MONDAY", "NRGA"),
        (["Northern Rice Growers Alliance (NRGA)"], "Then nrga was typed.", "nrga"),
    ],
)
def test_an_acronym_is_not_known_from_others_where_it_has_a_sense_or_none(explained, text, surface):
    learnt = learn_from(f"The {name} met in Lima." for name in explained)
    assert named(text, surface, learnt) == named(text, surface, NOTHING_LEARNT)


def test_of_two_names_the_one_that_two_of_three_stories_give_is_learnt_in_its_most_usual_spelling():
    rice = ["Northern Rice Growers Alliance (NRGA)", "Northern Rice-Growers Alliance (NRGA)"]
    texts = [f"The {name} met in Lima." for name in [*rice, rice[0], "National Road Guards Association (NRGA)"]]
    assert learn_from(texts[1:]).acronyms["NRGA"].long == "Northern Rice Growers Alliance"
    assert learn_from(texts).acronyms["NRGA"].long == "Northern Rice Growers Alliance"


def test_a_place_that_a_story_leaves_open_is_the_one_that_the_others_mean():
    (mention,) = named("A fair opened in Paris on Monday.", "Paris", learn_from(IN_TEXAS))
    assert mention.record
    assert mention.record.id == PARIS_IN_TEXAS
    assert mention.alternatives[0].record.id == PARIS
    assert mention.alternatives[0].why_not == PREVAILING == "In this archive’s other stories the name means the other."
    assert 0.5 < mention.score < 0.95


@pytest.mark.parametrize(
    "text",
    [
        "A fair opened in Paris. French ministers came from Lyon.",
        "A fair opened in Paris, France, on Monday.",
        "Talks of France and Belgium opened in Paris on Monday.",
    ],
)
def test_a_story_s_own_words_come_before_what_the_others_mean(text):
    (mention,) = named(text, "Paris", learn_from(IN_TEXAS))
    assert mention.record
    assert mention.record.id == PARIS


def test_the_archive_s_own_list_comes_before_what_its_stories_mean(tmp_path):
    row = f"{PARIS},city,Paris,48.85341,2.3488"
    authority = with_rows(tmp_path, places=f"id,kind,preferred,latitude,longitude\n{row}\n")
    learnt = Learnt(senses={"paris": RecordId(PARIS_IN_TEXAS)})
    (mention,) = named("A fair opened in Paris on Monday.", "Paris", learnt, authority)
    assert mention.record
    assert mention.record.id == PARIS


@pytest.mark.parametrize(
    ("texts", "is_learnt"),
    [
        (IN_TEXAS, True),
        (IN_TEXAS[:1], False),  # one story proves nothing
        ((*IN_TEXAS, "Crews met in Paris, Tennessee."), False),  # two of three are too few
        ((*IN_TEXAS, *("A fair opened in Paris.",) * 8), True),  # a fifth of the stories tell
        ((*IN_TEXAS, *("A fair opened in Paris.",) * 9), False),  # a wire's stories of France seldom say so
    ],
)
def test_the_sense_of_a_place_is_learnt_when_enough_stories_tell_it_and_agree(texts, is_learnt):
    assert learn_from(texts).senses.get(RecordId("paris")) == (PARIS_IN_TEXAS if is_learnt else None)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (SHRINES, []),
        (SHRINES[:2], ["Mazar"]),  # two stories are too few
        ((*SHRINES, "The bus to Mazar was late.", "People left Mazar on foot."), ["Mazar"]),  # often it is a name
    ],
)
def test_a_word_that_the_archive_mostly_writes_small_is_no_name_at_the_head_of_a_sentence(texts, expected):
    learnt = learn_from(texts)
    assert [one.surface for one in named("Mazar and Hama were hit.", "Mazar", learnt)] == expected
    assert named("They were hit in Mazar and Hama.", "Mazar", learnt) != []


WORDS = st.sampled_from(["NRGA", "paris", "mazar", "é"])
ACRONYMS = st.builds(Acronym, WORDS, st.sampled_from(["A B", "A-B", "C D"]), WORDS, st.sampled_from(["", "actor:x"]))
SENSES = st.tuples(WORDS, st.sampled_from([RecordId(PARIS), RecordId(PARIS_IN_TEXAS)]))
OBSERVATIONS = st.builds(
    Observation,
    acronyms=st.lists(ACRONYMS, max_size=2, unique_by=lambda one: one.short).map(tuple),
    senses=st.lists(SENSES, max_size=2, unique_by=lambda one: one[0]).map(tuple),
    small=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    capital=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    open_acronyms=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    open_senses=st.lists(SENSES, max_size=2, unique_by=lambda one: one[0]).map(tuple),
    open_words=st.lists(WORDS, max_size=3, unique=True).map(tuple),
)


@given(OBSERVATIONS)
def test_an_observation_is_read_as_it_was_written(observation):
    assert read_observation(write_observation(observation)) == observation


@given(st.lists(OBSERVATIONS, max_size=8).flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))))
def test_what_is_learnt_does_not_depend_on_the_order_of_the_stories(orders):
    given_order, other_order = orders
    assert learn(given_order) == learn(other_order)
    assert learn(given_order).digest() == learn(other_order).digest()


@given(st.lists(OBSERVATIONS, max_size=8), OBSERVATIONS)
def test_a_story_is_given_only_rows_for_names_that_it_leaves_open(observations, observation):
    learnt = learn(observations)
    rows = learnt.rows_for(observation)
    assert rows.acronyms.keys() <= set(observation.open_acronyms)
    assert rows.senses.keys() <= {key for key, _ in observation.open_senses}
    assert rows.small <= set(observation.open_words)
    assert learnt.rows_for(Observation()) == NOTHING_LEARNT
    assert rows.rows_for(observation) == rows


STORIES: Sequence[str] = (
    *IN_TEXAS,
    *SHRINES,
    "A fair opened in Paris on Monday. The NRGA came.",
    "The Northern Rice Growers Alliance (NRGA) met in Lima.",
    "Mazar and Hama were hit, said the NRGA.",
)


@pytest.mark.parametrize("text", STORIES)
def test_the_rows_for_a_story_do_to_it_what_all_that_was_learnt_does(text):
    learnt = learn_from(STORIES)
    mentions, observation = observe_story("", text, AUTHORITY)
    rows = learnt.rows_for(observation)
    assert find_mentions("", text, AUTHORITY, learnt=rows) == find_mentions("", text, AUTHORITY, learnt=learnt)
    assert mentions == find_mentions("", text, AUTHORITY)
    assert bool(rows) == (find_mentions("", text, AUTHORITY, learnt=learnt) != mentions)
