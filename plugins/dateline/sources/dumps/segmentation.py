"""Segmentation of a topic dump: which paragraphs are the topic, headlines and bodies, as the whole file suggests.

A first pass learns the layout of the file (where its headlines stand, what comes with them). In a second one the
likeliest reading of all paragraphs at once is chosen, each step of it having a price (Viterbi's algorithm). So a body
without its full stop costs one doubt, and does not shift what headlines and bodies are in the rest of the file.
What is past doubt is given as soon as all readings that are still possible agree on it: memory does not grow.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from dateline.sources.dumps.newsroom import Mark
from dateline.sources.dumps.units import HEADED, LIST_SIGNS, LONG_LINE_CHARS, Unit
from dateline.text import ends_sentence

MAX_SUBHEADING_CHARS = 120
VERY_LONG_LINE_CHARS = 300
SHORT_SENTENCE_CHARS = 140

_NUMBERED = re.compile(r"\d{1,3}[.)]\s+\S")
_SPEAKER = re.compile(r"[^\W\d_][\w.’' -]{1,40}: ?[“\"«„]|\(")
_CONNECTIVE = re.compile(
    r"(?:Meanwhile|But|And|However|Also|Elsewhere|(?:In|On) (?:other|another|related|the other) \w+)\b[ ,]"
)
_WORD = re.compile(r"[^\W\d_]{4,}|[A-Z]{3}")


class Part(StrEnum):
    """What a paragraph of a dump can be."""

    PROLOGUE = "text before the first headline"
    TOPIC = "topic"
    HEADLINE = "headline"
    BODY = "body"
    ASIDE = "none of a story's text"  # separators and what leads on to other pages


class Shape(Enum):
    """Where the headlines of a dump stand."""

    ALONE = "in a block of their own"
    INSIDE = "on the first line of their block"
    ANYWHERE = "on any line"  # for want of blank ones


@dataclass(frozen=True, slots=True)
class Layout:
    """What the whole file shows of how its stories are set."""

    shape: Shape = Shape.ALONE
    texts: int = 0  # paragraphs that are surely text
    numbered: bool = False  # stories, not sub-headings
    marked: bool = False  # a byline or a date line follows a headline
    few: bool = False  # bylines and date lines, to hold it against a headline that it has none
    led: bool = False  # a date line comes before its headline
    parted: bool = False  # by separators
    spaced: bool = False  # more blank lines before headlines than between paragraphs
    regular: bool = False  # a headline's block is one line, a body's never is
    always_inside: bool = False  # all blocks open with their headline
    long_texts: bool = False  # a short paragraph is none
    ruled: bool = False  # story marks tell all headlines
    stacked: bool = False  # lines that are neither byline nor date may stand under a headline in its block
    capitals: bool = False  # headlines are all in capitals
    usual_chars: int = 0  # nine of ten headlines have at most as many; 0 for few headlines
    common: frozenset[str] = frozenset()  # words that tell no story from another


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the maintainer has decided, by line numbers."""

    boundaries: frozenset[int] = frozenset()
    headlines: frozenset[int] = frozenset()
    not_headlines: frozenset[int] = frozenset()

    def on(self, unit: Unit, layout: Layout) -> bool | None:
        """Tell whether a paragraph is a headline, None where that is open."""
        if unit.after is Mark.STORY:
            return True
        if self.boundaries or self.headlines or self.not_headlines:
            lines = range(unit.first, unit.last + 1)
            if any(line in self.boundaries or line in self.headlines for line in lines):
                return True
            if self.boundaries or any(line in self.not_headlines for line in lines):
                return False
        return False if layout.ruled else None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a paragraph was taken for, the doubts that it costs, and how many more a headline costs than text."""

    unit: Unit
    part: Part
    price: float = 0.0
    against: float = 0.0

    @property
    def is_doubtful(self) -> bool:
        """Tell whether another reading was near: text that may be a headline, a headline that is hardly one."""
        if self.part is Part.BODY:
            return self.price >= 1
        return self.part is Part.HEADLINE and self.against > -_SURE_MARGIN

    @property
    def certainty(self) -> int:
        """How sure the decision is, in percent: 95 for a headline like any other."""
        doubts = self.against if self.part is Part.HEADLINE else -self.against
        return round(100 / (1 + math.exp(min(3 * doubts, 100))))


def is_subheading(text: str) -> bool:
    """Tell whether a line of a body is a numbered sub-heading: "1. Mosul"."""
    return len(text) <= MAX_SUBHEADING_CHARS and _NUMBERED.match(text) is not None and not ends_sentence(text)


def may_be_headline(unit: Unit) -> bool:
    """Tell whether a paragraph reads as a headline, wherever it stands: it is no sentence."""
    return not unit.is_sentence


def survey(units: Iterable[Unit]) -> Layout:
    """Return the layout that all paragraphs of a file show."""
    seen: Counter[str] = Counter()
    words: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    previous: Unit | None = None
    lone: Unit | None = None  # the last unit, when it is alone
    numbered = False
    for unit in units:
        if unit.mark is Mark.NONE:
            numbered = numbered or (not seen["units"] and _NUMBERED.match(unit.text) is not None)
            seen["units"] += 1
            _count(unit, previous, lone, seen, lengths, numbered=numbered)
            if seen["units"] <= _SAMPLE_UNITS:
                words.update({word.lower() for word in _WORD.findall(unit.text[:2000])})
            if not unit.under:
                lone = unit if unit.alone or unit.stacked else None
        elif unit.mark is Mark.STORY:
            seen["story marks"] += 1
        previous = unit
    return _layout(seen, words, lengths, numbered)


_SAMPLE_UNITS = 20_000
_MIN_USUAL_CHARS = 60
_MIN_HEADED = 4
_MIN_HEADLINES = 8  # to tell by what is usual for them


def _count(
    unit: Unit, previous: Unit | None, lone: Unit | None, seen: Counter[str], lengths: Counter[int], *, numbered: bool
) -> None:
    is_candidate = may_be_headline(unit) and not _is_sure_text(unit, numbered=numbered)
    seen["texts"] += not is_candidate
    seen["short texts"] += not is_candidate and unit.alone and len(unit.text) <= SHORT_SENTENCE_CHARS
    seen["wide"] += unit.gap > 1
    seen["wide headlines"] += unit.gap > 1 and is_candidate
    seen["narrow texts"] += unit.opens and unit.gap == 1 and not is_candidate
    seen["narrow headlines"] += unit.opens and unit.gap == 1 and is_candidate
    if unit.opens:
        seen["blocks"] += 1
        is_long = not unit.alone and not unit.stacked
        seen["long blocks"] += is_long
        seen["long blocks after one line"] += is_long and lone is not None
        is_topic = seen["blocks"] == 2 and may_be_headline(unit) and lone is not None and not lone.stacked
        if lone is not None and not is_topic and may_be_headline(lone) and not (unit.alone and may_be_headline(unit)):
            seen["alone"] += 1
            seen["stacked"] += lone.stacked
            seen["capitals"] += lone.text.isupper()
            lengths[min(len(lone.text), VERY_LONG_LINE_CHARS)] += 1
        elif unit.opens and is_candidate and unit.below and unit.speaks:
            seen["inside"] += 1
            seen["capitals"] += unit.text.isupper()
            lengths[min(len(unit.text), VERY_LONG_LINE_CHARS)] += 1
    elif is_candidate and not unit.under and previous is not None and unit.below and len(unit.text) < len(unit.below):
        is_headline = ends_sentence(previous.text) or previous.mark is not Mark.NONE
        seen["within"] += is_headline
        seen["capitals"] += is_headline and unit.text.isupper()
        lengths[min(len(unit.text), VERY_LONG_LINE_CHARS)] += is_headline
    if is_candidate:
        seen["headed"] += unit.before in HEADED
        seen["led"] += unit.after in HEADED and previous is not None
        seen["parted headlines"] += unit.after is Mark.SEPARATOR
    seen["parted"] += unit.after is Mark.SEPARATOR


def _layout(seen: Counter[str], words: Counter[str], lengths: Counter[int], numbered: bool) -> Layout:
    alone, inside, within = seen["alone"], seen["inside"], seen["within"]
    shape = Shape.INSIDE if inside > alone else Shape.ALONE
    if within > 2 * max(alone, inside) and seen["blocks"] * 4 < seen["units"]:
        shape = Shape.ANYWHERE
    headlines = max(alone, inside, within)
    return Layout(
        shape=shape,
        texts=seen["texts"],
        numbered=numbered,
        marked=seen["headed"] >= 2 and seen["headed"] >= (0.5 if headlines >= _MIN_HEADLINES else 0.8) * headlines,
        few=seen["headed"] < _MIN_HEADED,
        led=seen["led"] > seen["headed"],
        parted=seen["parted"] >= 1 and seen["parted headlines"] > 0.8 * seen["parted"],
        spaced=seen["wide headlines"] >= 2
        and seen["wide headlines"] > 0.7 * seen["wide"]
        and seen["narrow texts"] > 3 * seen["narrow headlines"],
        regular=alone >= 3 and seen["long blocks after one line"] > 0.9 * seen["long blocks"] > 0.8 * alone,
        always_inside=inside >= 3 and inside > 0.9 * seen["blocks"],
        long_texts=seen["texts"] >= 5 and seen["short texts"] < 0.05 * seen["texts"],
        ruled=seen["story marks"] > 0,
        stacked=alone < 3 or seen["stacked"] > 0.1 * alone,
        capitals=headlines >= 3 and seen["capitals"] >= 0.8 * lengths.total(),
        usual_chars=_quantile(lengths, 0.9) if headlines >= _MIN_HEADLINES else 0,
        common=frozenset(word for word, count in words.items() if count > max(2, 0.01 * seen["units"])),
    )


def _quantile(lengths: Counter[int], share: float) -> int:
    rest = share * lengths.total()
    for length in sorted(lengths):
        rest -= lengths[length]
        if rest <= 0:
            return length
    return 0


_FOLLOWS = {  # what may stand before each part; None is the start of the file
    Part.PROLOGUE: (None, Part.PROLOGUE),
    Part.TOPIC: (None,),
    Part.HEADLINE: (None, Part.PROLOGUE, Part.TOPIC, Part.BODY),
    Part.BODY: (Part.HEADLINE, Part.BODY),
}
_ASIDE = (Mark.SEPARATOR, Mark.STORY, Mark.READ_MORE)
_NO_HEADLINE = (Mark.DATE, Mark.WRONG_DATE, Mark.TAGS)

_IMPOSSIBLE = float("inf")
_NEVER = 1000.0
# Prices, in doubts: an unpunctuated line read as text is one. A topic must be cheaper than that (the headline that
# follows it would else be its body), and so must a last headline that has no body.
_TOPIC_PRICE = 0.5
_ORPHAN_PRICE = 0.8
_SURE_TEXT_PRICE = 0.1
_UNLIKELY_HEADLINE_PRICE = 2.0
_SENTENCE_PRICE = 0.8  # of a headline that is a sentence, where the layout asks for a headline
_LAYOUT_PRICE = 1.5  # of what the layout of all other stories speaks against

_SETTLE_EVERY = 64
_MAX_PENDING_UNITS = 8192
_MAX_PENDING_CHARS = 16_000_000
_SURE_MARGIN = 0.9  # an ordinary headline is one doubt cheaper than text
_HOPELESS = 30.0  # doubts behind the best reading


@dataclass(slots=True)
class _Pending:
    """A paragraph that is not decided yet. `before` holds the best part before each of its own."""

    unit: Unit
    before: dict[Part, Part | None] | None  # None: it is aside
    prices: dict[Part, float] = field(default_factory=dict)


def decide(units: Iterable[Unit], layout: Layout, rulings: Rulings = Rulings()) -> Iterator[Decision]:
    """Yield what each paragraph is in the cheapest reading of them all; of equal ones, headlines come first."""
    prices: dict[Part | None, float] = {None: 0.0}
    pending: list[_Pending] = []
    chars = 0
    for unit in units:
        chars += len(unit.text)
        if unit.mark in _ASIDE:
            pending.append(_Pending(unit, None))
        else:
            own = {part: _price(unit, part, layout, rulings.on(unit, layout)) for part in _FOLLOWS}
            step = {part: _cheapest_before(part, prices) for part in _FOLLOWS}
            pending.append(_Pending(unit, {part: step[part][1] for part in step}, own))
            totals = {part: step[part][0] + own[part] for part in step}
            best = min(totals.values())
            prices = {part: total - best if total < best + _HOPELESS else _IMPOSSIBLE for part, total in totals.items()}
        if len(pending) % _SETTLE_EVERY == 0 or chars > _MAX_PENDING_CHARS:
            is_too_much = len(pending) > _MAX_PENDING_UNITS or chars > _MAX_PENDING_CHARS
            decided = _settle(pending, prices, at_once=is_too_much)
            yield from decided
            del pending[: len(decided)]
            chars = sum(len(item.unit.text) for item in pending) if decided else chars
    if Part.HEADLINE in prices:
        prices[Part.HEADLINE] += _ORPHAN_PRICE
    yield from _settle(pending, prices, at_once=True)


def _settle(pending: list[_Pending], prices: dict[Part | None, float], *, at_once: bool) -> list[Decision]:
    """Return the decisions on which all readings agree; `at_once`, all those of the best one."""
    live: set[Part | None] = {part for part, price in prices.items() if price < _IMPOSSIBLE}
    if at_once:
        best = min(prices, key=lambda part: prices[part])
        live = {best}
        prices.update({part: _IMPOSSIBLE for part in prices if part is not best})
    count = len(pending)
    while count and len(live) > 1:
        before = pending[count - 1].before
        if before is not None:
            live = {before[part] for part in live if part is not None}
        count -= 1
    decisions: list[Decision] = []
    part = next(iter(live))
    for item in reversed(pending[:count]):
        if item.before is None or part is None:
            decisions.append(Decision(item.unit, Part.ASIDE))
            continue
        against = item.prices[Part.HEADLINE] - item.prices[Part.BODY]
        decisions.append(Decision(item.unit, part, item.prices[part], against))
        part = item.before[part]
    return decisions[::-1]


def _cheapest_before(part: Part, prices: dict[Part | None, float]) -> tuple[float, Part | None]:
    options = [(prices.get(before, _IMPOSSIBLE), before) for before in _FOLLOWS[part]]
    return min(options, key=lambda option: option[0])


def _price(unit: Unit, part: Part, layout: Layout, ruling: bool | None) -> float:
    if ruling is not None and part is not Part.TOPIC:
        return _ruled_price(unit, part, is_headline=ruling)
    is_candidate = may_be_headline(unit) and unit.mark is Mark.NONE
    match part:
        case Part.TOPIC:
            is_topic = is_candidate and unit.alone and not ruling
            return _headline_price(unit, layout, as_topic=True) + _TOPIC_PRICE if is_topic else _NEVER
        case Part.PROLOGUE:
            return 3 * _UNLIKELY_HEADLINE_PRICE if is_candidate else 0.0
        case Part.HEADLINE:
            return _headline_price(unit, layout)
    return _body_price(unit, layout)


def _ruled_price(unit: Unit, part: Part, *, is_headline: bool) -> float:
    if is_headline:
        return 0.0 if part is Part.HEADLINE else _NEVER
    if part is Part.HEADLINE:
        return _NEVER
    return float(part is Part.PROLOGUE and may_be_headline(unit))  # dearer than a topic


def _headline_price(unit: Unit, layout: Layout, *, as_topic: bool = False) -> float:
    if unit.mark in _NO_HEADLINE or not (as_topic or _place_fits(unit, layout)):
        return _NEVER
    price = 0.0
    if not may_be_headline(unit):
        if not _stands_as_headline(unit, layout):
            return _NEVER
        price += _SENTENCE_PRICE
    elif _is_sure_text(unit, numbered=layout.numbered):
        price += _UNLIKELY_HEADLINE_PRICE
    price += _SURE_TEXT_PRICE * (len(unit.text) > LONG_LINE_CHARS) + (len(unit.text) > VERY_LONG_LINE_CHARS)
    if as_topic:
        return price
    price += 0.5 * unit.text[0].islower()
    price += _LAYOUT_PRICE * (unit.listed or len(unit.text) > 2 * max(layout.usual_chars, _MIN_USUAL_CHARS))
    price += _LAYOUT_PRICE * (layout.capitals and not unit.text.isupper())
    is_plain = layout.few and not _is_sure_text(unit, numbered=layout.numbered)
    price += _LAYOUT_PRICE * (layout.marked and unit.before not in HEADED and not is_plain)
    price += _LAYOUT_PRICE * (layout.parted and unit.after is not Mark.SEPARATOR)
    price += _LAYOUT_PRICE * (layout.spaced and unit.gap == 1)
    return price


def _body_price(unit: Unit, layout: Layout) -> float:
    price = 0.0
    if may_be_headline(unit) and _place_fits(unit, layout, loosely=True):
        is_sure = _is_sure_text(unit, numbered=layout.numbered) or unit.mark is not Mark.NONE
        price = _SURE_TEXT_PRICE if is_sure else 1.0
    elif not _stands_as_headline(unit, layout):
        return 0.0
    if unit.mark is not Mark.NONE or not _place_fits(unit, layout):
        return price
    price += 2 * _LAYOUT_PRICE * (layout.parted and unit.after is Mark.SEPARATOR)
    price += _LAYOUT_PRICE * (layout.marked and unit.before in HEADED)
    price += _LAYOUT_PRICE * (layout.spaced and unit.gap > 1)
    price += _LAYOUT_PRICE * (unit.headed and not layout.led and unit.speaks)
    price += _LAYOUT_PRICE * (layout.shape is Shape.INSIDE or layout.regular or not may_be_headline(unit))
    return price


def _place_fits(unit: Unit, layout: Layout, *, loosely: bool = False) -> bool:
    """Tell whether a headline of this layout can stand where a paragraph stands."""
    if unit.under:
        return False
    if unit.headed and not layout.led:
        return True
    match layout.shape:
        case Shape.ALONE:
            return unit.alone or (unit.stacked and (loosely or layout.stacked))
        case Shape.INSIDE if loosely:
            return unit.opens
        case Shape.INSIDE:
            is_likely = may_be_headline(unit) and not _is_sure_text(unit, numbered=layout.numbered)
            return unit.opens and bool(unit.below) and (is_likely or _is_expected(unit, layout))
        case Shape.ANYWHERE:
            return True


def _is_expected(unit: Unit, layout: Layout) -> bool:
    """Tell whether a paragraph stands, or is set, as nothing but the headlines of this layout."""
    return (
        (layout.parted and unit.after is Mark.SEPARATOR)
        or (layout.marked and unit.before in HEADED)
        or (layout.capitals and unit.text.isupper())
        or (layout.always_inside and bool(unit.below) and unit.opens)
    )


def _stands_as_headline(unit: Unit, layout: Layout) -> bool:
    """Tell whether a sentence is a headline all the same: the layout has nothing else there."""
    if len(unit.text) > SHORT_SENTENCE_CHARS or unit.mark is not Mark.NONE or not _place_fits(unit, layout):
        return False
    is_like_others = layout.shape is Shape.ALONE and (layout.regular or layout.long_texts)
    return is_like_others or _is_expected(unit, layout)


def _is_sure_text(unit: Unit, *, numbered: bool = False) -> bool:
    """Tell whether a line without its full stop is text all the same: a credit, a date, a question of an interview."""
    is_numbered = is_subheading(unit.text) and not numbered
    leads_on = unit.text.endswith((":", ",", ";")) or unit.text.startswith(LIST_SIGNS)
    is_long = len(unit.text) > LONG_LINE_CHARS // 2 or ends_sentence(unit.text)
    is_spoken = is_long and _SPEAKER.match(unit.text) is not None and ends_sentence(unit.text.rstrip('”"»'))
    return unit.mark is not Mark.NONE or leads_on or is_spoken or is_numbered or unit.holds_sentence


def continues(headline: str, body: str, story: str, layout: Layout) -> bool:
    """Tell whether what reads as a story is a section of the one before: a label for a headline, a text that goes on.

    Nothing in its setting shows it. Two of these do: a headline of a word or two where others are far longer, a text
    that begins with a word that joins it to another, and words that are rare in the file but in both.
    """
    is_short = len(headline) * 3 <= layout.usual_chars
    label = {1: 3, 2: 2}.get(len(headline.split()), 1) if is_short else 0
    joins = 2 if _CONNECTIVE.match(body) else 0
    shared = len(_rare_words(f"{headline} {body}", layout) & _rare_words(story, layout))
    return bool(label or joins) and label + joins + (shared >= 2) + (shared >= 5) >= 3


def _rare_words(text: str, layout: Layout) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)} - layout.common
