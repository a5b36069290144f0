"""A query as typed, into a tree, and the tree into Whoosh's query objects.

`theme/static/js/search/query.js` reads the same language; `tests/shared/queries.json` holds both to it.
The language is described in `docs/search.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from whoosh.query import And, NullQuery, Or, Phrase, Query, Require, Term
from whoosh.query import Not as WhooshNot

from dateline.errors import SearchError
from dateline.search.analysis import find_tokens, stem_word
from dateline.text import fold_spaces

FAMILIES: dict[str, tuple[str, ...]] = {"text": ("title", "body"), "names": ("place", "actor", "topic")}
FIELDS = tuple(field for family in FAMILIES.values() for field in family)
DEFAULT_FIELDS = FAMILIES["text"]

MAX_QUERY_CHARS = 500
MAX_DEPTH = 20

_QUOTES = re.compile("[“”„«»]")
# Spelt out, because IGNORECASE takes "ı" for an i in Python and not in JavaScript.
_FIELD = "|".join("".join(f"[{char.upper()}{char}]" for char in field) for field in FIELDS)
_LEXEME = re.compile(
    r' *(?:(?P<open>\()|(?P<close>\))|(?P<phrase>"[^"]*"?)|(?P<sign>(?<=[")])[~^])|(?P<not>-(?=["(\w]))'
    rf'|(?P<field>(?:{_FIELD}):)|(?P<unknown>[^\W\d_]+):(?=[^ /)])|(?P<word>[^ ()"]+))'
)
# Of other query languages: one letter (pal?yra), spellings nearby (palmyr~), a weight (palmyra^5).
_SIGN = re.compile(r"(?<=\w)[~^]|\?(?=\w)")
_STAR_AFTER_WORD = re.compile(r"\w\*+(?!\w)")

OPERATORS = {"AND", "OR", "NOT"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is looked for in one field, or in title and body."""

    kind: Literal["word", "phrase", "prefix"]
    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but `part`."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Group:
    """Two parts or more, none of which is a group of the same kind."""

    op: Literal["and", "or"]
    parts: tuple[Tree, ...]


Tree = Leaf | Not | Group
Expand = Callable[[str, str], Sequence[str]]  # family and prefix into terms


def parse_query(text: str) -> Tree:
    """Return the tree of a query; SearchError says in a sentence what is wrong with a malformed one.

    >>> parse_query("title:ret*")
    Leaf(kind='prefix', text='ret', field='title')
    """
    if len(text) > MAX_QUERY_CHARS:
        raise SearchError(f"The query has {len(text)} characters: {MAX_QUERY_CHARS} are the most.")
    return _Parser(_lexemes(text)).parse()


def tree_json(tree: Tree) -> list[Any]:
    """Return the tree as the browser's parser gives it.

    >>> tree_json(parse_query("syr* -place:Raqqa"))
    ['and', ['prefix', 'syr'], ['not', ['word', 'Raqqa', 'place']]]
    """
    match tree:
        case Leaf(kind, text, None):
            return [kind, text]
        case Leaf(kind, text, field):
            return [kind, text, field]
        case Not(part):
            return ["not", tree_json(part)]
        case Group(op, parts):
            return [op, *map(tree_json, parts)]


def whoosh_query(tree: Tree, expand: Expand) -> Query:
    """Return the query that Whoosh runs; `expand` gives the terms of a prefix."""
    match tree:
        case Leaf():
            return _leaf_query(tree, expand)
        case Group("or", parts):
            return _tree_of(Or, [whoosh_query(part, expand) for part in parts])
        case Group(_, parts):
            wanted = [whoosh_query(part, expand) for part in parts if not isinstance(part, Not)]
            unwanted = [whoosh_query(part.part, expand) for part in parts if isinstance(part, Not)]
            if not unwanted:
                return _tree_of(And, wanted)
            # Not AndNot, which forgets to leave out the first match when the unwanted list begins before it.
            without = WhooshNot(_tree_of(Or, unwanted))
            return Require(_tree_of(And, wanted), without) if wanted else without
        case Not(part):
            return WhooshNot(whoosh_query(part, expand))


