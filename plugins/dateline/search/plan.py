"""A query's tree into a plan: which terms of the archive are asked for, and how they are put together.

The tree says “syr*” or “Daesh”; the plan says which terms these are in this archive. `theme/static/js/engine/plan.js`
makes the same plan in the browser; `tests/shared/plans.json` holds both to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

from dateline.search.analysis import Token, find_tokens, fold_word, terms_of
from dateline.search.fields import FIELDS, TEXT, VALUE_FIELDS, below
from dateline.search.languages import takes_folded
from dateline.search.names import (
    SHORT_NAME_LETTERS,
    WIDENED_FIELDS,
    Name,
    NameBook,
    folded_words,
    keys_begun,
    keys_called,
    whole_names,
)
from dateline.search.parser import DASHES, OPERATORS
from dateline.search.scoring import Statistics
from dateline.search.tree import Dated, Group, Leaf, Not, Tree, Undated
from dateline.search.words import (
    MAX_EXPANSIONS,
    Expansion,
    Vocabulary,
    default_edits,
    words_begun,
    words_like,
    words_near,
)
from dateline.text import fold_spaces

MAX_NAME_PARTS = 5  # words of a query that are tried together as a name
MAX_PLAIN_WORDS = 32  # of a malformed query
# Where some words are enough. Measured on newswires, see docs/search/terms.md.
COMMON_SHARE = 3  # a word in more than one of so many articles says little about any of them
NAME_WEIGHT = 0.2
LEAST_RARITY = 0.1  # of words that nearly all articles have
MAX_TOLD_LABELS = 3  # of what a name in a field stands for

# What of a malformed query is no word, where a lexeme may begin: fields, dates with what follows; signs after a word.
_BEGINNING = rf'(?<![^ ()":{DASHES}])'
_FIELD = re.compile(
    rf'{_BEGINNING}(?:(?:date|undated): *(?:\[[^]()"]*\]?)?[^ ()"]*|(?:{"|".join(FIELDS)}):)|(?<=[^ ])[~^][0-9.]*',
    re.IGNORECASE | re.ASCII,
)
_OPERATOR = re.compile(rf'{_BEGINNING}(?:{"|".join(OPERATORS)})(?![^ ()"])')


@dataclass(frozen=True, slots=True)
class TermPlan:
    """Articles that have a term, scored by BM25F: in `TEXT`, by title and body as one."""

    field: str  # TEXT or one of FIELDS
    term: str  # of a value field, a value's key, or `below(key)`
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class PhrasePlan:
    """Articles that have words in order, each at most `reach` places after the one before, in one text field.

    A word may be any of several terms. Scored as all its words wanted together (`AndPlan` of an `OrPlan` a word); in
    TEXT, the phrase stands in the title or in the body.
    """

    field: str  # TEXT, "title" or "body"
    words: tuple[tuple[str, ...], ...]  # two or more
    reach: int = 1
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class DatesPlan:
    """Articles whose date lies within bounds; each scores 1."""

    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class UndatedPlan:
    """Articles without a date; each scores 1."""


@dataclass(frozen=True, slots=True)
class AllPlan:
    """All articles; each scores 1."""


@dataclass(frozen=True, slots=True)
class NonePlan:
    """No article."""


@dataclass(frozen=True, slots=True)
class NotPlan:
    """Articles that `part` does not find; each scores 1. As a part of an `AndPlan` beside others it adds no score."""

    part: Plan


@dataclass(frozen=True, slots=True)
class AndPlan:
    """Articles that all parts find. Scores are summed in halves over the parts that are no `NotPlan`."""

    parts: tuple[Plan, ...]  # two or more


@dataclass(frozen=True, slots=True)
class OrPlan:
    """Articles that any part finds. Scores are summed in halves."""

    parts: tuple[Plan, ...]  # two or more


Plan = TermPlan | PhrasePlan | DatesPlan | UndatedPlan | AllPlan | NonePlan | NotPlan | AndPlan | OrPlan


def plan_json(plan: Plan) -> list[Any]:  # noqa: PLR0911 - one answer a kind of node
    """Return a plan as lists, as the browser has it.

    >>> plan_json(OrPlan((TermPlan("text", "daesh"), TermPlan("actor", "actor:isis"))))
    ['or', ['term', 'text', 'daesh', 1.0], ['term', 'actor', 'actor:isis', 1.0]]
    """
    match plan:
        case TermPlan(field, term, boost):
            return ["term", field, term, boost]
        case PhrasePlan(field, words, reach, boost):
            return ["phrase", field, [list(terms) for terms in words], reach, boost]
        case DatesPlan(first, last):
            return ["date", first, last]
        case UndatedPlan():
            return ["undated"]
        case AllPlan():
            return ["all"]
        case NonePlan():
            return ["none"]
        case NotPlan(part):
            return ["not", plan_json(part)]
        case AndPlan(parts):
            return ["and", *map(plan_json, parts)]
        case OrPlan(parts):
            return ["or", *map(plan_json, parts)]


class Lookup(Vocabulary, NameBook, Protocol):
    """What a plan needs to know of an archive."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the articles."""

    @property
    def statistics(self) -> Statistics:
        """The number of articles, and of the words of each field."""

    def df(self, field: str, term: str) -> int:
        """Return how many articles have a term in a field."""


