"""Suggestions: what the names of an archive speak for, as rows to paste or as questions in a terminal."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.articles.markdown import render_body
from dateline.authority import find_record_by_id, load_authority
from dateline.authority.rows import Row, read_rows
from dateline.curation.desk import Answer, ask, columns_of, load_rejected, proposal_rows, write_answer
from dateline.curation.proposals import propose
from dateline.curation.questions import Choice, Matter, Proposal
from dateline.curation.reading import ReadArticle, plain_text
from dateline.curation.suggest import load_proposals
from dateline.curation.survey import MAX_EXAMPLE_CHARS, Example, Survey, distance_km, survey_article
from dateline.records import Alternative, Block, BlockKind, Kind, Mention, Record, RecordId, Role

HEADER = "id,kind,preferred,variants,broader,latitude,longitude\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The content of an archive without articles, whose authority files hold two groups."""
    (tmp_path / "content/authority").mkdir(parents=True)
    (tmp_path / "content/articles").mkdir()
    actors = "actor:blue-hill,group,Blue Hill Front,\nactor:bluehill,group,al-Bluehill,\n"
    (tmp_path / "content/authority/actors.csv").write_text(HEADER + actors, "utf-8")
    return tmp_path / "content"


def put(content: Path, slug: str, body: str, lines: str = "") -> None:
    text = f"Title: A report\nSlug: {slug}\n{lines}\n{body}\n"
    (content / "articles" / f"{slug}.md").write_text(text, "utf-8")


def suggest(content: Path, **options: Kind) -> list[Proposal]:
    authority, notices = load_authority(content / "authority")
    assert notices == []
    return load_proposals(content, authority, **options)


def cells(proposals: list[Proposal], matter: Matter) -> list[dict[str, str]]:
    return [dict(choice.cells) for proposal in proposals if proposal.matter is matter for choice in proposal.choices]


@given(
    st.lists(
        st.builds(
            lambda text, kind: Block(" ".join(text.split()), kind),
            st.text("aZ1 .*_[]{}#>+-`~=:|!()<&\\;\"'é", min_size=1).filter(str.strip),
            st.sampled_from([kind for kind in BlockKind if kind is not BlockKind.LAYOUT]),
        )
    )
)
def test_the_text_of_an_article_is_that_of_its_story(blocks):
    said = [line for line in plain_text(render_body(blocks)).split("\n") if line]
    assert said == [block.text for block in blocks]


def test_a_name_that_somebody_typed_and_no_file_has_is_proposed_as_a_row(content):
    put(content, "a", "It rained.", "Places: Uqbar Heights;\nActors: The Uqbar League;\n")
    put(content, "b", "It rained.", "Actors: the Uqbar League;\n")
    proposals = suggest(content)
    assert [(one.kind, one.name, one.articles) for one in proposals] == [
        (Kind.ACTOR, "The Uqbar League", 2),
        (Kind.PLACE, "Uqbar Heights", 1),
    ]
    assert cells(proposals, Matter.UNKNOWN) == [
        {"id": "actor:the-uqbar-league", "kind": "organisation", "preferred": "The Uqbar League",
         "variants": "the Uqbar League"},
        {"id": "place:uqbar-heights", "kind": "city", "preferred": "Uqbar Heights", "variants": ""},
    ]  # fmt: skip
    assert [one.name for one in suggest(content, kind=Kind.PLACE)] == ["Uqbar Heights"]


def test_a_row_that_was_taken_is_not_proposed_again(content):
    put(content, "a", "It rained.", "Actors: The Uqbar League;\n")
    (proposal,) = suggest(content)
    write_answer(content / "authority", Answer(proposal, proposal.choices[0]))
    assert suggest(content) == []


def test_a_proposal_that_was_rejected_is_not_made_again(content):
    put(content, "a", "It rained.", "Actors: The Uqbar League;\n")
    (proposal,) = suggest(content)
    write_answer(content / "authority", Answer(proposal, None))
    assert list(load_rejected(content / "authority")) == [("unknown", "actor theuqbarleague")]
    assert suggest(content) == []


def test_two_records_that_differ_in_spelling_are_proposed_as_one_unless_kept_apart(content):
    put(content, "a", "The Blue Hill Front fought.")
    put(content, "b", "A fighter of al-Bluehill spoke. The Blue Hill Front left.")
    rows = cells(suggest(content), Matter.MERGE)
    assert {"rule": "same-as", "name": "actor:bluehill", "record": "actor:blue-hill"} in rows
    rules = "rule,name,record\nnot-same-as,actor:blue-hill,actor:bluehill\n"
    (content / "authority/rules.csv").write_text(rules, "utf-8")
    assert cells(suggest(content), Matter.MERGE) == []


