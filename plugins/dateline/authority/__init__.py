"""The authority: which records there are, by which names they go, and what the archive has decided.

The archive's own files come first; packaged with the plugin are the states of the world and the words of
which names of actors are composed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from dateline.authority.decisions import (
    RULES_FILE,
    Decisions,
    merged_ids,
    names_of_one_alone,
    without_contradictions,
)
from dateline.authority.grammar import (
    Grammar,
    Office,
    State,
    Unit,
    office_record,
    read_office,
    read_unit,
    unit_record,
)
from dateline.authority.lexicon import (
    Lexicon,
    Name,
    Sense,
    compile_lexicon,
    longest_match,
    name_key,
    read_words,
)
from dateline.authority.names import Names
from dateline.authority.packaged import Called, Packaged, by_name, load_packaged
from dateline.authority.place_words import PlaceWords
from dateline.authority.places import Places
from dateline.authority.rows import (
    RECORD_COLUMNS,
    RULE_COLUMNS,
    Row,
    Rule,
    is_record_id,
    load_rows,
    mend_record,
    read_each,
    read_record,
    read_rule,
    split_label,
)
from dateline.errors import AuthorityError
from dateline.gazetteer import load_gazetteer
from dateline.records import Kind, Notice, Record, RecordId

__all__ = [
    "Authority",
    "Decisions",
    "Rule",
    "ancestors",
    "are_kept_apart",
    "compose_force",
    "compose_office",
    "compose_unit",
    "find_record",
    "find_record_by_id",
    "load_authority",
]

FILES = {Kind.PLACE: "places.csv", Kind.ACTOR: "actors.csv"}

_SAME_PLACE_DEGREES = 1.0  # the middle of a sea or a region is put here or there

_BRACKETED = re.compile(r"(?P<name>.*?) ?\[(?P<id>[^\[\]]+)\]")


@dataclass(frozen=True)
class Authority:
    """The compiled authority of an archive."""

    records: Mapping[RecordId, Record]
    own: frozenset[RecordId]  # of those that the archive itself lists
    rules: tuple[Rule, ...]
    states: Mapping[RecordId, State]  # by the ids of the place and of the actor
    called: Called  # by the letters of each of their names
    lexicons: tuple[Lexicon, ...]  # the archive's own, then the packaged
    grammar: Grammar
    capitals: Mapping[RecordId, RecordId]  # the places after which states are called, to the states' actors
    places: Places
    place_words: PlaceWords
    names: Names
    decisions: Mapping[str, Decisions]  # by article; "" holds what is decided everywhere


def load_authority(folder: Path | None) -> tuple[Authority, list[Notice]]:
    """Return the authority of the archive whose files lie in `folder`, and what is wrong with them.

    A broken row becomes a notice and the other rows stand. Without a folder the packaged data stand alone.
    """
    packaged = load_packaged().records
    own: dict[RecordId, tuple[Record, Row]] = {}
    notices: list[Notice] = []
    for kind, name in FILES.items():
        rows, faults = load_rows(folder / name, RECORD_COLUMNS[:3]) if folder else ([], [])
        _, refused = read_each(rows, partial(_read_own, kind, packaged, own))
        notices += [*faults, *refused]
    bare = _compile({id_: record for id_, (record, _) in own.items()})
    records, broader_faults = _with_sound_broader(bare, own)

    rows, rule_faults = load_rows(folder / "rules.csv", RULE_COLUMNS[:3]) if folder else ([], [])
    read, refused = read_each(rows, partial(_read_rule, bare))
    rules, contradictions = without_contradictions(read)
    authority = _compile(records, rules)
    of_rules = [*rule_faults, *refused, *contradictions, *_shared_by_rule(bare, rules)]
    return authority, [*notices, *broader_faults, *_shared_labels(bare, own), *of_rules]


def _read_own(
    kind: Kind, packaged: Mapping[RecordId, Record], own: dict[RecordId, tuple[Record, Row]], row: Row
) -> None:
    record = read_record(kind, row)
    if record.id in own:
        raise AuthorityError(f"id {record.id} is taken: {own[record.id][1].where} has it")
    if record.id in packaged:
        if packaged[record.id].kind is not kind:
            raise AuthorityError(f"{record.id} belongs in {FILES[packaged[record.id].kind]}")
        record = mend_record(packaged[record.id], record)
    own[record.id] = _with_gazetteer(record), row


def _with_gazetteer(record: Record) -> Record:
    """Return an archive's record of a place, what its row leaves open filled from the gazetteer: point and parent."""
    gazetteer = load_gazetteer()
    row = gazetteer.row(record.id) if record.kind is Kind.PLACE else None
    if row is None:
        return record
    listed = gazetteer.record(row)
    has_point = record.latitude is not None
    return replace(
        record,
        broader=record.broader or listed.broader,
        latitude=record.latitude if has_point else listed.latitude,
        longitude=record.longitude if has_point else listed.longitude,
    )