@dataclass(frozen=True, slots=True)
class Widened:
    """Words of a query that are also looked for as the name of a value."""

    words: str  # as typed
    field: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query's plan, and what the reader is told of it."""

    plan: Plan
    widened: tuple[Widened, ...] = ()
    notes: tuple[str, ...] = ()  # sentences
    unknown: tuple[str, ...] = ()  # folded words that are wanted and that no article and no name has


def resolve(tree: Tree, lookup: Lookup, *, widen: bool = True) -> Resolved:
    """Return which terms of the archive a query asks for; with `widen`, names stand for what is tagged with them."""
    reading = _Reading(lookup, widen=widen)
    plan = _plan(tree, reading) or NonePlan()
    return Resolved(
        plan, tuple(reading.widened), tuple(dict.fromkeys(reading.notes)), tuple(dict.fromkeys(reading.unknown))
    )


def plain_words(text: str) -> Tree | None:
    """Return the tree of a malformed query: its words, whatever stands between them; None where there is none.

    Operators, names of fields, dates and numbers after signs are none of them.

    >>> plain_words("(place:mosul^1000 OR")
    Leaf(kind='word', text='mosul', field=None, reach=0, boost=1.0)
    """
    plain = _OPERATOR.sub(" ", _FIELD.sub(" ", fold_spaces(text)))
    leaves = [Leaf("word", token.surface) for token in islice(find_tokens(plain), MAX_PLAIN_WORDS)]
    return Group("and", tuple(leaves)) if len(leaves) > 1 else leaves[0] if leaves else None


def plain_parts(tree: Tree) -> tuple[Leaf, ...]:
    """Return the words and phrases of a query that is nothing else, if there are two or more; else nothing."""
    parts = tree.parts if isinstance(tree, Group) and tree.op == "and" else ()
    plain = [part for part in parts if isinstance(part, Leaf) and part.kind in {"word", "phrase"} and not part.field]
    return tuple(plain) if len(plain) == len(parts) else ()


def some_of(tree: Tree, resolved: Resolved, lookup: Lookup) -> Plan | None:
    """Return what finds articles with some of a query's words, where too few have all; None for other queries.

    `resolved` is the plan of `tree`. Each word weighs as in BM25 without Whoosh's “+ 1”, which lifts common words over
    rare ones when articles need not have all. Words in over a third of the articles are left out, unless all are.
    """
    leaves = plain_parts(tree)
    if not leaves:
        return None
    quiet = _Reading(lookup, widen=False, wanted=False)
    plans = [plan for leaf in leaves if (plan := _words_plan(leaf, quiet))]
    telling = [plan for plan in plans if not _is_common(plan, lookup)]
    names = [TermPlan(name.field, name.key, NAME_WEIGHT) for name in resolved.widened]
    return _or_plan([*(_weighed(plan, lookup) for plan in telling or plans), *names])


