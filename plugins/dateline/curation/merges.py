"""Merges: names that differ in spelling alone, and the rules that make them one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from dateline.authority import Authority, are_kept_apart
from dateline.authority.lexicon import name_key, read_words
from dateline.curation.questions import (
    RULES,
    SMALL_WORDS,
    Choice,
    Matter,
    Proposal,
    described,
    initials,
    is_packaged,
    meaning,
    type_of,
    unlisted_names,
)
from dateline.curation.survey import NameKey, Seen, Survey, distance_km
from dateline.records import Kind, Record

_ALIKE = 0.86  # of all letters, in order: "Ansarullah" and "Ansar Allah" have 0.95, "Iraq" and "Iran" 0.75
_MIN_ALIKE_CHARS = 6
_MIN_CORE_CHARS = 4
_MIN_ACRONYM = 3
_MAX_BLOCK = 40  # names that share a word: more than that is a word that says nothing
_SAME_PLACE_KM = 30.0
# Words that a name of an organisation may do without.
_GENERIC = frozenset(
    "alliance army association brigade brigades council faction force forces front group jabhat ltd inc militia "
    "movement organisation organization party society union".split()
)


@dataclass(frozen=True, slots=True)
class Party:
    """A name that may be another's: a record that is tagged, or a name without one."""

    kind: Kind
    type: str
    name: str
    names: tuple[str, ...]
    articles: int
    record: Record | None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that may be one: the one that would go, and the one that would stay."""

    gone: Party
    stays: Party

    @property
    def about(self) -> str:
        """What makes it the same question when it is asked again."""
        return " ".join(sorted(one.record.id if one.record else name_key(one.name) for one in (self.gone, self.stays)))


def find_pairs(survey: Survey, authority: Authority) -> list[Pair]:
    """Return each two names that differ in spelling alone; a name without a record goes into one other at most."""
    found: list[Pair] = []
    likeliest: dict[NameKey, list[Pair]] = defaultdict(list)
    for first, second in _near_pairs([*_tagged(survey), *_nameless(survey)]):
        if not _may_be_one(first, second, authority) or not _are_alike(first, second):
            continue
        gone, stays = sorted((first, second), key=_stays_last)
        pair = Pair(gone, stays)
        if gone.record is None:
            likeliest[gone.kind, name_key(gone.name)].append(pair)
        else:
            found.append(pair)
    return [*found, *filter(None, map(_likeliest, likeliest.values()))]


def _likeliest(pairs: Sequence[Pair]) -> Pair | None:
    """Return the pair whose second is named most; None for an acronym that several names would make."""
    best = max(pairs, key=lambda pair: _stays_last(pair.stays))
    if best.gone.name.isupper() and not all(_are_alike(best.stays, pair.stays) for pair in pairs):
        return None
    return best


def _tagged(survey: Survey) -> Iterator[Party]:
    for id_, articles in sorted(survey.tagged.items()):
        record = survey.records[id_]
        names = (record.preferred, *record.variants)
        yield Party(record.kind, record.type, record.label, names, articles, record)


def _nameless(survey: Survey) -> Iterator[Party]:
    for (kind, key), seen in sorted(unlisted_names(survey).items(), key=lambda item: item[0]):
        if key and kind is Kind.ACTOR:
            yield Party(kind, type_of(kind, seen), seen.name, (seen.name,), seen.articles, None, seen)


def _near_pairs(parties: Sequence[Party]) -> Iterator[tuple[Party, Party]]:
    """Yield each two parties of which a name shares its beginning, a word or its initials; nothing else is compared."""
    blocks: dict[tuple[Kind, str], list[int]] = defaultdict(list)
    for number, party in enumerate(parties):
        for block in {block for name in party.names for block in _blocks(name)}:
            blocks[party.kind, block].append(number)
    found = {
        pair for numbers in blocks.values() if len(numbers) <= _MAX_BLOCK for pair in combinations(sorted(numbers), 2)
    }
    for one, other in sorted(found):
        if parties[one].record or parties[other].record or parties[one].kind is Kind.ACTOR:
            yield parties[one], parties[other]


def _blocks(name: str) -> Iterator[str]:
    words = [word.key for word in read_words(name)]
    yield from {"".join(words)[:_MIN_CORE_CHARS], _core(name)[:_MIN_CORE_CHARS]} - {""}
    yield from (word for word in words if len(word) >= _MIN_ALIKE_CHARS - 2 and word not in _GENERIC)
    yield from initials(name)
    if name.isupper():
        yield name_key(name)


def _may_be_one(first: Party, second: Party, authority: Authority) -> bool:
    """Tell whether two may be one party or place, whatever they are called."""
    if "state" in (first.type, second.type) or (first.type == "person") != (second.type == "person"):
        return False
    if first.record is None or second.record is None:
        return True
    if are_kept_apart(authority, first.record.id, second.record.id):
        return False
    # Two that come with Dateline were told apart by hand.
    if is_packaged(first.record.id) and is_packaged(second.record.id):
        return False
    if first.kind is Kind.PLACE:
        apart = distance_km(first.record, second.record)
        return first.type == second.type and (apart is None or apart <= _SAME_PLACE_KM)
    return not ("/" in first.record.id and "/" in second.record.id)


def _are_alike(first: Party, second: Party) -> bool:
    for nameless, other in ((first, second), (second, first)):
        if nameless.record is None and other.record and any(_is_short_for(nameless.name, name) for name in other.names):
            return False
    is_person = first.type == "person"
    return any(
        _is_spelling(one, other, is_person=is_person)
        for one in first.names
        for other in second.names
        # An acronym is worth a question when the texts have it, not when it is one of a record's many names.
        if one.isupper() == other.isupper() or (one if one.isupper() else other) in (first.name, second.name)
    )


def _is_short_for(name: str, whole: str) -> bool:
    """Tell whether a name is the end of another, or the other: of "the Supreme Court" each story tells whose it is."""
    key, letters = name_key(name), name_key(whole)
    return letters.endswith(key) and letters.removesuffix(key) not in SMALL_WORDS


def _is_spelling(one: str, other: str, *, is_person: bool) -> bool:
    """Tell whether one name is another spelling, the acronym or the core of the other."""
    if one.isupper() != other.isupper():
        short, whole = (one, other) if one.isupper() else (other, one)
        return not is_person and len(short) >= _MIN_ACRONYM and name_key(short) in initials(whole)
    keys = name_key(one), name_key(other)
    if keys[0] == keys[1]:
        return True
    cores = _core(one), _core(other)
    if cores[0] and cores[0] == cores[1]:
        return True
    if one.isupper() or min(map(len, keys)) < _MIN_ALIKE_CHARS:
        return False
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _core(name: str) -> str:
    """Return the letters of a name without articles and generic words: of "al-Bluhil Front", "bluhil"."""
    words = [word.key for word in read_words(name)]
    kept = "".join(word for word in words if word not in SMALL_WORDS and word not in _GENERIC)
    return kept if len(kept) >= _MIN_CORE_CHARS else ""


def _stays_last(party: Party) -> tuple[bool, bool, int, str]:
    """Return the key by which the one that stays comes last: it has a record, is no acronym, has more articles."""
    return party.record is not None, not party.name.isupper(), party.articles, party.name


def propose_merge(pair: Pair, authority: Authority) -> Proposal | None:
    """Return what would make one of a pair; None where neither has a record: they are proposed as one new row."""
    gone, stays = pair.gone, pair.stays
    if stays.record is None:
        return None
    choices: tuple[Choice, ...] = (meaning(gone.name, stays.record, authority),)
    if gone.record:
        apart = {"rule": "not-same-as", "name": gone.record.id, "record": stays.record.id}
        choices = (
            _same(gone.record, stays.record, authority),
            _same(stays.record, gone.record, authority),
            Choice(RULES, apart, "they are two, and are to stay so"),
        )
    return Proposal(
        Matter.MERGE,
        gone.kind,
        gone.name,
        pair.about,
        f"Are {gone.name} (in {gone.articles}) and {stays.name} (in {stays.articles}) one?",
        gone.articles,
        choices,
        tuple(gone.seen.examples if gone.seen else ()),
    )


def _same(gone: Record, stays: Record, authority: Authority) -> Choice:
    cells = {"rule": "same-as", "name": gone.id, "record": stays.id}
    return Choice(RULES, cells, f"{gone.label} is {described(stays, authority)}")
