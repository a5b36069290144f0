"""Faults that no row tells by itself: corrections that correct nothing, names that are known under another id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dateline.authority import FILES, Authority, are_kept_apart, find_record_by_id
from dateline.authority.decisions import RULES_FILE
from dateline.authority.lexicon import Name, Sense, compile_lexicon, name_key, read_words
from dateline.authority.packaged import load_packaged
from dateline.authority.rows import RECORD_COLUMNS, Row, Rule, is_record_id, load_rows, split_label
from dateline.curation.reading import load_articles
from dateline.curation.survey import distance_km
from dateline.gazetteer import toponym_key
from dateline.gazetteer.table import PLACE_PREFIX
from dateline.records import Kind, Notice, Record, RecordId

_SAME_PLACE_KM = 30.0


def load_faults(content: Path, authority: Authority) -> list[Notice]:
    """Return the faults of the authority files below `content`, seen beside its articles."""
    texts = (
        (article.slug, " ".join([article.title, article.text, *(name for _, name in article.listed)]))
        for article in load_articles(content)
    )
    notices: list[Notice] = []
    for kind, file in FILES.items():
        rows, _ = load_rows(content / "authority" / file, RECORD_COLUMNS[:3])
        notices += [notice for row in rows for notice in _known_twice(kind, row, authority)]
    return [*notices, *_ignored_names(authority), *orphaned_rules(authority, texts)]


def orphaned_rules(authority: Authority, articles: Iterable[tuple[str, str]]) -> list[Notice]:
    """Return a notice for each rule whose article, or whose name, is in no article any more.

    `articles` are slugs with all the words of the article, the names on its lines among them. A rule about a record
    that the grammar composes is not looked for: its names are made of words.
    """
    open_rules = [(rule, _spellings(rule, authority)) for rule in authority.rules]
    if not open_rules:
        return []
    slugs: set[str] = set()
    for slug, text in articles:
        slugs.add(slug)
        letters = "".join(word.key for word in read_words(text))
        open_rules = [(rule, keys) for rule, keys in open_rules if not _stands_in(slug, letters, rule, keys)]
    notices: list[Notice] = []
    for rule, keys in open_rules:
        if rule.article and rule.article not in slugs:
            notices.append(_told(rule, f"the rule holds only in {rule.article!r}, and no article has that slug"))
        elif keys:
            where = f"the article {rule.article!r}" if rule.article else "any article"
            notices.append(_told(rule, f"the rule corrects nothing: {_subject(rule, authority)} is not in {where}"))
    return notices


def _told(rule: Rule, message: str) -> Notice:
    return Notice(f"{RULES_FILE} line {rule.line}", message)


def _spellings(rule: Rule, authority: Authority) -> frozenset[str]:
    """Return the letters of the names that a rule is about, in each way to write their articles."""
    record = find_record_by_id(authority, _record_of(rule)) if _record_of(rule) else None
    names = (rule.name,) if record is None else (record.label, record.preferred, *record.variants)
    if record and ("/" in record.id or record.id in authority.states):
        return frozenset()
    lexicon = compile_lexicon(Name(name, Sense.NOTHING, None, "") for name in names)
    return frozenset(lexicon.forms)


def _record_of(rule: Rule) -> str:
    """Return the id of the record that a rule is about; "" for one about a name."""
    if rule.rule in ("hide", "show-as"):
        return rule.record
    return rule.name if rule.rule in ("same-as", "not-same-as") and is_record_id(rule.name) else ""


def _stands_in(slug: str, letters: str, rule: Rule, keys: Iterable[str]) -> bool:
    return rule.article in ("", slug) and any(key in letters for key in keys)


def _subject(rule: Rule, authority: Authority) -> str:
    record = find_record_by_id(authority, _record_of(rule)) if _record_of(rule) else None
    return f"{record.label!r}, by any of its names," if record else repr(rule.name)


def _ignored_names(authority: Authority) -> Iterator[Notice]:
    """Yield a notice for each rule that ignores, in all articles, a name that a row of the archive's own bears."""
    for rule in authority.rules:
        if rule.rule != "ignore" or rule.article:
            continue
        for kind, file in FILES.items():
            for record in authority.called.get((kind, name_key(rule.name)), ()):
                if record.id in authority.own:
                    advice = "take one of the two away, or name the article where it holds"
                    yield _told(rule, f"ignores a name of {record.id}, which {file} lists: {advice}")


def _known_twice(kind: Kind, row: Row, authority: Authority) -> Iterator[Notice]:
    """Yield a notice for a row whose name is known under an id that comes with Dateline."""
    record = authority.records.get(RecordId(row["id"]))
    if record is None or record.id in load_packaged().records or record.id.startswith(PLACE_PREFIX):
        return
    for other, table in _namesakes(kind, row, record, authority):
        if other.id not in record.same_as and not are_kept_apart(authority, record.id, other.id):
            stays = authority.decisions[""].same.get(other.id) if "" in authority.decisions else None
            is_replaced = stays is not None and stays.id == record.id
            is_known = f"takes the place of {other.id}" if is_replaced else f"is {other.id} in {table} too"
            advice = "put that id into same_as" if is_replaced else "use that id"
            message = f"{row['preferred']} {is_known}: {advice}, or say not-same-as in rules.csv"
            yield Notice(row.where, message)
            return


def _namesakes(kind: Kind, row: Row, record: Record, authority: Authority) -> Iterator[tuple[Record, str]]:
    name, qualifier = split_label(row["preferred"])
    packaged = load_packaged()
    for other in packaged.called.get((kind, name_key(name)), ()):
        if other.type == record.type and not qualifier and _may_be_near(record, other):
            yield other, "the gazetteer" if other.id.startswith(PLACE_PREFIX) else "Dateline’s table"
    if kind is Kind.PLACE:
        gazetteer = authority.places.gazetteer
        found = [gazetteer.record(one) for one in gazetteer.find(toponym_key(name))]
        alike = [other for other in found if other.type == record.type and _may_be_near(record, other)]
        if record.latitude is not None or len(alike) == 1:
            yield from ((other, "the gazetteer") for other in alike)


def _may_be_near(record: Record, other: Record) -> bool:
    apart = distance_km(record, other)
    return apart is None or apart <= _SAME_PLACE_KM