def wanted_terms(tree: Tree, expand: Expand) -> set[str]:
    """Return the terms that a snippet marks: all but those under a NOT."""
    match tree:
        case Not():
            return set()
        case Group(_, parts):
            return set().union(*(wanted_terms(part, expand) for part in parts))
        case Leaf():
            terms, prefix = _leaf_terms(tree)
            return {*terms, *(expand(_family(tree), prefix) if prefix else ())}


def prefixes(tree: Tree) -> list[tuple[str, str]]:
    """Return the prefixes of a query, each with the family of fields that it is looked for in."""
    match tree:
        case Not(part):
            return prefixes(part)
        case Group(_, parts):
            return [pair for part in parts for pair in prefixes(part)]
        case Leaf(kind):
            return [(_family(tree), _leaf_terms(tree)[1])] if kind == "prefix" else []


def words_like_operators(tree: Tree) -> list[str]:
    """Return the operators that stand in a query as words, because they are not in capitals.

    >>> words_like_operators(parse_query("raqqa or mosul"))
    ['OR']
    """
    match tree:
        case Not(part):
            return words_like_operators(part)
        case Group(_, parts):
            return list(dict.fromkeys(name for part in parts for name in words_like_operators(part)))
        case Leaf(kind, text):
            return [text.upper()] if kind == "word" and text.upper() in OPERATORS else []


def _leaf_query(leaf: Leaf, expand: Expand) -> Query:
    fields = (leaf.field,) if leaf.field else DEFAULT_FIELDS
    terms, prefix = _leaf_terms(leaf)
    if not prefix:
        return _tree_of(Or, [_phrase_query(field, terms) for field in fields])
    begun = [Term(field, term) for term in expand(_family(leaf), prefix) for field in fields]
    whole = [_tree_of(Or, [Term(field, term) for field in fields]) for term in terms]
    return _tree_of(And, [*whole, _tree_of(Or, begun) if begun else NullQuery])


def _phrase_query(field: str, terms: list[str]) -> Query:
    """Return a query for `terms` side by side, scored as the sum of its terms."""
    words = _tree_of(And, [Term(field, term) for term in terms])
    return Require(words, Phrase(field, terms)) if len(terms) > 1 else words


def _leaf_terms(leaf: Leaf) -> tuple[list[str], str]:
    """Return the terms of a leaf, and the prefix that is looked for beside them ("" for none)."""
    words = [token.word for token in find_tokens(leaf.text)]
    prefix = words.pop() if leaf.kind == "prefix" else ""
    return [stem_word(word) for word in words], prefix


def _family(leaf: Leaf) -> str:
    return next(family for family, fields in FAMILIES.items() if (leaf.field or "body") in fields)


def _tree_of(operator: type[And] | type[Or], parts: Sequence[Query]) -> Query:
    """Join `parts` in halves: Whoosh orders longer lists by size, and the sum of floats hangs on the order.

    Of two numbers it does not, so the browser comes to the same sum, to the bit, by adding in halves too.
    """
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return operator([_tree_of(operator, parts[:middle]), _tree_of(operator, parts[middle:])])


_LEAVES = {"word", "phrase", "prefix"}


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # one of _LEAVES, or: open close field and or not end
    text: str


def _lexemes(text: str) -> list[_Lexeme]:
    """Return the query's lexemes; words without a letter or figure are not among them."""
    plain = _QUOTES.sub('"', fold_spaces(text))
    found = [_read_lexeme(match) for match in _LEXEME.finditer(plain)]
    kept = [lexeme for lexeme in found if lexeme.kind not in _LEAVES or _has_word(lexeme.text)]
    if found and not kept:
        raise SearchError("There is no word in the query: words have letters or figures.")
    return [*kept, _Lexeme("end", "")]


def _read_lexeme(match: re.Match[str]) -> _Lexeme:
    kind, text = str(match.lastgroup), match[str(match.lastgroup)]
    match kind:
        case "phrase":
            if len(text) < 2 or not text.endswith('"'):
                raise SearchError("A quotation mark is opened but not closed.")
            if _STAR_AFTER_WORD.search(text):
                raise SearchError(_MISPLACED_STAR)
            return _Lexeme(kind, text[1:-1])
        case "sign":
            raise SearchError(_unread_sign(text))
        case "field":
            return _Lexeme(kind, text.lower())
        case "unknown":
            raise SearchError(_unknown_field(text))
        case "not":
            return _Lexeme(kind, "-")
        case "word" if text in OPERATORS:
            return _Lexeme(text.lower(), text)
        case "word":
            return _read_word(text)
    return _Lexeme(kind, text)