def _is_common(plan: Plan, lookup: Lookup) -> bool:
    return isinstance(plan, TermPlan) and lookup.df(TEXT, plan.term) * COMMON_SHARE > lookup.statistics.documents


def _weighed(plan: Plan, lookup: Lookup) -> Plan:
    """Return the plan of a word weighed by rarity; a phrase is rare enough."""
    match plan:
        case TermPlan(_, term, boost):
            return replace(plan, boost=boost * _rarity(lookup.statistics.idf(lookup.df(TEXT, term))))
        case OrPlan(parts):
            return OrPlan(tuple(_weighed(part, lookup) for part in parts))
        case _:
            return plan


def _rarity(idf: float) -> float:
    """Return what of an idf is left without its “+ 1”, as a share of it.

    >>> [_rarity(idf) for idf in (1.0, 2.0, 8.0)]
    [0.1, 0.5, 0.875]
    """
    return max(LEAST_RARITY, 1 - 1 / idf) if idf > 0 else LEAST_RARITY


@dataclass(slots=True)
class _Reading:
    """What comes to light while a tree is read."""

    lookup: Lookup
    widen: bool
    wanted: bool = True  # not under a NOT
    widened: list[Widened] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def _plan(tree: Tree, reading: _Reading) -> Plan | None:
    """Return the plan of a tree; None where it has no word."""
    match tree:
        case Leaf():
            return _leaf_plan(tree, reading)
        case Dated(first, last):
            return DatesPlan(first, last)
        case Undated():
            return UndatedPlan()
        case Not(part):
            # What is unwanted is what was typed: "-Daesh" keeps articles that only say "ISIS".
            unwanted = _plan(part, replace(reading, widen=False, wanted=False))
            return unwanted and _not_plan(unwanted)
        case Group("or", parts):
            return _joined(_or_plan, [_plan(part, reading) for part in parts])
        case Group(_, parts):
            return _joined(_and_plan, list(_and_parts(parts, reading)))


def _and_parts(parts: Sequence[Tree], reading: _Reading) -> Iterator[Plan | None]:
    """Yield the plans of parts that are wanted together, neighbouring words that are a name as one."""
    at = 0
    while at < len(parts):
        run = _plain_run(parts[at : at + MAX_NAME_PARTS]) if reading.widen else []
        named = next((run[:size] for size in range(len(run), 1, -1) if _names_of(run[:size], reading)), None)
        yield _widened_plan(named, reading) if named else _plan(parts[at], reading)
        at += len(named or parts[at : at + 1])


def _plain_run(parts: Sequence[Tree]) -> list[Leaf]:
    """Return the plain words that `parts` open with, as far as they have one weight."""
    run: list[Leaf] = []
    for part in parts:
        if not isinstance(part, Leaf) or part.kind != "word" or part.field or (run and part.boost != run[0].boost):
            break
        run.append(part)
    return run


def _names_of(run: Sequence[Leaf], reading: _Reading) -> list[Name]:
    """Return the places and actors that words are a whole name of, by field and key."""
    typed = " ".join(leaf.text for leaf in run)
    text = " ".join(folded_words(typed))
    is_small = typed == typed.lower() != typed.upper()  # which is not said of Arabic, whose letters have no case
    if not text or (is_small and len(text.replace(" ", "")) <= SHORT_NAME_LETTERS):
        return []
    # “Who” at the head of a question is not WHO, but Ufa is Ufa.
    is_short = len(text.replace(" ", "")) <= SHORT_NAME_LETTERS and typed != typed.upper()
    return [
        name
        for name in whole_names(text, reading.lookup)
        # A value that no article is tagged with itself, only with what lies in it, finds nothing more.
        if name.field in WIDENED_FIELDS and reading.lookup.df(name.field, name.key)
        if not is_short or reading.lookup.value(name.field, name.key).label == typed
    ]