def _mend_state(state: State, records: Mapping[RecordId, Record]) -> State:
    """Return the state as the archive's rows mend it: the actor goes by the names of the place."""
    place = records.get(state.place.id, state.place)
    actor = replace(state.actor, preferred=place.preferred, variants=place.variants)
    return replace(state, place=place, actor=records.get(actor.id, actor))


def _with_sound_broader(
    bare: Authority, own: Mapping[RecordId, tuple[Record, Row]]
) -> tuple[dict[RecordId, Record], list[Notice]]:
    """Return the archive's records without the faults of their `broader`, and a notice for each."""
    records: dict[RecordId, Record] = {}
    notices: list[Notice] = []
    for id_, (record, row) in own.items():
        sound: list[RecordId] = []
        for broader in record.broader:
            above = find_record_by_id(bare, broader)
            if above is None:
                notices.append(Notice(row.where, f"broader {broader!r} is no record"))
            elif id_ == broader or id_ in {higher.id for higher in ancestors(bare, above)}:
                notices.append(Notice(row.where, f"broader {broader!r} leads back to {id_}"))
            else:
                sound.append(broader)
        records[id_] = replace(record, broader=tuple(sound))
    return records, notices


def _shared_labels(bare: Authority, own: Mapping[RecordId, tuple[Record, Row]]) -> list[Notice]:
    """Return a notice for each record whose label is another's too."""
    notices: list[Notice] = []
    for id_, (record, row) in own.items():
        key = name_key(record.label)
        holders = [other for other in bare.called.get((record.kind, key), ()) if name_key(other.label) == key]
        if holders and holders[0].id != id_:
            message = f"{record.label!r} is the label of {holders[0].id} too; tell it apart: Paris (Texas)"
            notices.append(Notice(row.where, message))
    return notices


def _read_rule(bare: Authority, row: Row) -> Rule:
    """Return the rule of a row, with the ids of the records that it names. Raises AuthorityError."""
    rule = read_rule(row)
    if rule.rule == "ignore":
        return rule
    rule = replace(rule, record=_target(bare, rule.record or rule.name).id)
    is_of_two = rule.rule == "same-as" or (rule.rule == "not-same-as" and is_record_id(rule.name))
    if not is_of_two:
        return rule
    first, second = _target(bare, rule.name), _target(bare, rule.record)
    if first.kind is not second.kind:
        raise AuthorityError(f"{row['name']} and {row['record']} are not the same: one is a place")
    if first.id == second.id:
        raise AuthorityError(f"{rule.rule} has no effect: {row['name']} and {row['record']} are one record already")
    return replace(rule, name=first.id)


def _shared_by_rule(bare: Authority, rules: Iterable[Rule]) -> Iterator[Notice]:
    """Yield a notice for each rule that shows a record under the label of another."""
    for rule in rules:
        if rule.rule == "show-as":
            key = name_key(rule.name)
            namesakes = bare.called.get((_target(bare, rule.record).kind, key), ())
            others = [one.id for one in namesakes if one.id != rule.record and name_key(one.label) == key]
            if others:
                message = f"{rule.name!r} is the label of {others[0]} too; tell it apart: Paris (Texas)"
                yield Notice(f"{RULES_FILE} line {rule.line}", message)


def _target(authority: Authority, name: str) -> Record:
    """Return the record that a rule means by an id or a name. Raises AuthorityError."""
    if is_record_id(name):
        found = [find_record_by_id(authority, name)]
    else:
        found = [find_record(authority, kind, name) for kind in Kind]
    match [record for record in found if record]:
        case [record]:
            return record
        case []:
            raise AuthorityError(f"{name!r} is no record: write an id such as place:tigris, or a name of one")
        case several:
            raise AuthorityError(f"{name!r} may be {' or '.join(record.id for record in several)}: write the id")


