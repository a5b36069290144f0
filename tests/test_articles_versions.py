"""Versions: one text grown or mended is told from two texts of one pattern."""

from __future__ import annotations

import pytest

from dateline.articles.versions import are_versions, sketch

LEAD = (
    "Engineers in Lima said on Monday that the old stone bridge over the Rimac would be closed for four months. "
    "Traffic is to be led over two temporary bridges, which the army has promised to build before the rains. "
)
MORE = "Shopkeepers of the quarter, who fear for 1,200 jobs, have asked the mayor for help. "
RATE = "{bank} said it raised its prime lending rate to {new} pct from {old} pct, effective immediately. " * 2


def story(headline: str, *sentences: str) -> str:
    return f"{headline}\n{''.join(sentences)}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (story("BRIDGE TO CLOSE", LEAD), story("BRIDGE TO CLOSE", LEAD, MORE)),  # it grew
        (story("BRIDGE TO CLOSE", LEAD), story("BRIDGE IN LIMA CLOSES", LEAD)),  # another headline
        (story("BRIDGE TO CLOSE", LEAD), story("BRIDGE TO CLOSE", LEAD.replace("stone ", ""))),  # it was mended
    ],
)
def test_a_text_that_grew_or_was_mended_is_a_version(one, other):
    assert are_versions(one, other)
    assert are_versions(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (story("RAIN", LEAD), story("RAIN", MORE * 3)),
        (
            story("RATE UP", RATE.format(bank="First Bank of Lima", new="7-3/4", old="7-1/2")),
            story("RATE UP", RATE.format(bank="Bank of Cusco", new="8-1/4", old="8")),
        ),  # one pattern, other numbers and names
        (story("", "Qtly div 10 cts vs 10 cts prior."), story("", "Qtly div 10 cts vs 10 cts prior.")),  # too short
        ("", ""),
    ],
)
def test_texts_of_one_pattern_are_no_versions(one, other):
    assert not are_versions(one, other)


def test_a_sketch_depends_on_the_text_alone_and_like_texts_share_marks():
    one, other = sketch(story("A", LEAD * 3)), sketch(story("A", LEAD * 3, MORE))
    assert one == sketch(story("A", LEAD * 3))
    assert set(one) & set(other)
    assert len(sketch(LEAD + "".join(f"word{number} " for number in range(20_000)))) == 64
