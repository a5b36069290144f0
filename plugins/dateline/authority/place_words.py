"""The words around a place's name that tell what it is: "in", "town of", "County", "Street"."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dateline.authority.rows import packaged_rows


@dataclass(frozen=True)
class PlaceWords:
    """Words by what they tell of a name beside them, all in small letters."""

    locative: frozenset[str]  # before: something is or happens there
    compass: frozenset[str]  # before, though capital: "East Aleppo"
    settlement: frozenset[str]  # before, with "of": "the town of"; after, small: "province"
    division: frozenset[str]  # after, small, or before with "of": not the town of that name, the province
    division_office: frozenset[str]  # before, with "of" or "from": "senator from New York"
    town: frozenset[str]  # after, small, or before with "of": not the province of that name
    area: frozenset[str]  # after, capital: part of the name of a division, "County"
    land: frozenset[str]  # after, capital: "Island"
    water: frozenset[str]  # after, capital: "River"
    land_before: frozenset[str]  # "Mount"
    water_before: frozenset[str]  # "Lake"
    street: frozenset[str]  # after, capital: no place at all
    facility: frozenset[str]  # after, capital: the place is part of its name
    thing: frozenset[str]  # the same of what is no building: "Accords", "Times"
    treaty: frozenset[str]  # after, small: "the Paris agreement" is none of the place
    publication: frozenset[str]  # before: "the daily Al-Ittihad"
    part_only: frozenset[str]  # of longer names: "Tal" in "Tal Abyad"
    always_capital: frozenset[str]  # as a name: "March", of which the capital tells nothing


def load_place_words() -> PlaceWords:
    """Return the packaged words."""
    parts: dict[str, set[str]] = defaultdict(set)
    for row in packaged_rows("place_words.csv"):
        parts[row["part"]].add(row["word"])
    return PlaceWords(
        locative=frozenset(parts["locative"]),
        compass=frozenset(parts["compass"]),
        settlement=frozenset(parts["settlement"]),
        division=frozenset(parts["division"]),
        division_office=frozenset(parts["division office"]),
        town=frozenset(parts["town"]),
        area=frozenset(parts["area"]),
        land=frozenset(parts["land"]),
        water=frozenset(parts["water"]),
        land_before=frozenset(parts["land before"]),
        water_before=frozenset(parts["water before"]),
        street=frozenset(parts["street"]),
        facility=frozenset(parts["facility"]),
        thing=frozenset(parts["thing"]),
        treaty=frozenset(parts["treaty"]),
        publication=frozenset(parts["publication"]),
        part_only=frozenset(parts["no name alone"]),
        always_capital=frozenset(parts["capital anyway"]),
    )