def _shown_as(record: Record, label: str) -> Record:
    """Return the record under another label; what it was called before is a variant."""
    preferred, qualifier = split_label(label)
    variants = dict.fromkeys(name for name in (record.preferred, *record.variants) if name != preferred)
    return replace(record, preferred=preferred, qualifier=qualifier, variants=tuple(variants))


def _compile(own: Mapping[RecordId, Record], rules: Iterable[Rule] = ()) -> Authority:
    """Return the authority of an archive's own records, of the packaged tables and of the rules."""
    packaged, gazetteer = load_packaged(), load_gazetteer()
    rules = tuple(rules)
    labels = {RecordId(rule.record): rule.name for rule in rules if rule.rule == "show-as"}
    known = Places(gazetteer, {**packaged.records, **own}, own)
    shown = {id_: _shown_as(record, label) for id_, label in labels.items() if (record := known.find(id_))}
    changed = {**own, **shown}
    states = {id_: state for state in packaged.states for id_ in (state.place.id, state.actor.id)}
    mended = [_mend_state(states[id_], changed) for id_ in changed if id_ in states]
    mended_actors = {state.actor.id: state.actor for state in mended}
    records = {**packaged.records, **mended_actors, **changed}
    taken_over = _taken_over(own, packaged, rules)
    authority = Authority(
        records=records,
        own=frozenset(own),
        rules=rules,
        states=states | {id_: state for state in mended for id_ in (state.place.id, state.actor.id)},
        called=_called(packaged.called, {**mended_actors, **changed}, gone=taken_over),
        lexicons=(compile_lexicon(_own_names(own.keys(), changed)), packaged.lexicon),
        grammar=packaged.grammar,
        capitals=packaged.capitals,
        places=Places(gazetteer, records, own),
        place_words=packaged.place_words,
        names=packaged.names,
        decisions={},
    )
    by_article: dict[str, list[Rule]] = defaultdict(list)
    for rule in authority.rules:
        by_article[rule.article].append(rule)
    if taken_over:
        by_article.setdefault("", [])
    decisions = {article: _decide(authority, few, {} if article else taken_over) for article, few in by_article.items()}
    return replace(authority, decisions=decisions)


def _taken_over(own: Mapping[RecordId, Record], packaged: Packaged, rules: Sequence[Rule]) -> dict[RecordId, RecordId]:
    """Return, of each packaged record whose label and type one of the archive's own has, the id of that one.

    So an archive need not know Dateline's id of an actor to list it. Rules that name both ids come first.
    """
    ruled = {rule.name for rule in rules if rule.rule == "same-as"}
    merged = merged_ids(rule for rule in rules if not rule.article)
    apart = {frozenset((rule.name, rule.record)) for rule in rules if rule.rule == "not-same-as"}
    states = {id_ for state in packaged.states for id_ in (state.place.id, state.actor.id)}
    taken: dict[RecordId, RecordId] = {}
    for record in own.values():
        key = name_key(record.label)
        for other in packaged.called.get((record.kind, key), ()) if record.id not in packaged.records else ():
            is_its_label = name_key(other.label) == key and _is_of_one_type(record, other)
            is_free = other.id not in own.keys() | states | ruled | taken.keys()
            stays = RecordId(merged.get(record.id, record.id))
            if is_its_label and is_free and other.id != stays and frozenset((record.id, other.id)) not in apart:
                taken[other.id] = stays
    return taken


def _is_of_one_type(record: Record, other: Record) -> bool:
    """Tell whether two of one label may be one: actors but for persons, places of one type that lie together."""
    if record.kind is Kind.ACTOR:
        return (record.type == "person") == (other.type == "person")
    if record.type != other.type:
        return False
    pairs = ((record.latitude, other.latitude), (record.longitude, other.longitude))
    return all(one is None or two is None or abs(one - two) <= _SAME_PLACE_DEGREES for one, two in pairs)


def _called(packaged: Called, own: Mapping[RecordId, Record], gone: Container[RecordId]) -> Called:
    """Return the packaged records by their names, with the archive's own in their place and beside them."""
    called = dict(packaged)
    for key, records in by_name(own.values()).items():
        others = tuple(record for record in packaged.get(key, ()) if record.id not in own and record.id not in gone)
        called[key] = (*records, *others)
    return called