PLACE = Record(RecordId("geonames:1"), Kind.PLACE, "city", "Alpha", latitude=10.0, longitude=20.0)
NAMESAKE = Record(RecordId("geonames:2"), Kind.PLACE, "city", "Alpha", qualifier="Ohio", latitude=40.0, longitude=-80.0)


def mention(text: str, surface: str, record: Record | None, **more: object) -> Mention:
    start = text.index(surface)
    kind = record.kind if record else Kind.ACTOR
    defaults: dict[str, object] = {
        "field": "text", "start": start, "end": start + len(surface), "surface": surface, "kind": kind,
        "role": Role.LITERAL if kind is Kind.PLACE else Role.NAME, "record": record, "rule": "name",
        "type": record.type if record else "organisation",
    }  # fmt: skip
    return Mention(**{**defaults, **more})  # type: ignore[arg-type]  # the fields that a claim names


def surveyed(*stories: tuple[str, list[Mention]]) -> list[Proposal]:
    """The proposals that articles with these mentions make."""
    authority, _ = load_authority(None)
    survey = Survey()
    for number, (text, mentions) in enumerate(stories):
        title = text if any(one.field == "title" for one in mentions) else ""
        survey_article(survey, ReadArticle(f"story-{number}", title, text, ()), mentions, [], authority)
    return propose(survey, authority)


def test_an_acronym_and_another_spelling_go_with_the_whole_name():
    long, short, other = "Uqbar Relief League", "URL", "Uqbar Relief Leagues"
    stories = [(f"The {name} met.", [mention(f"The {name} met.", name, None)]) for name in (long, long, short, other)]
    (proposal,) = surveyed(*stories)
    assert proposal.name == long
    assert [choice.cells["variants"] for choice in proposal.choices] == ["URL; Uqbar Relief Leagues", ""]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Hizballah Movement", "actor:hezbollah"),  # another spelling
        ("Royal Aero Forum", None),  # "RAF" is another's acronym
        ("Supreme Court", None),  # a name of several, which the story leaves open
    ],
)
def test_a_name_without_a_record_is_proposed_as_the_record_that_it_spells_otherwise(name, id_):
    known = find_record_by_id(load_authority(None)[0], id_ or "actor:gb/air-force")
    court = find_record_by_id(load_authority(None)[0], "actor:us/supreme-court")
    texts = [f"The {name} met.", "They met."]
    stories = [
        (texts[0], [mention(texts[0], name, None)]),
        *[(texts[1], [mention(texts[1], "They", record, type="group")]) for record in (known, court) if record],
    ]
    rows = cells(surveyed(*stories), Matter.MERGE)
    assert rows == ([{"rule": "means", "name": name, "record": id_}] if id_ else [])


def test_a_person_is_proposed_when_several_articles_name_him():
    text = "Orlan Uqbari spoke."
    story = (text, [mention(text, "Orlan Uqbari", None, type="person")])
    assert surveyed(story, story) == []
    assert [choice.cells["id"] for choice in surveyed(story, story, story)[0].choices] == ["actor:orlan-uqbari"]


def test_a_possessive_that_lost_its_apostrophe_is_no_spelling_of_a_name():
    texts = ["Orlan Uqbari spoke.", "Orlan Uqbaris men left.", "Orlan Ukbari came."]
    names = ["Orlan Uqbari", "Orlan Uqbaris", "Orlan Ukbari"]
    stories = [(text, [mention(text, name, None, type="person")]) for text, name in zip(texts, names, strict=True)]
    (proposal,) = surveyed(*stories[:2] * 3, *stories)
    assert [choice.cells["variants"] for choice in proposal.choices] == ["Orlan Ukbari", ""]


