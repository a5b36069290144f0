"""A small archive to plan queries for, held in lists: what an index tells of its words, terms and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dateline.records import SearchValue
from dateline.search.analysis import find_tokens, term_of, terms_of
from dateline.search.fields import TEXT, below
from dateline.search.names import WIDENED_FIELDS, Name, name_entries
from dateline.search.plan import Resolved, plan_json
from dateline.search.scoring import Statistics
from dateline.search.words import Word, frequency_class

NUMBERED = 260  # words and places that begin alike: more than a prefix stands for


@dataclass(frozen=True, slots=True)
class ListedArchive:
    """What plans ask of an archive, answered from dictionaries."""

    languages: Sequence[str]
    statistics: Statistics
    frequencies: Mapping[tuple[str, str], int]  # (family, term)
    vocabulary: Sequence[Word]
    spellings: Sequence[Name]
    values: Mapping[tuple[str, str], SearchValue]

    def df(self, family: str, term: str) -> int:
        return self.frequencies.get((family, term), 0)

    def words(self, prefix: str) -> Iterator[Word]:
        return (word for word in self.vocabulary if word.word.startswith(prefix))

    def names(self, prefix: str) -> Iterator[Name]:
        return (name for name in self.spellings if name.text.startswith(prefix))

    def has_below(self, field: str, key: str) -> bool:
        return bool(self.df(field, below(key)))

    def value(self, field: str, key: str) -> SearchValue:
        return self.values[field, key]


def listed_archive(archive: Mapping[str, Any]) -> ListedArchive:
    """Return the archive of `tests/shared/plans.json`, with words and places that are too many for a prefix."""
    values = [
        *(
            SearchValue(field, key, names[0], tuple(names), tuple(broader))
            for field, key, names, broader in archive["values"]
        ),
        *(SearchValue("topic", f"n{number}", f"Numbered {number:03}") for number in range(NUMBERED)),
    ]
    by_key = {(value.field, value.key): value for value in values}
    articles = [*archive["articles"], ["en", "", " ".join(f"numb{number:03}" for number in range(NUMBERED)), []]]
    frequencies: Counter[tuple[str, str]] = Counter()
    words: Counter[str] = Counter()
    terms: dict[str, dict[str, None]] = {}
    for language, title, body, tags in articles:
        tokens = [*find_tokens(title), *find_tokens(body)]
        frequencies.update({(TEXT, term_of(token.surface, language)) for token in tokens})
        words.update({token.word for token in tokens})
        for token in tokens:
            terms.setdefault(token.word, {})[term_of(token.surface, language)] = None
        tagged = [by_key[field, key] for field, key in tags]
        frequencies.update({(value.field, value.key) for value in tagged})
        frequencies.update({(value.field, below(key)) for value in tagged for key in (value.key, *value.broader)})
    parents = {(value.field, key) for value in values for key in value.broader}
    plain = {(field, term) for field, term in frequencies if term[:1] != "<" or (field, term[1:]) in parents}
    return ListedArchive(
        languages=archive["languages"],
        statistics=Statistics(len(articles), {}),
        frequencies={entry: frequencies[entry] for entry in plain},
        vocabulary=[Word(word, words[word], tuple(terms[word])) for word in sorted(words)],
        spellings=name_entries(values),
        values=by_key,
    )


def shards_json(archive: ListedArchive) -> dict[str, Any]:
    """Return an archive as a browser's reader of shards would give it."""
    first_words = {
        name.text.partition(" ")[0] for name in archive.spellings if name.whole and name.field in WIDENED_FIELDS
    }
    named = {term for word in first_words for term in terms_of(word, archive.languages)}
    entries: dict[str, dict[str, Any]] = {}
    for field, term in archive.frequencies:
        value = archive.values.get((field, term))
        entry = {"df": archive.df(field, term), "named": term in named, "label": value and value.label}
        entries[f"{field} {term}"] = entry
    return {
        "documents": archive.statistics.documents,
        "languages": archive.languages,
        "terms": entries,
        "words": [
            {"word": word.word, "rank": frequency_class(word.df), "terms": word.terms} for word in archive.vocabulary
        ],
        "names": [asdict(name) for name in archive.spellings],
    }


def resolved_json(resolved: Resolved) -> dict[str, Any]:
    """Return a plan and what is told of it as the browser has them."""
    return {
        "plan": plan_json(resolved.plan),
        "widened": [asdict(widened) for widened in resolved.widened],
        "notes": list(resolved.notes),
        "unknown": list(resolved.unknown),
    }
