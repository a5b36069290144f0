"""Questions to the keeper of an archive, and what several kinds of them have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dateline.articles.slugs import slugify
from dateline.authority import Authority, find_record_by_id
from dateline.authority.lexicon import read_words
from dateline.authority.packaged import load_packaged
from dateline.authority.rows import ACTOR_TYPES, PLACE_TYPES, is_record_id
from dateline.curation.survey import Example, NameKey, Seen, Survey
from dateline.records import Kind, Record, RecordId

RULES = "rules.csv"

MIN_ACRONYM, MAX_ACRONYM = 2, 7
SMALL_WORDS = frozenset("a al an and ar as at az de del der des du e el es et for in la le of on the und von y".split())

Cells = Mapping[str, str]


class Matter(Enum):
    """What a proposal is about, in the order in which they are made."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    MERGE = "merge"
    NOISE = "noise"


HEADINGS: Mapping[Matter, str] = {
    Matter.UNKNOWN: "Names without a record",
    Matter.AMBIGUOUS: "Names that may mean several",
    Matter.MERGE: "Names that may be one",
    Matter.NOISE: "Names that may be no place",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A row that would settle the matter, the file that it belongs in, and what it says."""

    file: str
    cells: Cells
    says: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that the archive asks its keeper."""

    matter: Matter
    kind: Kind
    name: str
    about: str  # what makes it the same question when it is asked again
    question: str
    articles: int
    choices: tuple[Choice, ...]
    examples: tuple[Example, ...] = field(default=())


def unlisted_names(survey: Survey) -> dict[NameKey, Seen]:
    """Return the unknown names of the texts, and those that a person typed into an article's lines."""
    unlisted = {name: seen for name, seen in survey.unknown.items() if not _is_possessive(name, seen, survey)}
    for key, typed in survey.typed.items():
        known = unlisted.get(key)
        if known is None:
            unlisted[key] = typed
        else:
            known.surfaces += typed.surfaces
            known.articles = max(known.articles, typed.articles)
    return unlisted


def _is_possessive(name: NameKey, seen: Seen, survey: Survey) -> bool:
    """Tell whether a person's name is that of another and an s, in texts that lost their apostrophes: Bashar Assads."""
    kind, key = name
    stem = (kind, key.removesuffix("s"))
    return stem != name and type_of(kind, seen) == "person" and (stem in survey.unknown or stem in survey.known)


def initials(name: str) -> set[str]:
    """Return the acronyms that a name's words make, with and without the small ones; none where it is no name.

    >>> sorted(initials("Syrian Observatory for Human Rights")), initials("Aleppo police")
    (['sofhr', 'sohr'], set())
    """
    words = read_words(name)
    great = [word for word in words if word.key not in SMALL_WORDS]
    if not all(word.surface[0].isupper() for word in great):
        return set()
    made = {"".join(word.key[0] for word in some) for some in (words, great)}
    return {acronym for acronym in made if MIN_ACRONYM <= len(acronym) <= MAX_ACRONYM}


def type_of(kind: Kind, seen: Seen) -> str:
    """Return the type that the tagger gave a name most often, or the most usual one of its kind."""
    known = PLACE_TYPES if kind is Kind.PLACE else ACTOR_TYPES
    given = [type_ for type_, _ in sorted(seen.types.items(), key=lambda item: (-item[1], item[0])) if type_ in known]
    return given[0] if given else "city" if kind is Kind.PLACE else "organisation"


def free_id(kind: Kind, name: str, authority: Authority, taken: set[str]) -> str:
    """Return an id that no record has: `actor:blue-hill-front`."""
    stem = f"{kind.value}:{slugify(name) or 'unnamed'}"
    id_, number = stem, 2
    while id_ in taken or not is_record_id(id_) or find_record_by_id(authority, id_):
        id_, number = f"{stem}-{number}", number + 1
    taken.add(id_)
    return id_


def meaning(name: str, record: Record, authority: Authority) -> Choice:
    """Return the rule by which a name always means a record."""
    cells = {"rule": "means", "name": name, "record": record.id}
    return Choice(RULES, cells, f"always {described(record, authority)}")


def described(record: Record, authority: Authority) -> str:
    """Return what tells a record from others of its name: `Paris (Texas), city, geonames:4717560`."""
    above = find_record_by_id(authority, record.broader[0]) if record.broader else None
    inside = f" in {above.preferred}" if above and above.preferred not in record.label else ""
    return f"{record.label}, {record.type}{inside}, {record.id}"


def is_packaged(record_id: RecordId) -> bool:
    """Tell whether a record comes with Dateline."""
    return record_id in load_packaged().records


def is_own(authority: Authority, record_id: RecordId) -> bool:
    """Tell whether the archive itself lists, or shows otherwise, a record."""
    return authority.records.get(record_id) is not load_packaged().records.get(record_id)
