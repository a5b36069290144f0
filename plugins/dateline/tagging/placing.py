"""Placing: which of the places that bear a name is meant, by prominence and by the rest of the story.

A story is coherent: its places lie in few countries and regions and near one another. Each name gives its
weight to the countries, regions and squares of the map that its candidates lie in, and each candidate is
judged by what the other names gave; three rounds let the certain ones settle the doubtful.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, exp, log, log1p, radians
from typing import TypeVar

from dateline.authority.places import MAX_CANDIDATES, Candidate
from dateline.records import RecordId

PREVAILING = "In this archive’s other stories the name means the other."  # why a place is not meant

# Tuned on the development part of tests/gold, the scale is that of prominence: 1 is ten times the people.
_COUNTRY = 1.2
_REGION = 2.0
_NEAR = 1.5
_OWN = 6.0  # so that the story must tell much before a famous namesake is meant
_ALTERNATE = 0.8
_TEMPERATURE = 0.7
# So many names of one country, region or neighbourhood; more say no more: no number of American places makes
# Damascus the one in Maryland.
_ENOUGH_OF_COUNTRY = 3.0
_ENOUGH_OF_REGION = 8.0
_ENOUGH_NEAR = 6.0
_BESIDE = 2.0  # of regions named beside others of their country: "Georgia and Florida"
_UNLISTED = 4.2  # of a place that no table has, where the story is about another country
_CROWD = 0.4  # of many places of a name in one country, what speaks for the country speaks for each the less
_FAMOUS = 7.5  # a capital, or a city of millions: where its country is named too, few namesakes are meant
_IN_NAMED_COUNTRY = 1.0
_ROUNDS = 3
_CITY_SPEAKS = 0.6  # what a city says for its region and country, where naming these says 1
_MIN_SHARE = 0.2
_UNDECIDED = "Many places bear the name, and the story does not tell which is meant."
_PINNED = 12.0  # more than any other reason: the words after the name say where it lies
_MIN_SPEAKING_SHARE = 0.02
_CERTAIN = 0.9  # of the shares: what a story must give a place to be asked what the name means elsewhere
_TOLD = 1.0  # of the fit by which one place is ahead of all others: the story says which is meant
_OPEN = 0.1  # of the fit by which one may be ahead, and the archive’s other stories still be asked
_PREVAILS = 1.5  # how far ahead of the most prominent place the one is put that these stories mean
_MOST_PROMINENT = 9.0  # a country is no likelier than that where a region bears its name
_MOST_OF_COUNTRY = 13.0

_SQUARE_DEGREES = 1.5  # of latitude, some 170 km; a square's eight neighbours count too
_KM_PER_DEGREE = 111.2

_MAX_MEMO = 20_000  # places whose square of the map is remembered

Square = tuple[int, int]
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Placed:
    """What a name was taken for: the candidates with their shares, the best first, and why the best is."""

    chosen: Candidate | None
    share: float
    others: tuple[tuple[Candidate, float, str], ...]  # with why it is not meant
    fit: float = 0.0  # what the story’s other names say for the chosen
    told: bool = False  # of several places, the story’s own words or its other names tell which


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a story with the places that bear it."""

    candidates: Sequence[Candidate]
    pinned: frozenset[RecordId] = frozenset()  # those that "…, Texas" leaves
    weight: float = 1.0  # how much it says for its surroundings
    has_region: bool = False  # a region bears it too: of two Georgias neither is the likelier
    prevailing: RecordId | None = None  # the place that the archive's other stories mean by it


@dataclass(slots=True)
class _Context:
    """What the names of a story say for countries, regions and squares of the map."""

    countries: dict[RecordId, float]
    regions: dict[RecordId, float]
    squares: dict[Square, float]
    divisions: dict[RecordId, float]  # how many regions of a country the story names
    named: frozenset[RecordId] = frozenset()  # the countries that it names themselves

    def add(self, candidate: Candidate, weight: float) -> None:
        """Let a candidate speak with `weight`; a negative weight takes it back."""
        says = weight if candidate.type in ("country", "region") else weight * _CITY_SPEAKS
        if candidate.country:
            self.countries[candidate.country] += says
        if candidate.region:
            self.regions[candidate.region] += says
        if candidate.type == "region" and candidate.country:
            self.divisions[candidate.country] += weight
        if candidate.type == "city" and candidate.latitude is not None and candidate.longitude is not None:
            self.squares[_square(candidate.latitude, candidate.longitude)] += weight