def _own_names(own: Collection[RecordId], records: Mapping[RecordId, Record]) -> Iterator[Name]:
    """Yield the spellings of the archive's own records; of those that it only shows otherwise, the new one."""
    for record in records.values():
        if record.type == "state":  # found by its place's names, which act only where the words say so
            continue
        if record.id not in own:
            yield Name(record.preferred, Sense.NAME, record, "rule in rules.csv")
            continue
        for spelling in (record.preferred, *record.variants):
            yield Name(spelling, Sense.NAME, record, f"name in {FILES[record.kind]}")


def _decide(authority: Authority, rules: Sequence[Rule], taken_over: Mapping[RecordId, RecordId]) -> Decisions:
    names: list[Name] = []
    meant: dict[tuple[Kind, str], Record] = {}
    not_same: set[tuple[str, RecordId]] = set()
    apart: set[frozenset[RecordId]] = set()
    hidden: set[RecordId] = set()
    for rule in rules:
        if rule.rule == "ignore":
            names.append(Name(rule.name, Sense.NOTHING, None, "rule in rules.csv", decided=True))
            continue
        record = _target(authority, rule.record)
        match rule.rule:
            case "means":
                names.append(Name(rule.name, Sense.NAME, record, "rule in rules.csv", decided=True))
                meant.setdefault((record.kind, name_key(rule.name)), record)
            case "not-same-as" if is_record_id(rule.name):
                other = _target(authority, rule.name)
                apart.add(frozenset((record.id, other.id)))
                not_same |= names_of_one_alone(record, other) | names_of_one_alone(other, record)
            case "not-same-as":
                not_same.add((name_key(rule.name), record.id))
            case "hide":
                hidden.add(record.id)
    same = {id_: _target(authority, stays) for id_, stays in taken_over.items()}
    same |= {RecordId(id_): _target(authority, stays) for id_, stays in merged_ids(rules).items()}
    return Decisions(compile_lexicon(names), meant, same, frozenset(not_same), frozenset(apart), frozenset(hidden))


def ancestors(authority: Authority, record: Record) -> Iterator[Record]:
    """Yield the records above `record`, each once, the nearest first."""
    seen = {record.id}
    waiting = list(record.broader)
    while waiting:
        id_ = waiting.pop(0)
        found = None if id_ in seen else find_record_by_id(authority, id_)
        above = _staying(authority, found) if found else None
        if above and above.id not in seen:
            yield above
            waiting += above.broader
            seen.add(above.id)
        seen.add(id_)


def compose_office(authority: Authority, state: State, office: Office) -> Record:
    """Return the record of a state's office: the archive's own where it lists one of that id or name."""
    composed = office_record(state, office)
    namesakes = authority.called.get((Kind.ACTOR, name_key(composed.preferred)), ())
    own = [record for record in namesakes if record.id in authority.own]
    if len(own) == 1:
        return own[0]
    if composed.id in authority.records:
        return authority.records[composed.id]
    return namesakes[0] if len(namesakes) == 1 else composed


def compose_unit(authority: Authority, unit: Unit, force: Record | None) -> Record:
    """Return the record of a numbered unit under its force, where that is known."""
    composed = unit_record(unit, force)
    return authority.records.get(composed.id, composed)


def find_record_by_id(authority: Authority, id_: str) -> Record | None:
    """Return the record of an id, also of a composed one (`actor:sy/army/5th-legion`), or None."""
    if found := authority.places.find(id_):
        return found
    head, slash, slug = id_.rpartition("/")
    owner = authority.records.get(RecordId(head)) or (find_record_by_id(authority, head) if slash else None)
    if slash and (owner is None or owner.kind is not Kind.ACTOR):
        return None
    state = authority.states.get(owner.id) if owner else None
    for office in authority.grammar.offices.values() if state else ():
        if state and office.slug == slug:
            return compose_office(authority, state, office)
    name = (slug if slash else id_.removeprefix("actor:")).replace("-", " ")
    unit = read_unit(authority.grammar, name, read_words(name), 0) if name else None
    if unit is None or unit_record(unit[0], owner).id != id_:
        return None
    return compose_unit(authority, unit[0], owner)


