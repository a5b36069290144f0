"""Selection: where the recognisers read the same words differently, which reading stands.

What a person decided in rules.csv comes first, then the longer name, then the surer one. A place within the
name of an organisation is embedded there; within a person's name it is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from dateline.records import Kind, Role
from dateline.tagging.passage import DECIDED, DEFINED_ACRONYM, NOTHING, STATELESS, Reading

_MIN_WEIGHT = 0.45  # under it a reading gives way to any that is surer, even to a shorter one
_MIN_EMBEDDED = 0.5

_NAMING = frozenset({Role.NAME, Role.TITLE, Role.SHORT})
_STANDING = frozenset({Role.LITERAL, Role.METONYM, Role.DEMONYM})
_start = attrgetter("start")


@dataclass(slots=True)
class _Claims:
    """The names that hold the words of a cluster, in order and without overlap."""

    starts: list[int] = field(default_factory=list)
    held: list[Reading] = field(default_factory=list)

    def touching(self, reading: Reading) -> Reading | None:
        """Return a name that holds some of a reading's words, or None."""
        at = bisect_right(self.starts, reading.start)
        if at and self.held[at - 1].end > reading.start:
            return self.held[at - 1]
        if at < len(self.held) and self.held[at].start < reading.end:
            return self.held[at]
        return None

    def add(self, reading: Reading) -> None:
        """Let a name hold its words, which no other holds."""
        at = bisect_right(self.starts, reading.start)
        self.starts.insert(at, reading.start)
        self.held.insert(at, reading)

    def exchange(self, old: Reading, new: Reading) -> None:
        """Put a name in the place of another of the same words."""
        self.held[bisect_right(self.starts, old.start) - 1] = new