def _read_word(text: str) -> _Lexeme:
    if sign := _SIGN.search(text):
        raise SearchError(_unread_sign(sign.group()))
    begun = text.rstrip("*")
    if "*" in begun and _has_word(begun):
        raise SearchError(_MISPLACED_STAR)
    return _Lexeme("word" if begun == text else "prefix", begun)


def _has_word(text: str) -> bool:
    return any(True for _ in find_tokens(text))


class _Parser:
    """A recursive descent over the lexemes: OR binds loosest, then AND and mere neighbourhood, then NOT."""

    def __init__(self, lexemes: list[_Lexeme]) -> None:
        self.lexemes = lexemes
        self.at = 0
        self.depth = 0

    def parse(self) -> Tree:
        tree = self.either("")
        if self.here.kind == "close":
            raise SearchError("A bracket is closed that was not opened.")
        return tree

    @property
    def here(self) -> _Lexeme:
        return self.lexemes[self.at]

    def take(self) -> _Lexeme:
        self.at += 1
        return self.lexemes[self.at - 1]

    def either(self, before: str) -> Tree:
        parts = [self.both(before)]
        while self.here.kind == "or":
            parts.append(self.both(self.take().text))
        return _group("or", parts)

    def both(self, before: str) -> Tree:
        parts = [self.unless(before)]
        while self.here.kind not in {"or", "close", "end"}:
            parts.append(self.unless(self.take().text if self.here.kind == "and" else ""))
        return _group("and", parts)

    def unless(self, before: str) -> Tree:
        negated = False
        while self.here.kind == "not":
            before, negated = self.take().text, not negated
        part = self.single(before)
        if not negated:
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def single(self, before: str) -> Tree:
        lexeme = self.here
        match lexeme.kind:
            case "word" | "phrase" | "prefix" as kind:
                self.take()
                return Leaf(kind, lexeme.text)
            case "field":
                self.take()
                return _within(self.single(lexeme.text), lexeme.text[:-1])
            case "open":
                return self.bracket()
        raise SearchError(_complaint(lexeme.kind, lexeme.text, before))

    def bracket(self) -> Tree:
        self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SearchError(f"Brackets stand in brackets more than {MAX_DEPTH} deep.")
        tree = self.either("(")
        if self.take().kind != "close":
            raise SearchError("A bracket is opened but not closed.")
        self.depth -= 1
        return tree


_MISPLACED_STAR = "A star is understood only at the end of a word, outside quotation marks: palmyr*."


def _unread_sign(sign: str) -> str:
    return f"The sign {sign} means nothing to the search; in quotation marks it is passed over."


def _unknown_field(name: str) -> str:
    *fields, last = FIELDS
    known = f"{', '.join(fields)} and {last}"
    return f"There is no field {name}: the fields are {known}. Text with a colon goes in quotation marks."


def _complaint(kind: str, text: str, before: str) -> str:
    """Say what is wrong where a word should stand: `before` wants one, a lexeme of `kind` is there."""
    if kind in {"and", "or"} or before in {"AND", "OR"}:
        return f"{before if before in {'AND', 'OR'} else text} needs a word on each side."
    if before == "(" and kind == "close":
        return "There is nothing to look for in a bracket."
    if before == "(":
        return "A bracket is opened but not closed."
    if before:
        return f"{before} needs a word after it."
    if kind == "close":
        return "A bracket is closed that was not opened."
    return "The query is empty: type a word, or several."


def _group(op: Literal["and", "or"], parts: list[Tree]) -> Tree:
    """Return `parts` as one group, its groups of the same kind dissolved in it."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Tree] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Group) and part.op == op else [part])
    return Group(op, tuple(flat))


def _within(tree: Tree, field: str) -> Tree:
    """Return `tree` looked for in `field`, where its leaves name no field of their own."""
    match tree:
        case Leaf():
            return tree if tree.field else replace(tree, field=field)
        case Not(part):
            return Not(_within(part, field))
        case Group(op, parts):
            return Group(op, tuple(_within(part, field) for part in parts))
