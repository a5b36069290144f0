"""Proposals: rows that a survey of the archive's names speaks for, those that touch most articles first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dateline.authority import FILES, Authority, ancestors
from dateline.authority.lexicon import name_key
from dateline.curation.merges import Pair, find_pairs, propose_merge
from dateline.curation.questions import (
    RULES,
    Choice,
    Matter,
    Proposal,
    described,
    free_id,
    is_own,
    meaning,
    type_of,
    unlisted_names,
)
from dateline.curation.survey import NameKey, SeenRecords, Survey, distance_km
from dateline.gazetteer import CITY
from dateline.records import Kind, Record, RecordId
from dateline.text import fold

MIN_PERSON_ARTICLES = 3  # of a person in one or two, an archive rarely wants a record
_DOUBTFUL_SCORE = 0.6
_STRONG_RUNNER_UP = 0.5  # of the score of the record that was chosen
_MAX_CANDIDATES = 5
_PROVINCE_KM = 150.0
_MOSTLY = 0.6
_TINY_PEOPLE = 15_000
_MIN_BESIDE = 2
_MIN_TITLE_ARTICLES = 2


def propose(
    survey: Survey, authority: Authority, *, rejected: Iterable[tuple[str, str]] = (), kind: Kind | None = None
) -> list[Proposal]:
    """Return all proposals but those whose matter and `about` were rejected, by matter and then by articles."""
    refused = set(rejected)
    pairs = [pair for pair in find_pairs(survey, authority) if (Matter.MERGE.value, pair.about) not in refused]
    made = [
        *_unknown(survey, pairs, authority),
        *_ambiguous(survey, authority),
        *filter(None, (propose_merge(pair, authority) for pair in pairs)),
        *_noise(survey, authority),
    ]
    kept = [
        proposal
        for proposal in made
        if (proposal.matter.value, proposal.about) not in refused and kind in (None, proposal.kind)
    ]
    order = list(Matter)
    return sorted(kept, key=lambda one: (order.index(one.matter), -one.articles, fold(one.name), one.about))


def _unknown(survey: Survey, pairs: Iterable[Pair], authority: Authority) -> Iterator[Proposal]:
    """Yield a row of places.csv or actors.csv for each name that no record has, its other spellings with it."""
    gone: dict[NameKey, NameKey] = {}
    spellings: dict[NameKey, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.gone.record is None:
            stays = (pair.stays.kind, name_key(pair.stays.name))
            gone[pair.gone.kind, name_key(pair.gone.name)] = stays
            spellings[stays].append(pair.gone.name)
    taken: set[str] = set()
    for name, seen in sorted(unlisted_names(survey).items(), key=lambda item: item[0]):
        kind, key = name
        type_ = type_of(kind, seen)
        if not key or gone.get(name, name) != name or (type_ == "person" and seen.articles < MIN_PERSON_ARTICLES):
            continue
        id_ = free_id(kind, seen.name, authority, taken)
        own = [surface for surface in sorted(seen.surfaces) if surface != seen.name]
        cells = {"id": id_, "kind": type_, "preferred": seen.name}
        with_own, with_all = ("; ".join(dict.fromkeys(names)) for names in (own, [*own, *sorted(spellings[name])]))
        says = f"add it as {'an' if type_[0] in 'aeiou' else 'a'} {type_}, {id_}"
        choices = [Choice(FILES[kind], cells | {"variants": with_own}, says)]
        if with_all != with_own:
            choices.insert(0, Choice(FILES[kind], cells | {"variants": with_all}, f"{says}, also called {with_all}"))
        yield Proposal(
            Matter.UNKNOWN,
            kind,
            seen.name,
            f"{kind.value} {key}",
            f"{seen.name} has no record.",
            seen.articles,
            tuple(choices),
            tuple(seen.examples),
        )


def _ambiguous(survey: Survey, authority: Authority) -> Iterator[Proposal]:
    """Yield, for each name whose record is in doubt, a rule for each record that it may mean."""
    for (kind, key), seen in survey.known.items():
        candidates = _candidates(key, seen, survey, authority)
        if len(candidates) < 2 or not _is_doubtful(seen, candidates):
            continue
        choices = [meaning(seen.name, record, authority) for record in candidates]
        choices += _exceptions(seen, candidates, authority)
        taken_for = ", ".join(
            f"{survey.records[id_].label} in {count}" for id_, count in sorted(seen.chosen.items(), key=_most_first)
        )
        yield Proposal(
            Matter.AMBIGUOUS,
            kind,
            seen.name,
            f"{kind.value} {key}",
            f"{seen.name} was taken for {taken_for}. Does it always mean one of these?",
            seen.articles,
            tuple(choices),
            tuple(seen.examples),
        )


def _exceptions(seen: SeenRecords, candidates: Sequence[Record], authority: Authority) -> Iterator[Choice]:
    """Yield, for each record that one article alone was given, the rule that gives it what the others have."""
    usual = candidates[0]
    for record in candidates[1:]:
        if seen.chosen[record.id] == 1 < seen.chosen[usual.id]:
            slug = seen.first_in[record.id]
            cells = {"rule": "means", "name": seen.name, "record": usual.id, "article": slug}
            yield Choice(RULES, cells, f"in {slug} too it is {described(usual, authority)}")


def _most_first(item: tuple[RecordId, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _is_doubtful(seen: SeenRecords, candidates: Sequence[Record]) -> bool:
    mean = sum(seen.scores) / len(seen.scores)
    chosen = [record.id for record in candidates if record.id in seen.chosen]
    rival = max((seen.runners_up.get(record.id, 0.0) for record in candidates if record.id not in chosen), default=0.0)
    return len(chosen) > 1 or mean < _DOUBTFUL_SCORE or rival >= _STRONG_RUNNER_UP * mean


def _candidates(key: str, seen: SeenRecords, survey: Survey, authority: Authority) -> list[Record]:
    """Return the records that a name was taken for, then those that it might be, the likeliest first.

    A town and the province that is named for it are told apart by each story's words, and so is what is called "the
    Army" for short: no rule could do better.
    """
    chosen = [id_ for id_, _ in sorted(seen.chosen.items(), key=_most_first)]
    others = [id_ for id_, _ in sorted(seen.runners_up.items(), key=lambda item: (-item[1], item[0]))]
    found: list[Record] = []
    for id_ in dict.fromkeys([*chosen, *others]):
        record = survey.records[id_]
        if record.kind is Kind.ACTOR and key not in map(name_key, (record.preferred, *record.variants)):
            continue
        if not any(_is_namesake_around(record, other, authority) for other in found):
            found.append(record)
    return found[:_MAX_CANDIDATES]


def _is_namesake_around(record: Record, other: Record, authority: Authority) -> bool:
    """Tell whether one of two places of a name is the district, province or country of the other."""
    for inner, outer in ((record, other), (other, record)):
        if any(above.id == outer.id for above in ancestors(authority, inner)):
            return True
        if inner.type == "city" and outer.type == "region":  # the archive's own row may leave its province out
            apart = distance_km(inner, outer)
            return apart is not None and apart <= _PROVINCE_KM
    return False


def _noise(survey: Survey, authority: Authority) -> Iterator[Proposal]:
    """Yield a rule that makes it no place for each name that hardly ever stands as one."""
    for (kind, key), seen in survey.known.items():
        if kind is not Kind.PLACE or any(is_own(authority, id_) for id_ in seen.chosen):
            continue
        reason = _why_noise(seen, authority)
        if not reason:
            continue
        everywhere = Choice(RULES, {"rule": "ignore", "name": seen.name}, "never a place")
        here = [
            Choice(
                RULES,
                {"rule": "ignore", "name": seen.name, "article": seen.examples[0].article},
                f"no place in {seen.examples[0].article}",
            )
        ]
        yield Proposal(
            Matter.NOISE,
            kind,
            seen.name,
            f"{kind.value} {key}",
            f"{seen.name} was taken for {survey.records[min(seen.chosen)].label}: {reason}",
            seen.articles,
            (everywhere, *(here if seen.articles == 1 else [])),
            tuple(seen.examples),
        )


def _why_noise(seen: SeenRecords, authority: Authority) -> str:
    reasons: list[tuple[bool, str]] = [
        (seen.beside_names >= max(_MIN_BESIDE, _MOSTLY * seen.mentions), "it stands mostly beside names of persons."),
        (
            seen.in_titles == seen.mentions and seen.articles >= _MIN_TITLE_ARTICLES,
            "it stands in headlines alone, where every word may have a capital.",
        ),
        (
            seen.far >= _MOSTLY * seen.articles and all(_is_tiny(id_, authority) for id_ in seen.chosen),
            "a small place, far from all others of the article.",
        ),
    ]
    return next((words for holds, words in reasons if holds), "")


def _is_tiny(id_: RecordId, authority: Authority) -> bool:
    gazetteer = authority.places.gazetteer
    row = gazetteer.row(id_)
    return row is not None and gazetteer.kind[row] == CITY and gazetteer.population[row] < _TINY_PEOPLE