@pytest.mark.parametrize(
    ("text", "name", "is_proposed"),
    [
        ("The Federal Government met.", "Federal Government", False),
        ("The Government met.", "Government", False),
        ("The State Parliament met.", "State Parliament", False),
        ("The Uqbar Government met.", "Uqbar Government", True),
        ("The National Party met.", "National Party", True),
        ("Where to Watch Connect with Tlon iOS Android Satellite Hotels Corporate About Tlon Careers Press Releases",
         "Android Satellite Hotels", False),
        ("It was the Blue Hill Hotels that Orlan Uqbari, Tlon Orbis and Hlaer Jangr sold in May.", "Blue Hill Hotels",
         True),
    ],
)  # fmt: skip
def test_an_office_of_no_state_and_a_menu_are_no_names_to_list(text, name, is_proposed):
    assert [one.name for one in surveyed((text, [mention(text, name, None)]))] == [name] * is_proposed


def test_a_name_taken_for_several_records_is_asked_with_each_of_them():
    text = "They met in Alpha."
    other = (Alternative(NAMESAKE, 0.1, ""),)
    sure, doubtful = mention(text, "Alpha", PLACE, alternatives=other), mention(text, "Alpha", NAMESAKE)
    assert [one for one in surveyed((text, [sure])) if one.matter is Matter.AMBIGUOUS] == []
    asked = [one for one in surveyed((text, [sure]), (text, [doubtful])) if one.matter is Matter.AMBIGUOUS]
    assert [dict(choice.cells) for choice in asked[0].choices] == [
        {"rule": "means", "name": "Alpha", "record": "geonames:1"},
        {"rule": "means", "name": "Alpha", "record": "geonames:2"},
    ]
    assert asked[0].question.startswith("Alpha was taken for Alpha in 1, Alpha (Ohio) in 1.")


def test_the_one_article_that_means_another_may_be_put_right_alone():
    text = "They met in Alpha."
    usual, other = mention(text, "Alpha", PLACE), mention(text, "Alpha", NAMESAKE)
    proposals = surveyed((text, [usual]), (text, [other]), (text, [usual]))
    assert cells(proposals, Matter.AMBIGUOUS)[-1] == {
        "rule": "means", "name": "Alpha", "record": "geonames:1", "article": "story-1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # A town and its province, told apart by each story's words.
        (PLACE, replace(NAMESAKE, type="region", latitude=10.5, longitude=20.5)),
        (replace(PLACE, id=RecordId("geonames:163843")), replace(NAMESAKE, broader=(RecordId("geonames:163843"),))),
        # What a story calls "Alpha" for short.
        *[tuple(Record(RecordId(f"actor:{code}"), Kind.ACTOR, "force", f"{code} Alpha") for code in ("aa", "bb"))],
    ],
)
def test_what_each_story_tells_apart_is_not_asked_about(first, second):
    text = "They met in Alpha."
    stories = [(text, [mention(text, "Alpha", record)]) for record in (first, second)]
    assert cells(surveyed(*stories), Matter.AMBIGUOUS) == []


def test_a_name_decided_by_a_rule_is_not_asked_about():
    text = "They met in Alpha."
    decided = mention(text, "Alpha", PLACE, rule="rule in rules.csv", alternatives=(Alternative(NAMESAKE, 0.9, ""),))
    assert surveyed((text, [decided])) == []


@pytest.mark.parametrize(
    ("text", "field", "is_noise"),
    [
        ("The envoy met Fatima Alpha.", "text", True),  # beside a given name
        ("The envoy met in Alpha.", "text", False),
        ("Ten Die As Alpha Burns", "title", True),  # in headlines alone
    ],
)
def test_a_name_that_hardly_stands_as_a_place_is_proposed_as_none(text, field, is_noise):
    story = (text, [mention(text, "Alpha", PLACE, field=field)])
    rows = cells(surveyed(story, story), Matter.NOISE)
    assert rows == ([{"rule": "ignore", "name": "Alpha"}] if is_noise else [])


def test_an_example_is_a_sentence_or_the_words_around_the_name():
    text = "word " * 200 + "Uqbar League" + " word" * 200
    (proposal,) = surveyed((text, [mention(text, "Uqbar League", None)]))
    (example,) = proposal.examples
    assert "Uqbar League" in example.sentence
    assert len(example.sentence) <= MAX_EXAMPLE_CHARS + 2


def test_the_distance_of_two_places_is_that_of_the_globe():
    london, paris = (replace(PLACE, latitude=lat, longitude=lon) for lat, lon in ((51.507, -0.128), (48.857, 2.352)))
    assert distance_km(london, paris) == pytest.approx(344, abs=1)
    assert distance_km(london, replace(paris, latitude=None)) is None


