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
            gone, stays = (merged.get(id_, id_) for id_ in (rule.name, rule.record))
            merged = {id_: stays if last == gone else last for id_, last in merged.items()} | {gone: stays}
    return merged


def without_contradictions(rules: Iterable[Rule]) -> tuple[list[Rule], list[Notice]]:
    """Return the rules but for merges that say nothing new or join what a rule keeps apart, and why these are left out.

    Records are named by their ids.
    """
    rules = list(rules)
    sound: list[Rule] = []
    notices: list[Notice] = []
    for rule in rules:
        if rule.rule == "same-as" and (fault := _fault_of_merge(rule, sound, rules)):
            notices.append(Notice(f"{RULES_FILE} line {rule.line}", fault))
        else:
            sound.append(rule)
    return sound, notices


def _fault_of_merge(rule: Rule, earlier: Iterable[Rule], rules: Iterable[Rule]) -> str:
    scope = ("", rule.article)
    beside = [other for other in earlier if other.article in scope]
    before, after = merged_ids(beside), merged_ids([*beside, rule])
    if before.get(rule.name, rule.name) == before.get(rule.record, rule.record):
        return f"same-as has no effect: other rules make {rule.name} and {rule.record} one already"
    for other in rules:
        keeps_apart = other.rule == "not-same-as" and is_record_id(other.name) and other.article in scope
        if keeps_apart and after.get(other.name, other.name) == after.get(other.record, other.record):
            return f"would make one of {other.name} and {other.record}, which line {other.line} keeps apart"
    return ""


def names_of_one_alone(record: Record, other: Record) -> set[tuple[str, RecordId]]:
    """Return the first names of `record` alone, each with the id of `other`, which it never means."""
    own, others = ({name_key(name) for name in (one.preferred, one.label)} for one in (record, other))
    return {(key, other.id) for key in own - others}
