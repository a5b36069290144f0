"""A survey of the archive's names: what was seen of each, in how many articles, with the first sentences.

It holds counts and a few sentences of each name, never the articles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from dateline.authority import Authority
from dateline.authority.grammar import find_office
from dateline.authority.lexicon import name_key, read_words
from dateline.curation.reading import ReadArticle
from dateline.records import Kind, Mention, Record, RecordId, Role
from dateline.text import fold_spaces, sentence_span

MAX_EXAMPLES = 3
MAX_EXAMPLE_CHARS = 240
BY_RULE = "rule in rules.csv"
_EARTH_KM = 6371.0
_FAR_KM = 1500.0
_NEAR_CHARS = 40
_MIN_COMPANY = 2  # places beside it, before one can be called far from all others
# Of a sentence that lists names, fewer words have capitals.
_MENU_CHARS = 80
_MIN_MENU_WORDS = 8
_MENU_SHARE = 0.75
_WHICH = frozenset({"central", "commonwealth", "federal", "local", "national", "provincial", "regional", "state"})
_NAMING = frozenset({Role.LITERAL, Role.NAME})
# A short form or a title stands for a name that is counted where it stands whole; a demonym names no place to list.
_UNNAMED_ROLES = frozenset({Role.DESCRIPTION, Role.SHORT, Role.TITLE, Role.DEMONYM, Role.METONYM, Role.EMBEDDED})

NameKey = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence in which a name stands, and the slug of its article."""

    sentence: str
    article: str


@dataclass(slots=True)
class Seen:
    """What was seen of one name, by its letters."""

    surfaces: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    examples: list[Example] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The spelling that is met most often."""
        return min(self.surfaces, key=lambda surface: (-self.surfaces[surface], surface))

    def add(self, surface: str, type_: str) -> None:
        """Count a mention."""
        self.surfaces[surface] += 1
        self.types[type_] += 1


@dataclass(slots=True)
class SeenRecords(Seen):
    """A name that has records: those that it was taken for, and those that it was not."""

    chosen: Counter[RecordId] = field(default_factory=Counter)  # articles
    first_in: dict[RecordId, str] = field(default_factory=dict)  # the slug of the first of them
    runners_up: dict[RecordId, float] = field(default_factory=dict)  # the best score of each
    scores: list[float] = field(default_factory=list)  # one an article
    mentions: int = 0
    in_titles: int = 0
    beside_names: int = 0  # of persons
    far: int = 0  # articles in which it lies far from all other places


@dataclass
class Survey:
    """What was seen of all names of an archive."""

    unknown: dict[NameKey, Seen] = field(default_factory=lambda: defaultdict(Seen))
    typed: dict[NameKey, Seen] = field(default_factory=lambda: defaultdict(Seen))  # by hand, and in no authority file
    known: dict[NameKey, SeenRecords] = field(default_factory=lambda: defaultdict(SeenRecords))
    records: dict[RecordId, Record] = field(default_factory=dict)  # that were chosen or came second
    tagged: Counter[RecordId] = field(default_factory=Counter)  # articles that name a record


def survey_article(
    survey: Survey, article: ReadArticle, mentions: Sequence[Mention], unlisted: Iterable[NameKey], authority: Authority
) -> None:
    """Add what an article's mentions tell. `unlisted` are names on its lines, as typed, that no record has."""
    for kind, name in unlisted:
        seen = survey.typed[kind, name_key(name)]
        seen.add(name, "")
        _close(seen, [Example(f"{kind.value.capitalize()}s: {name}", article.slug)])
    places = _places(mentions)
    here: dict[int, tuple[Seen, list[Mention]]] = {}
    for mention in mentions:
        surface = fold_spaces(mention.surface)
        if mention.record is None and mention.role not in _UNNAMED_ROLES:
            if _is_office_alone(surface, authority) or _stands_in_menu(article, mention):
                continue
            seen = survey.unknown[mention.kind, name_key(surface)]
        elif mention.record and mention.role in _NAMING and mention.rule != BY_RULE:
            seen = survey.known[mention.kind, name_key(surface)]
        else:
            continue
        seen.add(surface, mention.type)
        here.setdefault(id(seen), (seen, []))[1].append(mention)
    for seen, found in here.values():
        _close(seen, _examples(article, found))
        if isinstance(seen, SeenRecords):
            _weigh(seen, found, places, article, authority)
    for mention in mentions:
        for record in (mention.record, *(other.record for other in mention.alternatives)):
            if record and record.kind is mention.kind:
                survey.records.setdefault(record.id, record)
    survey.tagged.update({mention.record.id for mention in mentions if mention.record and mention.makes_tag})


def _is_office_alone(name: str, authority: Authority) -> bool:
    """Tell whether a name says what office it is and not whose: "Government", "Federal Government"."""
    first, _, rest = name.partition(" ")
    grammar = authority.grammar
    return bool(find_office(grammar, name) or (first.casefold() in _WHICH and find_office(grammar, rest)))