def _widened_plan(run: Sequence[Leaf], reading: _Reading) -> Plan | None:
    """Return the plan of words, with the values that they are a name of beside them."""
    names = _names_of(run, reading) if reading.widen else []
    if not names:
        return _joined(_and_plan, [_words_plan(leaf, reading) for leaf in run])
    words = _joined(_and_plan, [_words_plan(leaf, replace(reading, wanted=False)) for leaf in run])
    typed = " ".join(leaf.text for leaf in run)
    for name in names:
        label = reading.lookup.value(name.field, name.key).label
        reading.widened.append(Widened(typed, name.field, name.key, label))
    return _or_plan([words or NonePlan(), *(TermPlan(name.field, name.key, run[0].boost) for name in names)])


def _leaf_plan(leaf: Leaf, reading: _Reading) -> Plan | None:
    if leaf.field in VALUE_FIELDS:
        return _value_plan(leaf, leaf.field, reading)
    match leaf.kind:
        case "word" if leaf.field is None:
            return _widened_plan([leaf], reading)
        case "word" | "phrase":
            return _words_plan(leaf, reading)
        case _:
            return _expanded_plan(leaf, reading)


def _words_plan(leaf: Leaf, reading: _Reading) -> Plan | None:
    """Return the plan of a word or a phrase; a word of several, al-Bab, is a phrase."""
    words = [terms for token in find_tokens(leaf.text) if (terms := _terms_of(token, reading.lookup))]
    if reading.wanted:
        _tell_unknown(leaf, reading)
    if len(words) > 1:
        return PhrasePlan(leaf.field or TEXT, tuple(words), leaf.reach or 1, leaf.boost)
    return _terms_plan(leaf.field or TEXT, words[0], leaf.boost) if words else None


def _terms_of(token: Token, lookup: Lookup) -> tuple[str, ...]:
    """Return the terms that a typed word stands for, by the rules of each language of the archive.

    Most stemmers need accents: a word typed without any also stands for the terms that it has where it is so written.
    """
    terms = terms_of(token.surface, lookup.languages)
    if token.word != token.surface.lower() or all(takes_folded(language) for language in lookup.languages):
        return terms
    written = next(iter(lookup.words(token.word)), None)
    return tuple(dict.fromkeys((*terms, *written.terms))) if written and written.word == token.word else terms


def _tell_unknown(leaf: Leaf, reading: _Reading) -> None:
    """Take down the words of a leaf that no article has in any language."""
    lookup = reading.lookup
    for token in find_tokens(leaf.text):
        terms = _terms_of(token, lookup)
        if terms and not any(lookup.df(TEXT, term) for term in terms):
            reading.unknown.append(token.word)


def _expanded_plan(leaf: Leaf, reading: _Reading) -> Plan | None:
    """Return the plan of a prefix, a wildcard or a fuzzy word; words before it, as in al-ba*, are wanted too."""
    before, word = _last_word(leaf)
    if not word:
        return None
    expansion = _expand(leaf, word, reading.lookup)
    _tell(reading, leaf, found=bool(expansion.words), capped=expansion.capped, missing="The archive has no word like")
    whole = [_words_plan(replace(leaf, kind="word", text=text, reach=0), reading) for text in before]
    return _joined(_and_plan, [*whole, _terms_plan(leaf.field or TEXT, expansion.terms, leaf.boost)])


def _expand(leaf: Leaf, word: str, lookup: Lookup) -> Expansion:
    match leaf.kind:
        case "prefix":
            return words_begun(word, lookup)
        case "wildcard":
            return words_like(word, lookup)
        case _:
            return words_near(word, leaf.reach or default_edits(word), lookup)


