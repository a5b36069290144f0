"""Decisions: what the rules of rules.csv come to when they are taken together, everywhere or in one article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dateline.authority.lexicon import Lexicon, name_key
from dateline.authority.rows import Rule, is_record_id
from dateline.records import Kind, Notice, Record, RecordId

RULES_FILE = "authority/rules.csv"


@dataclass(frozen=True)
class Decisions:
    """What rules.csv decides, everywhere or in one article."""

    lexicon: Lexicon
    meant: Mapping[tuple[Kind, str], Record]  # by the letters of a name that always means it
    same: Mapping[RecordId, Record]  # of each record that was merged: the one that stays
    not_same: frozenset[tuple[str, RecordId]]  # the letters of a name, and what it does not stand for
    apart: frozenset[frozenset[RecordId]]  # pairs that are never merged
    hidden: frozenset[RecordId]


def merged_ids(rules: Iterable[Rule]) -> dict[str, str]:
    """Return, of each record that a rule of same-as merges into another, the one that stays in the end."""
    merged: dict[str, str] = {}
    for rule in rules:
        if rule.rule == "same-as":
            _merge(merged, rule)
    return {id_: _staying(merged, id_) for id_ in list(merged)}


def _merge(merged: dict[str, str], rule: Rule) -> None:
    merged[_staying(merged, rule.name)] = _staying(merged, rule.record)


def _staying(merged: dict[str, str], id_: str) -> str:
    """Return the record that stays of an id; the way to it is kept short, so that a chain of merges costs no more."""
    while (into := merged.get(id_, id_)) != id_:
        merged[id_] = merged.get(into, into)
        id_ = into
    return id_


def without_contradictions(rules: Iterable[Rule]) -> tuple[list[Rule], list[Notice]]:
    """Return the rules but for merges that say nothing new or join what a rule keeps apart, and why these are left out.

    Records are named by their ids.
    """
    rules = list(rules)
    keep_apart = [rule for rule in rules if rule.rule == "not-same-as" and is_record_id(rule.name)]
    by_article: dict[str, dict[str, str]] = {"": {}}  # what the sound rules merge; those for everywhere count in each
    sound: list[Rule] = []
    notices: list[Notice] = []
    for rule in rules:
        if rule.rule == "same-as":
            if rule.article not in by_article:
                by_article[rule.article] = dict(by_article[""])
            merged = by_article[rule.article]
            apart = [other for other in keep_apart if other.article in ("", rule.article)]
            if fault := _fault_of_merge(rule, merged, apart):
                notices.append(Notice(f"{RULES_FILE} line {rule.line}", fault))
                continue
            for here in [merged] if rule.article else by_article.values():
                _merge(here, rule)
        sound.append(rule)
    return sound, notices


def _fault_of_merge(rule: Rule, merged: dict[str, str], apart: Iterable[Rule]) -> str:
    gone, stays = _staying(merged, rule.name), _staying(merged, rule.record)
    if gone == stays:
        return f"same-as has no effect: other rules make {rule.name} and {rule.record} one already"
    for other in apart:
        if {_staying(merged, other.name), _staying(merged, other.record)} == {gone, stays}:
            return f"would make one of {other.name} and {other.record}, which line {other.line} keeps apart"
    return ""


def names_of_one_alone(record: Record, other: Record) -> set[tuple[str, RecordId]]:
    """Return the first names of `record` alone, each with the id of `other`, which it never means."""
    own, others = ({name_key(name) for name in (one.preferred, one.label)} for one in (record, other))
    return {(key, other.id) for key in own - others}
