"""The scorer of `make gold`, and the marks themselves: each cuts out a name and none lies over another."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tests" / "gold"))

import score
from score import Judged, Mark, below_floors, distance_km, figures, record_rates, span_rates

LIMA = (-12.05, -77.04)
CALLAO = (-12.06, -77.15)
LIMA_OHIO = (40.74, -84.11)
TEXT = "Troops left Lima for Callao."
MARKED = score.load_sets(score.GOLD) + score.load_seed(REPOSITORY)


def mark(start, end, record=None, at=(None, None), *, kind="place", role="literal", type_="city", same_as=()):
    return Mark("text", start, end, kind, role, type_, record, *at, same_as=same_as)


def judged(gold, found):
    return Judged("own", "dev", "1", score.hash_of("", TEXT), "", TEXT, tuple(gold), tuple(found))


def rates(gold, found, view="places"):
    return span_rates([judged(gold, found)], score.VIEWS[view])


@pytest.mark.parametrize(
    ("gold", "found", "strict", "overlap"),
    [
        ([(12, 16), (21, 27)], [(12, 16), (21, 27)], (1, 1, 1), (1, 1, 1)),
        ([(12, 16), (21, 27)], [(12, 16)], (1, 0.5, 2 / 3), (1, 0.5, 2 / 3)),
        ([(12, 16)], [(12, 16), (0, 6)], (0.5, 1, 2 / 3), (0.5, 1, 2 / 3)),
        ([(12, 27)], [(12, 16), (21, 27)], (0, 0, 0), (1, 1, 1)),  # each part of a name touches it
        ([(12, 16), (21, 27)], [(12, 27)], (0, 0, 0), (1, 1, 1)),  # one found span counts once
        ([(12, 16)], [(16, 20)], (0, 0, 0), (0, 0, 0)),  # neighbours share no character
        ([(12, 16)], [], (0, 0, 0), (0, 0, 0)),
    ],
)
def test_a_span_is_right_in_full_or_by_a_character(gold, found, strict, overlap):
    spans = rates([mark(*span) for span in gold], [mark(*span) for span in found])
    assert (spans.strict.precision, spans.strict.recall, spans.strict.f1) == pytest.approx(strict)
    assert (spans.overlap.precision, spans.overlap.recall, spans.overlap.f1) == pytest.approx(overlap)


@pytest.mark.parametrize(
    ("view", "count"),
    [("places", 2), ("places, all roles", 4), ("demonyms", 1), ("actors", 3), ("persons", 1), ("organisations", 1)],
)
def test_each_view_counts_its_own_names(view, count):
    marks = [
        mark(0, 1),
        mark(1, 2, role="metonym"),
        mark(2, 3, role="embedded"),
        mark(3, 4, role="demonym"),
        mark(1, 2, kind="actor", role="name", type_="state"),
        mark(5, 6, kind="actor", role="short", type_="person"),
        mark(6, 7, kind="actor", role="description", type_="group"),
    ]
    assert rates(marks, [], view).gold == count


def test_marks_of_one_span_count_once():
    both = [mark(12, 16), mark(12, 16, role="metonym")]
    assert (rates(both, both).gold, rates(both, both).found) == (1, 1)


@pytest.mark.parametrize(
    ("found", "right", "within", "median"),
    [
        (mark(12, 16, "geonames:1", LIMA), 1.0, 1.0, 0.0),
        (mark(12, 16, "place:lima", LIMA, same_as=("geonames:1",)), 1.0, 1.0, 0.0),  # known by its other id
        (mark(12, 16, "geonames:2", CALLAO), 0.0, 1.0, pytest.approx(12, abs=0.5)),
        (mark(12, 16, "geonames:3", LIMA_OHIO), 0.0, 0.0, pytest.approx(5910, abs=30)),
        (mark(12, 16), 0.0, 0.0, None),  # found, but left without a place
        (mark(0, 6, "geonames:1", LIMA), None, None, None),  # not found at all
    ],
)
def test_records_are_judged_of_the_names_that_were_found(found, right, within, median):
    records = record_rates([judged([mark(12, 16, "geonames:1", LIMA)], [found])], score.VIEWS["places"])
    assert (records.right_record, records.within_near, records.median_km) == (right, within, median)


def test_of_two_found_spans_the_nearer_one_is_judged():
    found = [mark(0, 20, "geonames:3", LIMA_OHIO), mark(12, 16, "geonames:1", LIMA)]
    assert record_rates([judged([mark(12, 16, "geonames:1", LIMA)], found)], score.VIEWS["places"]).right_record == 1


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((0, 0), (0, 1), 111.195),  # a degree of the equator
        ((90, 0), (-90, 0), 20015.1),
        ((0, 179.5), (0, -179.5), 111.195),  # across the date line
        ((51.5, -0.1), (51.5, -0.1), 0),
    ],
)
def test_distances_are_great_circles(one, other, km):
    assert distance_km(mark(0, 1, at=one), mark(0, 1, at=other)) == pytest.approx(km, abs=0.1)


def test_a_figure_under_its_floor_is_told_and_one_that_was_not_measured_is_not():
    measured = {"all": figures([judged([mark(12, 16), mark(21, 27)], [mark(12, 16)])])}
    floors = {"all": {"places overlap recall": 0.6, "places overlap precision": 1.0}, "absent": {"places strict f1": 1}}
    assert below_floors(measured, floors) == ["all: places overlap recall is 0.500, below its floor of 0.600"]


def test_errors_show_what_was_found_missed_and_placed_wrongly():
    gold = [mark(12, 16, "geonames:1", LIMA), mark(21, 27, "geonames:2", CALLAO)]
    found = [mark(0, 6, "geonames:9"), mark(12, 16, "geonames:3", LIMA_OHIO)]
    assert list(score.describe_errors(judged(gold, found))) == [
        "1: found wrongly: [Troops] left Lima for Callao. — place literal city geonames:9",
        "1: wrong: Troops left [Lima] for Callao. — place literal city geonames:3, not place literal city geonames:1",
        "1: missed: Troops left Lima for [Callao]. — place literal city geonames:2",
    ]


@pytest.mark.parametrize(
    ("set_", "file"), [("fa-kes", "fa-kes-a/fa-kes-a.csv"), ("reuters", "reuters21578/reut2-000.sgm.xz")]
)
def test_a_set_without_its_corpus_is_left_out_with_a_sentence(set_, file, tmp_path):
    story = replace(judged([], []), set=set_, title=None, text=None)
    kept, skipped = score.load_texts([story], tmp_path)
    assert kept == []
    assert skipped == [f"{set_} is left out: {tmp_path / file} is not there."]


def test_a_text_that_is_not_the_one_marked_is_refused(tmp_path):
    with pytest.raises(ValueError, match="own 1: the text is not the one that was marked"):
        score.load_texts([replace(judged([], []), text="Troops left Quito.")], tmp_path)


def test_errors_of_what_is_held_out_are_not_listed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["score.py", "--errors", "wikinews", "held"])
    with pytest.raises(SystemExit):
        score.main()
    assert "what is held out is not looked at" in capsys.readouterr().err


@pytest.mark.parametrize(("floored", "code"), [("own", 1), ("reuters", 0), ("all", 0)])
def test_the_floors_of_a_set_without_its_corpus_and_of_all_are_passed_over(
    floored, code, tmp_path, monkeypatch, capsys
):
    (tmp_path / "floors.json").write_text(json.dumps({floored: {"places overlap f1": 1.01}}), encoding="utf-8")
    monkeypatch.setattr(score, "GOLD", tmp_path)
    own = replace(judged([mark(12, 16)], []), split="held")
    absent = replace(own, set="reuters", title=None, text=None)
    assert score.print_figures([own, absent], tmp_path) == code
    assert "reuters is left out" in capsys.readouterr().out


def test_floors_are_shares_of_figures_that_there_are():
    floors = json.loads((score.GOLD / "floors.json").read_text(encoding="utf-8"))
    perfect = [replace(story, found=story.gold) for story in MARKED]
    names = {set_: figures(stories) for set_, stories in score.by_set(perfect).items()}
    assert {set_: set(named) - set(names[set_]) for set_, named in floors.items()} == {set_: set() for set_ in floors}
    assert all(0 <= floor <= 1 for named in floors.values() for floor in named.values())


@pytest.mark.parametrize("story", MARKED, ids=lambda story: f"{story.set}-{story.split}-{story.id[-40:]}")
def test_marks_are_in_order_and_hold_a_name_and_none_of_a_role_overlap(story):
    places = {"literal", "metonym", "embedded", "demonym"}
    types = {
        "place": {"city", "region", "country", "continent", "water", "land", "area"},
        "actor": score.ORGANISATIONS | {"person", "state"},
    }
    ordered = sorted(story.gold, key=lambda mark: (mark.field != "title", mark.start))
    assert list(story.gold) == ordered
    for kind_role in {(mark.kind, mark.role) for mark in story.gold}:
        for one, other in pairwise(mark for mark in ordered if (mark.kind, mark.role) == kind_role):
            assert one.field != other.field or one.end <= other.start
    for one in story.gold:
        assert one.role in (places if one.kind == "place" else {"name", "title", "short", "description"})
        assert one.type in types[one.kind] or (story.set == score.SEED and not one.type)
        assert (one.lat is None or -90 <= one.lat <= 90) and (one.lon is None or -180 <= one.lon <= 180)
        if story.text is not None:
            surface = (story.title if one.field == "title" else story.text)[one.start : one.end]
            assert surface and surface == surface.strip() and "\n\n" not in surface
    if story.text is not None:
        assert score.hash_of(story.title or "", story.text) == story.sha256