QUESTIONS = [
    Proposal(
        Matter.UNKNOWN, Kind.ACTOR, "Uqbar League", "actor uqbarleague", "Uqbar League has no record.", 2,
        (Choice("actors.csv", {"id": "actor:uqbar-league", "kind": "group", "preferred": "Uqbar League"}, "add it"),),
        (Example('The "Uqbar League" met, again.', "a"),),
    ),
    Proposal(
        Matter.AMBIGUOUS, Kind.PLACE, "Alpha", "place alpha", "Alpha was taken for two.", 1,
        tuple(Choice("rules.csv", {"rule": "means", "name": "Alpha", "record": id_}, id_)
              for id_ in ("geonames:1", "geonames:2")),
    ),
]  # fmt: skip


def test_what_is_printed_may_be_pasted_whole_and_decides_nothing_that_is_open():
    printed = proposal_rows(QUESTIONS, limit=5)
    rows = list(read_rows(",".join(columns_of("actors.csv")) + "\n" + printed, "actors.csv"))
    assert [row["id"] for row in rows if isinstance(row, Row)] == ["actor:uqbar-league"]
    assert "# means,Alpha,geonames:2,,,,\n" in printed
    assert '#   “The "Uqbar League" met, again.” (a)\n' in printed


def test_the_first_of_each_matter_are_printed():
    printed = proposal_rows([QUESTIONS[0]] * 3, limit=2)
    assert printed.count("actor:uqbar-league,group") == 2
    assert "3, the first 2 of them" in printed


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("a\n2\n", ["actor:uqbar-league", "geonames:2"]),
        ("A\nr\n", ["actor:uqbar-league", "never again"]),
        ("s\n1\n", ["geonames:1"]),
        ("what?\n\n9\na\nq\n", ["actor:uqbar-league"]),  # what is no answer is asked again
        ("q\na\n", []),
        ("r\n", ["never again"]),  # the input ends
        ("", []),
    ],
)
def test_a_person_accepts_picks_rejects_skips_and_quits(typed, answers):
    said = []
    for answer in ask(QUESTIONS, io.StringIO(typed), io.StringIO()):
        cells = answer.choice.cells if answer.choice else {"id": "never again"}
        said.append(cells.get("id") or cells["record"])
    assert said == answers


def test_a_question_shows_name_count_sentences_and_candidates():
    screen = io.StringIO()
    list(ask(QUESTIONS, io.StringIO("s\ns\n"), screen))
    shown = screen.getvalue()
    for words in ("1 of 2", "2 articles", "Uqbar League has no record.", "met, again.” (a)", "  2  geonames:2"):
        assert words in shown


def test_a_text_moves_no_cursor_and_changes_no_colour():
    screen = io.StringIO()
    hostile = Proposal(Matter.NOISE, Kind.PLACE, "x", "x", "\x1b[2Jgone\r", 1, QUESTIONS[0].choices)
    list(ask([hostile], io.StringIO(""), screen))
    assert "\x1b" not in screen.getvalue() + proposal_rows([hostile], limit=1)
    assert "\r" not in screen.getvalue()


def test_an_answer_keeps_the_form_of_the_file(content):
    rules = content / "authority/rules.csv"
    rules.write_bytes(b"\xef\xbb\xbfrule;name;record\r\n")
    write_answer(content / "authority", Answer(QUESTIONS[1], QUESTIONS[1].choices[0]))
    assert rules.read_bytes() == b"\xef\xbb\xbfrule;name;record\r\nmeans;Alpha;geonames:1\r\n"


def test_the_questions_are_asked_in_a_terminal_and_the_answers_stand_in_the_files(content):
    put(content, "a", "It rained.", "Actors: The Uqbar League;\nPlaces: Uqbar Heights;\n")
    keyboard, screen = pty.openpty()
    command = [sys.executable, "-m", "dateline", "suggest", "--interactive"]
    run = subprocess.Popen(
        command,
        cwd=content.parent,
        stdin=screen,
        stdout=screen,
        stderr=screen,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    os.close(screen)
    os.write(keyboard, b"a\nr\n")
    shown = b""
    while True:
        try:
            piece = os.read(keyboard, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    assert run.wait(timeout=30) == 0
    os.close(keyboard)
    assert b"2 answers written" in shown
    assert "actor:the-uqbar-league,organisation" in (content / "authority/actors.csv").read_text("utf-8")
    assert list(load_rejected(content / "authority")) == [("unknown", "place uqbarheights")]