def _stands_in_menu(article: ReadArticle, mention: Mention) -> bool:
    """Tell whether nearly all words around a name have capitals, as the menus of web pages do, taken for text."""
    if mention.field == "title":
        return False
    first, last = max(0, mention.start - _MENU_CHARS), mention.end + _MENU_CHARS
    before = article.text[first : mention.start].rpartition("\n")[2].split()[1 if first else 0 :]
    after = article.text[mention.end : last].partition("\n")[0].split()
    words = [word for word in (*before, *after) if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return len(words) >= _MIN_MENU_WORDS and capitals >= _MENU_SHARE * len(words)


def _close(seen: Seen, examples: Sequence[Example]) -> None:
    """Count an article, and keep a sentence of it while there are few."""
    seen.articles += 1
    if len(seen.examples) < MAX_EXAMPLES:
        seen.examples += examples[:1]


def _examples(article: ReadArticle, mentions: Sequence[Mention]) -> list[Example]:
    """Return the sentences of mentions, those of the text before the headline."""
    in_order = sorted(mentions, key=lambda mention: (mention.field == "title", mention.start))
    return [Example(_sentence(article, mention), article.slug) for mention in in_order[:1]]


def _sentence(article: ReadArticle, mention: Mention) -> str:
    text = article.title if mention.field == "title" else article.text
    first, last = sentence_span(text, mention.start, mention.end)
    if last - first > MAX_EXAMPLE_CHARS:
        spare = max(0, MAX_EXAMPLE_CHARS - (mention.end - mention.start)) // 2
        cut_first, cut_last = max(first, mention.start - spare), min(last, mention.end + spare)
        opening, closing = "…" if cut_first > first else "", "…" if cut_last < last else ""
        return f"{opening}{fold_spaces(text[cut_first:cut_last])}{closing}"
    return fold_spaces(text[first:last])


def _weigh(
    seen: SeenRecords,
    mentions: Sequence[Mention],
    places: Mapping[RecordId, Record],
    article: ReadArticle,
    authority: Authority,
) -> None:
    """Note which record an article's mentions of a name were given, how surely, and what speaks against it."""
    records = {mention.record.id: mention.record for mention in mentions if mention.record}
    seen.chosen.update(records.keys())
    for id_ in records:
        seen.first_in.setdefault(id_, article.slug)
    seen.scores.append(min(mention.score for mention in mentions))
    for mention in mentions:
        for other in mention.alternatives:
            if other.record.kind is mention.kind:
                seen.runners_up[other.record.id] = max(other.score, seen.runners_up.get(other.record.id, 0.0))
    seen.mentions += len(mentions)
    seen.in_titles += sum(mention.field == "title" for mention in mentions)
    if mentions[0].kind is Kind.PLACE:
        seen.beside_names += sum(_stands_beside_name(article, mention, authority) for mention in mentions)
        seen.far += all(_is_far(record, places) for record in records.values())


def _places(mentions: Iterable[Mention]) -> dict[RecordId, Record]:
    return {
        mention.record.id: mention.record for mention in mentions if mention.record and mention.role is Role.LITERAL
    }


def _is_far(record: Record, places: Mapping[RecordId, Record]) -> bool:
    """Tell whether a place lies far from all others of its article, and in a country that none of them is in."""
    others = [other for other in places.values() if other.id != record.id]
    if len(others) < _MIN_COMPANY or any(_is_within(record, other) for other in others):
        return False
    distances = [distance for other in others if (distance := distance_km(record, other)) is not None]
    return bool(distances) and min(distances) > _FAR_KM


def _is_within(record: Record, other: Record) -> bool:
    return other.id in record.broader or bool(set(record.broader) & set(other.broader))


def distance_km(first: Record, second: Record) -> float | None:
    """Return the great-circle distance of two places in kilometres (haversine), None where a point is not known."""
    if first.latitude is None or first.longitude is None or second.latitude is None or second.longitude is None:
        return None
    south, north = radians(first.latitude), radians(second.latitude)
    across = radians(second.longitude - first.longitude)
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(chord)))


def _stands_beside_name(article: ReadArticle, mention: Mention, authority: Authority) -> bool:
    """Tell whether a given name stands before the words, or a surname after them, with nothing but a space between."""
    text = article.title if mention.field == "title" else article.text
    before = text[max(0, mention.start - _NEAR_CHARS) : mention.start]
    after = text[mention.end : mention.end + _NEAR_CHARS]
    names = authority.names
    if before.endswith(" ") and (words := read_words(before)) and words[-1].end == len(before) - 1:
        given = words[-1]
        is_given = given.key in names.given or given.key in names.weak_given
        if given.surface[0].isupper() and is_given:
            return True
    if not after.startswith(" ") or not (words := read_words(after)) or words[0].start != 1:
        return False
    last = words[0]
    return last.surface[0].isupper() and (last.key in names.surnames or last.key in names.weak_surnames)