@lru_cache(maxsize=_MAX_MEMO)
def _square(latitude: float, longitude: float) -> Square:
    narrow = max(cos(radians(latitude)), 0.1)
    row = int(latitude // _SQUARE_DEGREES)
    return row, int(longitude * narrow // _SQUARE_DEGREES)


@lru_cache(maxsize=_MAX_MEMO)
def _squares_around(latitude: float, longitude: float) -> tuple[Square, ...]:
    row, column = _square(latitude, longitude)
    return tuple((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1))


def place(names: Mapping[K, Name]) -> dict[K, Placed]:
    """Return what each name of a story stands for, by any key that tells its names apart."""
    context = _Context(defaultdict(float), defaultdict(float), defaultdict(float), defaultdict(float))
    names = {key: name for key, name in names.items() if name.candidates}
    for name in names.values():
        if len(name.candidates) == 1:
            context.add(name.candidates[0], name.weight)
    context.named = frozenset(name.candidates[0].id for name in names.values() if _names_country(name))
    open_names = {key: _shortlist(name, context) for key, name in names.items() if len(name.candidates) > 1}
    priors = {key: [_prior(candidate, name) for candidate in name.candidates] for key, name in open_names.items()}
    shares = {key: _softmax(prior) for key, prior in priors.items()}
    for key, name in open_names.items():
        _speak(context, name, shares[key], 1)
    for _ in range(_ROUNDS):
        for key, name in open_names.items():
            _speak(context, name, shares[key], -1)
            fits = [sum(_fit(candidate, context)) for candidate in name.candidates]
            scores = [prior + fit for prior, fit in zip(priors[key], fits, strict=True)]
            shares[key] = _softmax(scores if name.prevailing is None else _tipped(name, scores, fits))
            _speak(context, name, shares[key], 1)
    return {key: _placed(open_names.get(key, name), shares.get(key, [1.0]), context) for key, name in names.items()}


def _names_country(name: Name) -> bool:
    """Tell whether a name is a country’s and no famous city’s in it: "Panama" speaks not for Panama City."""
    country, *others = name.candidates
    return country.type == "country" and not any(one.country == country.id and _is_famous(one) for one in others)


def _is_famous(candidate: Candidate) -> bool:
    return candidate.type == "city" and candidate.prominence >= _FAMOUS


def _shortlist(name: Name, context: _Context) -> Name:
    """Return the name with its most prominent candidates, and those in a region that the story names."""
    if len(name.candidates) <= MAX_CANDIDATES:
        return name
    likely = [
        candidate
        for candidate in name.candidates[MAX_CANDIDATES:]
        if candidate.id in name.pinned or candidate.region in context.regions
    ]
    return replace(name, candidates=(*name.candidates[:MAX_CANDIDATES], *likely[:MAX_CANDIDATES]))


def _speak(context: _Context, name: Name, shares: Sequence[float], sign: int) -> None:
    for candidate, share in zip(name.candidates, shares, strict=True):
        if share > _MIN_SPEAKING_SHARE:
            context.add(candidate, sign * share * name.weight)


def _prior(candidate: Candidate, name: Name) -> float:
    own = _OWN if candidate.is_own else 0.0
    pinned = _PINNED if candidate.id in name.pinned else 0.0
    crowd = _CROWD * log(candidate.namesakes)
    known = 0.0 if candidate.is_primary else _ALTERNATE
    most = _MOST_PROMINENT if name.has_region else _MOST_OF_COUNTRY
    return min(candidate.prominence, most) + own + pinned - known - crowd


def _fit(candidate: Candidate, context: _Context) -> tuple[float, float, float]:
    """Return what country, region and neighbourhood say for a candidate."""
    country = context.countries.get(candidate.country, 0.0) if candidate.country else 0.0
    region = context.regions.get(candidate.region, 0.0) if candidate.region else 0.0
    near = _near(candidate, context)
    divisions = (
        context.divisions.get(candidate.country, 0.0) if candidate.country and candidate.type == "region" else 0.0
    )
    beside = _BESIDE * log1p(min(divisions, _ENOUGH_OF_COUNTRY)) if divisions > 0 else 0.0
    is_famous = candidate.country in context.named and _is_famous(candidate)
    return (
        (_COUNTRY * log1p(2 * min(country, _ENOUGH_OF_COUNTRY)) if country > 0 else 0.0)
        + (_IN_NAMED_COUNTRY if is_famous else 0.0),
        (_REGION * log1p(3 * min(region, _ENOUGH_OF_REGION)) if region > 0 else 0.0) + beside,
        _NEAR * log1p(3 * min(near, _ENOUGH_NEAR)) if near > 0 else 0.0,
    )


def _near(candidate: Candidate, context: _Context) -> float:
    if candidate.latitude is None or candidate.longitude is None or candidate.type not in ("city", "land", "water"):
        return 0.0
    squares = context.squares
    around = _squares_around(candidate.latitude, candidate.longitude)
    return sum([squares[square] for square in around if square in squares])


def _tipped(name: Name, scores: Sequence[float], fits: Sequence[float]) -> Sequence[float]:
    """Return the scores with the prevailing place ahead, unless the story or the archive's list is for another."""
    best = max(range(len(scores)), key=scores.__getitem__)
    at = next((index for index, one in enumerate(name.candidates) if one.id == name.prevailing), best)
    is_listed = name.candidates[best].is_own and not name.candidates[at].is_own
    is_settled = is_listed or _is_same_area(name.candidates[at], name.candidates[best])
    if name.pinned or is_settled or fits[best] > fits[at] + _OPEN:
        return scores
    return [*scores[:at], scores[best] + _PREVAILS, *scores[at + 1 :]]


def _softmax(scores: Sequence[float]) -> list[float]:
    best = max(scores)
    raised = [exp((score - best) / _TEMPERATURE) for score in scores]
    total = sum(raised)
    return [one / total for one in raised]


def _placed(name: Name, shares: Sequence[float], context: _Context) -> Placed:
    candidates = name.candidates
    _speak(context, name, shares, -1)
    areas: dict[tuple[str, RecordId], float] = defaultdict(float)
    for candidate, share in zip(candidates, shares, strict=True):
        areas[_area(candidate)] += share
    first = max(areas, key=lambda area: (areas[area], area))
    order = sorted(
        range(len(candidates)),
        key=lambda index: (_area(candidates[index]) != first, -shares[index], candidates[index].id),
    )
    best = candidates[order[0]]
    fit = sum(_fit(best, context))
    # A town and the province of its name are two records and one answer to where it is.
    elsewhere = max((shares[index] for index in order if _area(candidates[index]) != first), default=0.0)
    plausible = _plausibility(best, fit, name, context)
    share = max((shares[order[0]] + areas[first]) / 2, elsewhere) * plausible
    chosen = best if areas[first] * plausible >= _MIN_SHARE else None
    others = tuple(
        (
            candidates[index],
            shares[index] * plausible,
            _why_not(candidates[index], best, name, context) if chosen else _UNDECIDED,
        )
        for index in (order[1:3] if chosen else order[:3])
    )
    told = len(candidates) > 1 and _is_told(best, fit, name, shares, context)
    _speak(context, name, shares, 1)
    return Placed(chosen, share, others, fit, told)


def _plausibility(best: Candidate, fit: float, name: Name, context: _Context) -> float:
    """Return how likely a town is meant and not a place that no table has: 1 where the story speaks of its country.

    In a story of Aleppo, "Orem" is hardly the one in Utah.
    """
    elsewhere = max(context.countries.values(), default=0.0)
    is_supported = best.country is not None and context.countries.get(best.country, 0.0) > _MIN_SPEAKING_SHARE
    if best.type != "city" or best.is_own or best.id in name.pinned or is_supported or elsewhere < 1:
        return 1.0
    unlisted = _UNLISTED + _COUNTRY * log1p(2 * min(elsewhere, _ENOUGH_OF_COUNTRY))
    return 1 / (1 + exp((unlisted - _prior(best, name) - fit) / _TEMPERATURE))


def _is_told(best: Candidate, fit: float, name: Name, shares: Sequence[float], context: _Context) -> bool:
    """Tell whether the story says beyond doubt which place it means, a city or the region of its name apart."""
    others = [(one, share) for one, share in zip(name.candidates, shares, strict=True) if not _is_same_area(one, best)]
    if sum(share for _, share in others) > 1 - _CERTAIN:
        return False
    return best.id in name.pinned or (fit >= _TOLD and all(fit - sum(_fit(one, context)) >= _TOLD for one, _ in others))


def _is_same_area(one: Candidate, other: Candidate) -> bool:
    """Tell whether two places of one name are in one another: New York the city and the state."""
    return _area(one) == _area(other)


def _area(candidate: Candidate) -> tuple[str, RecordId]:
    """Return what the town and the region of one name have in common."""
    return candidate.country or "", candidate.region or candidate.id


def _why_not(loser: Candidate, winner: Candidate, name: Name, context: _Context) -> str:
    """Return in a few words what decided against a candidate: the largest difference."""
    if winner.id in name.pinned and loser.id not in name.pinned:
        return "The words beside the name tell which is meant."
    if winner.is_own and not loser.is_own:
        return "The archive’s own list has the other."
    if winner.id == name.prevailing:
        return PREVAILING
    lost, won = _fit(loser, context), _fit(winner, context)
    differences = [*(more - less for more, less in zip(won, lost, strict=True)), winner.prominence - loser.prominence]
    reasons = (
        "The story’s other places lie in another country.",
        "The story’s other places lie in another region.",
        "The story’s other places lie far from it.",
        "It is less prominent, and nothing in the story speaks for it.",
    )
    largest = max(range(4), key=lambda index: differences[index])
    return reasons[largest] if differences[largest] > 0 else "It is a rarer name of that place."
