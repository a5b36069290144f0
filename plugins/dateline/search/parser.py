"""A query as typed, into a tree.

`theme/static/js/engine/parser.js` reads the same language; `tests/shared/parses.json` holds both to it.
The language is described in `docs/search/asking.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from dateline.errors import SearchError
from dateline.search.analysis import find_tokens
from dateline.search.fields import FIELDS, VALUE_FIELDS
from dateline.search.tree import Dated, Group, Leaf, Not, Tree, Undated
from dateline.text import fold_spaces

MAX_QUERY_CHARS = 500
MAX_DEPTH = 20
MAX_REACH = 100
MIN_BOOST, MAX_BOOST = 0.01, 100.0

OPERATORS = ("AND", "OR", "NOT")
DASHES = "\u2010\u2011\u2013\u2212\uff0d-"  # which word processors make of "-": hyphens, the en dash, the minus

_QUOTES = re.compile("[“”„«»]")


def _any_case(name: str) -> str:
    """Spell out both cases, because IGNORECASE takes "ı" for an i in Python and not in JavaScript."""
    return "".join(f"[{char.upper()}{char}]" for char in name)


# A phrase and a closing bracket take the signs that follow them at once; a date takes its bracket, spaces and all.
_SIGNS = r'(?:[~^][^ ()"]*)?'
_LEXEME = re.compile(
    rf' *(?:(?P<open>\()|(?P<close>\){_SIGNS})|(?P<phrase>"[^"]*(?:"{_SIGNS})?)|(?P<not>[{DASHES}](?=["(\w]))'
    rf'|(?P<date>{_any_case("date")}: *(?:\[[^]()"]*\]?)?[^ ()"]*)|(?P<undated>{_any_case("undated")}: *[^ ()"]*)'
    rf"|(?P<field>(?:{'|'.join(map(_any_case, FIELDS))}):)"
    r'|(?P<unknown>[^\W\d_]+):(?=[^ /)])|(?P<word>[^ ()"]+))'
)
# A question mark that ends a word is a question; a star that does is a prefix, whatever signs follow it.
_OPEN_LETTER = re.compile(r"\?(?=\?*[\w*])")
_WILD = re.compile(r"\*|\?(?=\?*[\w*])")
_PREFIX = re.compile(r"([^*]*)\*\W*")
_STAR_AFTER_WORD = re.compile(r"\w\*+(?!\w)")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_RANGE = re.compile(r"\[ *([^ ]+) [Tt][Oo] ([^ ]+?) *\]")


def parse_query(text: str) -> Tree:
    """Return the tree of a query; SearchError says in a sentence what is wrong with a malformed one.

    >>> parse_query("title:ret*")
    Leaf(kind='prefix', text='ret', field='title', reach=0, boost=1.0)
    """
    if len(text) > MAX_QUERY_CHARS:
        raise SearchError(f"The query has {len(text)} characters: {MAX_QUERY_CHARS} are the most.")
    return _Parser(_lexemes(text)).parse()


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # tree, or: open close field and or not end
    text: str
    tree: Tree | None = None  # of words, phrases and dates
    boost: float = 1.0  # of what a bracket closes


def _lexemes(text: str) -> list[_Lexeme]:
    """Return the query's lexemes; words without a letter or figure are not among them."""
    plain = _QUOTES.sub('"', fold_spaces(text))
    found = [_read_lexeme(match) for match in _LEXEME.finditer(plain)]
    kept = [lexeme for lexeme in found if lexeme]
    if found and not kept:
        raise SearchError("There is no word in the query: words have letters or figures.")
    return [*kept, _Lexeme("end", "")]


def _read_lexeme(match: re.Match[str]) -> _Lexeme | None:
    """Return a lexeme; None for a word without a letter or figure."""
    kind = str(match.lastgroup)
    read = _READERS.get(kind)
    return read(match[kind]) if read else _Lexeme(kind, match[kind])