def select(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings of a story that stand, the title's first, each field's in order."""
    standing: list[Reading] = []
    for name in ("title", "text"):
        own = sorted([reading for reading in readings if reading.field == name], key=_start)
        for cluster in _clusters(own):
            standing += _settle(cluster) if len(cluster) > 1 or cluster[0].type == NOTHING else cluster
    return standing


def _clusters(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Yield the readings, which come by their start, in groups that share no character: each is settled by itself."""
    cluster: list[Reading] = []
    end = 0
    for reading in readings:
        if cluster and reading.start >= end:
            yield cluster
            cluster = []
        cluster.append(reading)
        end = max(end, reading.end)
    if cluster:
        yield cluster


def _settle(readings: Sequence[Reading]) -> list[Reading]:
    readings = _with_embedded(readings)
    claims = _Claims()
    beside: list[Reading] = []  # what stands within a name or on the same words, and holds none itself
    for reading in sorted((one for one in readings if _holds_words(one)), key=lambda one: _precedence(one, readings)):
        held = claims.touching(reading)
        if held is None:
            claims.add(reading)
        elif (settled := _merge(held, reading)) is not None:
            claims.exchange(held, settled)
        elif dependent := _within(held, reading):
            beside.append(dependent)
    for reading in readings:
        if not _holds_words(reading):
            held = claims.touching(reading)
            if held is None or _may_stand_with(held, reading):
                beside.append(reading)
    stand = [reading for reading in (*claims.held, *beside) if reading.type != NOTHING]
    return sorted(_without_overlap(stand), key=_in_order)


def _with_embedded(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Return the readings, a place that a person decided on embedded where the words around it say that it is.

    The decision tells which place the name means, not that it stands for the place there.
    """
    if all(reading.weight < DECIDED for reading in readings):
        return readings
    rules = {(one.start, one.end): one.rule for one in readings if one.role is Role.EMBEDDED}
    decided = {(one.start, one.end) for one in readings if one.weight >= DECIDED and one.kind is Kind.PLACE}
    settled: list[Reading] = []
    for reading in readings:
        words = reading.start, reading.end
        if reading.kind is not Kind.PLACE or words not in rules or words not in decided:
            settled.append(reading)
        elif reading.weight >= DECIDED:
            settled.append(reading._replace(role=Role.EMBEDDED, rule=rules[words]))
    return settled


def _in_order(reading: Reading) -> tuple[int, int, str, str]:
    return reading.start, reading.end, reading.kind, reading.role


def _holds_words(reading: Reading) -> bool:
    return reading.type == NOTHING or reading.role in _NAMING or reading.role in _STANDING


def _precedence(reading: Reading, others: Iterable[Reading]) -> tuple[bool, bool, int, bool, float, int]:
    """Sort the reading that claims its words first to the front; of equals a listed name, then an actor."""
    return (
        reading.weight < DECIDED or _lies_in_actor(reading, others),
        reading.weight < _MIN_WEIGHT,
        reading.start - reading.end,
        not reading.records and reading.rule != STATELESS,
        -reading.weight,
        reading.start,
    )


def _lies_in_actor(reading: Reading, others: Iterable[Reading]) -> bool:
    """Tell whether a place is a part of an organisation's name: what the place means says nothing against that."""
    return reading.kind is Kind.PLACE and any(
        other.kind is Kind.ACTOR
        and other.role in _NAMING
        and other.type not in ("person", NOTHING)
        and other.weight >= _MIN_WEIGHT
        and _is_within(reading, other)
        and other.end - other.start > reading.end - reading.start
        for other in others
    )


def _merge(held: Reading, other: Reading) -> Reading | None:
    """Return what two readings of the same words come to together, or None when one excludes the other."""
    if held.weight >= DECIDED or held.type == NOTHING:
        return None
    is_same = (held.start, held.end) == (other.start, other.end)
    if held.kind is Kind.PLACE and other.kind is Kind.PLACE and is_same and held.role is not Role.DEMONYM:
        candidates = held.candidates or other.candidates
        return held._replace(candidates=candidates, pinned=held.pinned | other.pinned)
    if held.kind is other.kind and is_same and held.records and other.rule == DEFINED_ACRONYM:
        return held._replace(role=Role.SHORT, stands_for=other.stands_for, type=other.type)
    if held.kind is other.kind and not held.records and other.records and _is_within(other, held):
        is_person = held.type == "person" and all(record.type == "person" for record in other.records)
        if is_person or is_same:
            return held._replace(records=other.records)  # the listed "Assad" in "Bashar al-Assad"
    return None


def _within(held: Reading, other: Reading) -> Reading | None:
    """Return what is left of a reading whose words a longer or surer name holds."""
    is_same = (held.start, held.end) == (other.start, other.end)
    if held.type == NOTHING or held.weight >= DECIDED:
        return None
    if is_same and {held.role, other.role} == {Role.METONYM, Role.NAME}:
        return other  # the land lends its name to the state that acts
    if other.role is Role.DEMONYM:
        return other if held.kind is Kind.ACTOR and held.type != "person" else None
    if held.kind is Kind.ACTOR and other.kind is Kind.PLACE and held.type != "person" and _is_within(other, held):
        is_sure = not is_same and other.weight >= _MIN_EMBEDDED
        return other._replace(role=Role.EMBEDDED, rule="place in an actor’s name") if is_sure else None
    return None


def _may_stand_with(held: Reading, other: Reading) -> bool:
    """Tell whether a demonym, an embedded place or a description stands beside the name that holds its words."""
    if held.type == NOTHING or held.weight >= DECIDED:
        return _is_within(held, other) and held.type != NOTHING
    if other.role is Role.DESCRIPTION:
        return not _is_within(other, held)
    if held.kind is Kind.PLACE or held.type == "person":
        return False
    return _is_within(other, held) or held.start == other.start


def _is_within(inner: Reading, outer: Reading) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _without_overlap(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings, of those of one kind and role that overlap the longest only."""
    last: dict[tuple[Kind, Role], int] = {}
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda one: (one.start, -one.end)):
        if reading.start >= last.get((reading.kind, reading.role), 0):
            last[reading.kind, reading.role] = reading.end
            kept.append(reading)
    return kept