def find_record(
    authority: Authority, kind: Kind, name: str, *, near: Iterable[Record] = (), article: str = ""
) -> Record | None:
    """Return what a name in an article's list of places or actors means, or None when it is unknown.

    The name is a record's label, with or without its id in brackets, a preferred name or a variant that
    one record alone has, or a composed name ("Jordanian Army"). The records `near`, which the article's
    own words name, come first, then labels, then what rules.csv says of the name, everywhere or in the `article` of
    that slug. A record that was merged into another leads to that one.
    """
    near = [record for record in near if record.kind is kind]
    found = _find(authority, kind, name.strip(), near, _decisions(authority, article))
    return _staying(authority, found, article) if found else None


def _find(
    authority: Authority, kind: Kind, name: str, near: Sequence[Record], decisions: Sequence[Decisions]
) -> Record | None:
    if bracketed := _BRACKETED.fullmatch(name):
        named = {record.id: record for record in near}.get(RecordId(bracketed["id"]))
        found = named or find_record_by_id(authority, bracketed["id"])
        return found if found and found.kind is kind else None
    key = name_key(name)
    if not key:
        return None
    if found := _by_name(key, near):
        return found
    called = authority.called.get((kind, key), ())
    labelled = [record for record in called if key == name_key(record.label)]
    if len(labelled) == 1:
        return labelled[0]
    if meant := next((one.meant[kind, key] for one in decisions if (kind, key) in one.meant), None):
        return meant
    known = [
        record
        for record in called
        if record in labelled or not any((key, record.id) in one.not_same for one in decisions)
    ]
    return _by_name(key, known) or (None if known else _made(authority, kind, name))


def _decisions(authority: Authority, article: str) -> list[Decisions]:
    """Return what rules.csv decides in an article, before what it decides everywhere."""
    return [authority.decisions[key] for key in dict.fromkeys((article, "")) if key in authority.decisions]


def _staying(authority: Authority, record: Record, article: str = "") -> Record:
    """Return the record into which `record` was merged, or itself."""
    for decision in _decisions(authority, article):
        record = decision.same.get(record.id, record)
    return record


def are_kept_apart(authority: Authority, first: RecordId, second: RecordId) -> bool:
    """Tell whether rules.csv says that two records are not the same."""
    pair = frozenset((first, second))
    return any(pair in decision.apart for decision in authority.decisions.values())


def _by_name(key: str, records: Iterable[Record]) -> Record | None:
    """Return the one record with that label, else with that preferred name, else with that variant."""
    records = list(dict.fromkeys(records))
    for names in (_label, _preferred, _variants):
        match [record for record in records if key in map(name_key, names(record))]:
            case [only]:
                return only
            case [_, *_]:
                return None
    return None


def _label(record: Record) -> tuple[str, ...]:
    return (record.label,)


def _preferred(record: Record) -> tuple[str, ...]:
    return (record.preferred,)


def _variants(record: Record) -> tuple[str, ...]:
    return record.variants


def _made(authority: Authority, kind: Kind, name: str) -> Record | None:
    """Return the record that no table lists: a place by its label in the gazetteer, a composed actor."""
    return _composed(authority, name) if kind is Kind.ACTOR else authority.places.find_label(name)


def _composed(authority: Authority, name: str) -> Record | None:
    """Return the record of an actor whose whole name the grammar composes."""
    words = read_words(name)
    if (unit := read_unit(authority.grammar, name, words, 0)) and unit[1] == len(words):
        return compose_unit(authority, unit[0], None)
    match = longest_match(name, words, 0, authority.lexicons)
    for found in match.names if match else ():
        if match is None or found.sense is not Sense.ADJECTIVE or found.record is None:
            continue
        state = authority.states[found.record.id]
        office = read_office(authority.grammar, name, words, match.last)
        if office and office[1] == len(words):
            return compose_office(authority, state, office[0])
        if (unit := read_unit(authority.grammar, name, words, match.last)) and unit[1] == len(words):
            return compose_unit(authority, unit[0], compose_force(authority, state, unit[0]))
    return None


def compose_force(authority: Authority, state: State, unit: Unit) -> Record:
    """Return the force of a state that such a unit is part of: a fleet of the navy, a brigade of the army."""
    offices = authority.grammar.offices.values()
    return compose_office(authority, state, next(office for office in offices if office.slug == unit.force))