def _read_close(text: str) -> _Lexeme:
    reach, boost = _read_signs(text[1:])
    if reach:
        raise SearchError(_NEARNESS)
    return _Lexeme("close", text, boost=boost)


def _read_phrase(text: str) -> _Lexeme | None:
    end = text.find('"', 1)
    if end < 0:
        raise SearchError("A quotation mark is opened but not closed.")
    if _STAR_AFTER_WORD.search(text, 0, end + 1):
        raise SearchError("A star is not understood in quotation marks, only outside them: palmyr*.")
    reach, boost = _read_signs(text[end + 1 :])
    inner = text[1:end]
    return _Lexeme("tree", text, Leaf("phrase", inner, None, reach or 1, boost)) if _count_words(inner) else None


def _read_signs(signs: str) -> tuple[int | None, float]:
    """Return the reach and the boost in what follows a phrase or a bracket: "~5^2"."""
    nearness, caret, boost = signs.partition("^")
    reach = None
    if nearness:
        if not re.fullmatch("~[0-9]{1,3}", nearness) or not 1 <= int(nearness[1:]) <= MAX_REACH:
            raise SearchError(_NEARNESS)
        reach = int(nearness[1:])
    return reach, _read_boost(boost) if caret else 1.0


def _read_boost(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise SearchError(_WEIGHT)
    return _product(1.0, float(text))


def _product(boost: float, other: float) -> float:
    """Return the product of two boosts; what may be written bounds what may come of it, so that it may be written."""
    if not MIN_BOOST <= boost * other <= MAX_BOOST:
        raise SearchError(_WEIGHT)
    return boost * other


def _read_word(text: str) -> _Lexeme | None:
    """Read a word with its signs; before the word's first letter all signs are text: ~100, ^5."""
    first = next(find_tokens(text), None)
    if not first:
        return None
    boost = 1.0
    if (caret := text.find("^", first.end)) > 0:
        boost = _read_boost(text[caret + 1 :])
        text = text[:caret]
    if text in OPERATORS:
        raise SearchError(f"{text} takes no weight: in quotation marks it is a word.")
    reach = 0
    if (tilde := text.find("~", first.end)) > 0:
        if text[tilde:] not in {"~", "~1", "~2"}:
            raise SearchError(_TILDE)
        reach = int(text[tilde + 1 :] or 0)
        text = text[:tilde]
        _check_fuzzy(text)
        return _Lexeme("tree", text, Leaf("fuzzy", text, None, reach, boost))
    return _Lexeme("tree", text, replace(_read_wild(text, first.end), boost=boost))


def _check_fuzzy(text: str) -> None:
    if _WILD.search(text):
        raise SearchError("A word takes a tilde, or stars and question marks, not both: palmyr~, pal*ra.")
    if _count_words(text) > 1:
        raise SearchError(f"A tilde stands after one word: {text} is several words.")


def _read_wild(text: str, end: int) -> Leaf:
    """Read a word with its stars and question marks; its first word ends at `end`."""
    if not (wild := _WILD.search(text)):
        return Leaf("word", text)
    if wild.start() < end:
        raise SearchError("Before a star or a question mark in a word must stand a letter: pal*ra, s?ria.")
    if not _OPEN_LETTER.search(text) and (prefix := _PREFIX.fullmatch(text)):
        return Leaf("prefix", prefix[1])
    if any(_count_words(piece) > 1 for piece in re.split("[*?]", text)):
        raise SearchError(f"Stars and question marks stand in one word: {text} is several words.")
    return Leaf("wildcard", text)


def _count_words(text: str) -> int:
    return sum(1 for _ in find_tokens(text))


def _read_undated(text: str) -> _Lexeme:
    answer = _value(text).lower()
    if answer not in {"yes", "no"}:
        raise SearchError("After undated: stands yes or no: undated:yes.")
    return _Lexeme("tree", text, Undated() if answer == "yes" else Not(Undated()))


def _read_dates(text: str) -> _Lexeme:
    """Read a date or a range.

    >>> _read_dates("date:[2016-10 TO 2017]").tree
    Dated(first='2016-10-01', last='2017-12-31')
    """
    value = _value(text)
    between = _RANGE.fullmatch(value)
    start, end = between.groups() if between else (value, value)
    first = None if between and start == "*" else _days(start)[0]
    last = None if between and end == "*" else _days(end)[1]
    if first and last and first > last:
        raise SearchError(f"No date is from {start} to {end}: the end comes before the start.")
    return _Lexeme("tree", text, Dated(first, last) if first or last else Not(Undated()))


def _value(text: str) -> str:
    return text[text.index(":") + 1 :].strip(" ")


def _days(date: str) -> tuple[str, str]:
    """Return the first and the last day of a year, a month or a day.

    >>> _days("2016-02")
    ('2016-02-01', '2016-02-29')
    """
    if not (match := _DATE.fullmatch(date)):
        found = f"There is no date “{date}”" if date else "date: needs a date after it"
        raise SearchError(f"{found}: dates are written 2017, 2017-03, 2017-03-22 or [2016-10 TO 2017-04].")
    year, month, day = match.groups()
    if not month:
        return f"{year}-01-01", f"{year}-12-31"
    if not "01" <= month <= "12":
        raise SearchError(f"There is no month {year}-{month}: months are 01 to 12.")
    number = _days_in(int(year), int(month))
    if not day:
        return f"{date}-01", f"{date}-{number}"
    if not 1 <= int(day) <= number:
        raise SearchError(f"There is no day {date}: days of {year}-{month} are 01 to {number}.")
    return date, date


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 + leap if month == 2 else 30 if month in {4, 6, 9, 11} else 31


def _read_operator_or_word(text: str) -> _Lexeme | None:
    return _Lexeme(text.lower(), text) if text in OPERATORS else _read_word(text)


def _refuse_field(name: str) -> NoReturn:
    known = f"{', '.join(FIELDS)}, date and undated"
    raise SearchError(f"There is no field {name}: the fields are {known}. Text with a colon goes in quotation marks.")


_READERS: dict[str, Callable[[str], _Lexeme | None]] = {
    "close": _read_close,
    "phrase": _read_phrase,
    "date": _read_dates,
    "undated": _read_undated,
    "field": lambda text: _Lexeme("field", text.lower()),
    "unknown": _refuse_field,
    "word": _read_operator_or_word,
}


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
            case "tree" if lexeme.tree:
                self.take()
                return lexeme.tree
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
        close = self.take()
        if close.kind != "close":
            raise SearchError("A bracket is opened but not closed.")
        self.depth -= 1
        return tree if close.boost == 1 else _weighed(tree, close.boost)


_WEIGHT = f"A weight is a number from 0.01 to {MAX_BOOST:g}, also where brackets multiply it: palmyra^2."
_TILDE = (
    "A tilde after a word finds words spelt nearly so: mosoul~, or with 1 or 2 letters changed: mosoul~1, mosoul~2."
)
_NEARNESS = f'A tilde after a phrase says how near its words stand, from 1 to {MAX_REACH}: "army palmyra"~5.'


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
        case Leaf(kind, _, None, reach):
            if field in VALUE_FIELDS and (kind in {"wildcard", "fuzzy"} or reach > 1):
                raise SearchError(
                    f"In {field} only whole names and their beginnings are found: "
                    f'{field}:name, {field}:"a long name", {field}:nam*.'
                )
            return replace(tree, field=field)
        case Not(part):
            return Not(_within(part, field))
        case Group(op, parts):
            return Group(op, tuple(_within(part, field) for part in parts))
    return tree


def _weighed(tree: Tree, boost: float) -> Tree:
    """Return `tree` with the boost of each leaf multiplied."""
    match tree:
        case Leaf():
            return replace(tree, boost=_product(tree.boost, boost))
        case Not(part):
            return Not(_weighed(part, boost))
        case Group(op, parts):
            return Group(op, tuple(_weighed(part, boost) for part in parts))
    return tree