def _last_word(leaf: Leaf) -> tuple[list[str], str]:
    """Return the words of a leaf before the last, as typed, and the last, folded."""
    if leaf.kind == "wildcard":
        return [], _folded_pattern(leaf.text)
    tokens = list(find_tokens(leaf.text))
    return [token.surface for token in tokens[:-1]], tokens[-1].word if tokens else ""


def _folded_pattern(text: str) -> str:
    """Return a wildcard with its letters folded, its signs as they are."""
    return "".join(piece if piece in {"?", "*"} else fold_word(piece) for piece in re.split("([?*])", text) if piece)


def _value_plan(leaf: Leaf, name: str, reading: _Reading) -> Plan | None:
    """Return the plan of a name in a field of values, which a wildcard or a tilde never is."""
    text = " ".join(folded_words(leaf.text))
    if not text:
        return None
    find_keys = keys_begun if leaf.kind == "prefix" else keys_called
    found = find_keys(text, name, reading.lookup)
    missing = f"No {name} of the archive is called"
    _tell(reading, leaf, found=bool(found.keys), capped=found.capped, missing=missing)
    if reading.wanted and not found.keys and leaf.kind != "prefix":
        _tell_unknown(leaf, reading)
    if reading.wanted and leaf.kind != "prefix":
        _tell_labels(leaf, name, found.keys, reading)
    has_below = reading.lookup.has_below
    terms = [below(key) if has_below(name, key) else key for key in found.keys]
    return _terms_plan(name, terms, leaf.boost)


def _tell_labels(leaf: Leaf, name: str, keys: Sequence[str], reading: _Reading) -> None:
    """Note what a name stands for, where it is shown under another."""
    lookup = reading.lookup
    labels = [lookup.value(name, key).label for key in keys[: MAX_TOLD_LABELS + 1] if lookup.df(name, key)]
    text = folded_words(leaf.text)
    if 0 < len(labels) <= MAX_TOLD_LABELS and not any(folded_words(label) == text for label in labels):
        reading.notes.append(f"“{leaf.text}” stands for {', '.join(labels)}.")


_SHOWN = {"prefix": "{}*", "fuzzy": "{}~"}


def _tell(reading: _Reading, leaf: Leaf, *, found: bool, capped: bool, missing: str) -> None:
    """Note what the reader should know of a part that stands for many words or names, or for none."""
    shown = _SHOWN.get(leaf.kind, "{}").format(leaf.text)
    if capped:
        reading.notes.append(
            f"“{shown}” stands for more than {MAX_EXPANSIONS} words or names: {MAX_EXPANSIONS} of them were looked for."
        )
    if not found:
        reading.notes.append(f"{missing} “{shown}”.")


def _terms_plan(name: str, terms: Sequence[str], boost: float) -> Plan:
    return _or_plan([TermPlan(name, term, boost) for term in terms])


def _joined(join: Any, parts: Sequence[Plan | None]) -> Plan | None:
    """Return parts as one plan, those without a word left out; None where no part has one."""
    kept = [part for part in parts if part is not None]
    joined: Plan | None = join(kept) if kept else None
    return joined


def _and_plan(parts: Sequence[Plan]) -> Plan:
    """Return a plan of what all parts find; a part that finds all articles neither narrows nor scores beside others."""
    if any(isinstance(part, NonePlan) for part in parts):
        return NonePlan()
    narrowing = [part for part in parts if not isinstance(part, AllPlan)]
    if not narrowing:
        return AllPlan()
    return AndPlan(tuple(narrowing)) if len(narrowing) > 1 else narrowing[0]


def _or_plan(parts: Sequence[Plan]) -> Plan:
    finding = [part for part in parts if not isinstance(part, NonePlan)]
    if not finding:
        return NonePlan()
    return OrPlan(tuple(finding)) if len(finding) > 1 else finding[0]


def _not_plan(part: Plan) -> Plan:
    match part:
        case NonePlan():
            return AllPlan()
        case AllPlan():
            return NonePlan()
        case _:
            return NotPlan(part)
