"""`make gold`: how well the tagger finds and places the names that people marked by hand.

    python tests/gold/score.py [../shared/data]
    python tests/gold/score.py --errors wikinews dev [--kind place]

A set is `<set>/dev.jsonl` for development and `held/<set>.jsonl`, which nobody reads while tuning: only figures are
printed of it, and `floors.json` holds those below which `make gold` fails. A story whose text may not be committed is
read from its corpus and known by its hash. The seed's stories (`deir-ezzor.csv`) are a set for development.
All sets but the seed are tagged with the packaged names alone, as an archive is that has none of its own.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from statistics import fmean, median
from typing import Literal

from rich.console import Console
from rich.table import Table

from dateline.articles.machine import story_text
from dateline.authority import load_authority
from dateline.records import Mention, Story
from dateline.sources import Sidecar, read_file
from dateline.tagging import find_mentions
from dateline.text import fold_spaces

GOLD = Path(__file__).resolve().parent
REPOSITORY = GOLD.parent.parent
CORPORA = REPOSITORY.parent / "shared" / "data"
SEED = "seed"
EARTH_KM = 6371.0088  # mean radius, IUGG
NEAR_KM = 161.0  # a hundred miles, the usual bound of a right place in the literature
CONTEXT_CHARS = 40
STORIES_A_FILE = 1000  # of Reuters-21578, in the order of their NEWID

ORGANISATIONS = frozenset({"organisation", "company", "government", "force", "group", "party", "media"})
SPLITS = ("dev", "held")

Texts = Mapping[str, tuple[str, str]]  # id → title and text


@dataclass(frozen=True, slots=True)
class Mark:
    """A name at characters `start` to `end` of a field, marked by a person or found by the tagger."""

    field: str
    start: int
    end: int
    kind: str
    role: str
    type: str
    record: str | None
    lat: float | None = None
    lon: float | None = None
    same_as: tuple[str, ...] = ()  # other ids of the record


@dataclass(frozen=True, slots=True)
class Judged:
    """A story with the marks of a person and those of the tagger; without a text it could not be tagged."""

    set: str
    split: str
    id: str
    sha256: str
    title: str | None
    text: str | None
    gold: tuple[Mark, ...]
    found: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and their harmonic mean, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where nothing is right."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Spans:
    """How well spans of one view are found: in full (`strict`), or by a character at least (`overlap`)."""

    gold: int
    found: int
    strict: Rates
    overlap: Rates


@dataclass(frozen=True, slots=True)
class Records:
    """How well the records of found names are chosen; shares are 0 to 1, `None` where there is nothing to choose."""

    gold: int  # names marked
    found: int  # of them
    right_record: float | None  # of those found whose record a person named
    within_near: float | None  # of those found whose coordinates a person gave; one without coordinates is wrong
    median_km: float | None  # of those found that have coordinates
    mean_km: float | None


VIEWS: dict[str, Callable[[Mark], bool]] = {
    "places": lambda mark: mark.kind == "place" and mark.role in {"literal", "metonym"},
    "places, all roles": lambda mark: mark.kind == "place",
    "demonyms": lambda mark: mark.kind == "place" and mark.role == "demonym",
    "actors": lambda mark: mark.kind == "actor",
    "persons": lambda mark: mark.kind == "actor" and mark.type == "person",
    "organisations": lambda mark: mark.kind == "actor" and mark.type in ORGANISATIONS,
}


def load_sets(gold: Path) -> list[Judged]:
    """Return the stories of all sets below a folder, in the order of set, split and id."""
    paths = [(path.parent.name, "dev", path) for path in sorted(gold.glob("*/dev.jsonl"))]
    paths += [(path.stem, "held", path) for path in sorted(gold.glob("held/*.jsonl"))]
    stories = [
        parse_story(json.loads(line), set_, split)
        for set_, split, path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return sorted(stories, key=lambda story: (story.set, SPLITS.index(story.split)))


def parse_story(row: Mapping[str, object], set_: str, split: str) -> Judged:
    """Return the story of one line of a set."""
    mentions = row["mentions"]
    assert isinstance(mentions, list)
    title, text = row.get("title"), row.get("text")
    return Judged(
        set=set_,
        split=split,
        id=str(row["id"]),
        sha256=str(row["sha256"]),
        title=None if title is None else str(title),
        text=None if text is None else str(text),
        gold=tuple(Mark(**mention) for mention in mentions),
    )


def load_seed(repository: Path) -> list[Judged]:
    """Return the seed's stories with the marks of `deir-ezzor.csv`, which names no types and no coordinates."""
    source = (repository / "content/sources/deir-ezzor.txt").read_text(encoding="utf-8")
    blocks = [block.split("\n") for block in source.strip().split("\n\n")]
    with (repository / "tests/gold/deir-ezzor.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        Judged(
            SEED,
            "dev",
            str(number),
            hash_of(title := fold_spaces(headline[0]), text := "\n\n".join(fold_spaces(line) for line in body)),
            title,
            text,
            tuple(_seed_mark(row) for row in rows if row["story"] == str(number)),
        )
        for number, (headline, body) in enumerate(zip(blocks[1::2], blocks[2::2], strict=True), 1)
    ]


def _seed_mark(row: Mapping[str, str]) -> Mark:
    record = row["record"] or None
    type_ = actor_type(record or "") if row["kind"] == "actor" else ""
    return Mark(row["field"], int(row["start"]), int(row["end"]), row["kind"], row["role"], type_, record)


def actor_type(record: str) -> str:
    """Return the type that the form of an actor's id tells.

    >>> [actor_type(id_) for id_ in ("actor:sy", "actor:sy/government", "actor:sy/army", "actor:isis")]
    ['state', 'government', 'force', 'group']
    """
    owner, _, office = record.removeprefix("actor:").partition("/")
    if office:
        return "government" if office == "government" else "force"
    return "state" if re.fullmatch("[a-z]{2}", owner) else "group"


def hash_of(title: str, text: str) -> str:
    """Return the SHA-256 by which a story's title and text are known."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def load_fa_kes(corpora: Path, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return title and text of articles of FA-KES by unit_id, exactly as the table has them."""
    wanted = set(ids)
    with (corpora / "fa-kes-a/fa-kes-a.csv").open(encoding="latin-1", newline="") as stream:
        return {
            row["unit_id"]: (row["article_title"], row["article_content"])
            for row in csv.DictReader(stream)
            if row["unit_id"] in wanted
        }


def load_reuters(corpora: Path, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return headline and text of stories of Reuters-21578 by NEWID, as our reader gives them."""
    wanted = set(ids)
    texts: dict[str, tuple[str, str]] = {}
    for number in sorted({(int(id_) - 1) // STORIES_A_FILE for id_ in wanted}):
        path = corpora / f"reuters21578/reut2-{number:03}.sgm.xz"
        path.stat()  # where it is missing, say so here: the reader would take it for an empty source
        for story in read_file(path, path.name, Sidecar()):
            if isinstance(story, Story) and story.source_id and (id_ := re.sub(r"\D", "", story.source_id)) in wanted:
                texts[id_] = (story.headline, story_text(story))
    return texts


TEXTS: dict[str, Callable[[Path, Iterable[str]], dict[str, tuple[str, str]]]] = {
    "fa-kes": load_fa_kes,
    "reuters": load_reuters,
}


def load_texts(stories: Sequence[Judged], corpora: Path) -> tuple[list[Judged], list[str]]:
    """Return the stories with their texts, and a sentence for each set whose corpus is not at hand.

    A text that is not the one that was marked raises ValueError.
    """
    read: dict[str, Texts] = {}
    skipped: list[str] = []
    for set_ in dict.fromkeys(story.set for story in stories if story.text is None):
        ids = [story.id for story in stories if story.set == set_]
        try:
            read[set_] = TEXTS[set_](corpora, ids)
        except FileNotFoundError as error:
            skipped.append(f"{set_} is left out: {error.filename} is not there.")
    kept: list[Judged] = []
    for story in stories:
        if story.text is None and story.set not in read:
            continue
        title, text = read[story.set].get(story.id, ("", "")) if story.text is None else (story.title or "", story.text)
        if hash_of(title, text) != story.sha256:
            raise ValueError(f"{story.set} {story.id}: the text is not the one that was marked")
        kept.append(replace(story, title=title, text=text))
    return kept, skipped


def tag_stories(stories: Iterable[Judged]) -> list[Judged]:
    """Return the stories with what the tagger finds in them."""
    packaged, _ = load_authority(None)
    own, _ = load_authority(REPOSITORY / "content" / "authority")
    return [
        replace(
            story,
            found=tuple(
                mark_of(mention)
                for mention in find_mentions(
                    story.title or "", story.text or "", own if story.set == SEED else packaged
                )
            ),
        )
        for story in stories
    ]


def mark_of(mention: Mention) -> Mark:
    """Return a mention as a mark."""
    record = mention.record
    return Mark(
        mention.field,
        mention.start,
        mention.end,
        mention.kind.value,
        mention.role.value,
        mention.type,
        record.id if record else None,
        record.latitude if record else None,
        record.longitude if record else None,
        record.same_as if record else (),
    )


def span_rates(stories: Iterable[Judged], view: Callable[[Mark], bool]) -> Spans:
    """Return how well the spans of a view are found; marks on one span count once."""
    gold = found = exact = gold_touched = found_touching = 0
    for story in stories:
        marked = {_span(mark) for mark in story.gold if view(mark)}
        tagged = {_span(mark) for mark in story.found if view(mark)}
        gold, found, exact = gold + len(marked), found + len(tagged), exact + len(marked & tagged)
        gold_touched += sum(any(shared_chars(span, other) for other in tagged) for span in marked)
        found_touching += sum(any(shared_chars(span, other) for other in marked) for span in tagged)
    strict = Rates(_share(exact, found), _share(exact, gold))
    return Spans(gold, found, strict, Rates(_share(found_touching, found), _share(gold_touched, gold)))


def _span(mark: Mark) -> tuple[str, int, int]:
    return mark.field, mark.start, mark.end


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def shared_chars(one: tuple[str, int, int], other: tuple[str, int, int]) -> int:
    """Return how many characters two spans (field, start, end) share.

    >>> shared_chars(("text", 0, 5), ("text", 3, 9)), shared_chars(("text", 0, 5), ("text", 5, 9))
    (2, 0)
    """
    return max(0, min(one[2], other[2]) - max(one[1], other[1])) if one[0] == other[0] else 0


def pair_marks(story: Judged, view: Callable[[Mark], bool]) -> Iterator[tuple[Mark, Mark | None]]:
    """Yield each mark of a person with what the tagger found there: the same span, else the one nearest to it."""
    tagged = [mark for mark in story.found if view(mark)]
    for mark in filter(view, story.gold):
        touching = [other for other in tagged if shared_chars(_span(mark), _span(other))]
        yield mark, min(touching, key=lambda other: _farness(mark, other), default=None)


def _farness(mark: Mark, other: Mark) -> tuple[int, bool]:
    """Order candidates for a mark: characters that only one of both has, then whether the role differs."""
    return abs(mark.start - other.start) + abs(mark.end - other.end), mark.role != other.role


def record_rates(stories: Iterable[Judged], view: Callable[[Mark], bool]) -> Records:
    """Return how well the records of the marks of a view are chosen."""
    pairs = [pair for story in stories for pair in pair_marks(story, view)]
    found = [(mark, other) for mark, other in pairs if other]
    known = [is_right(mark, other) for mark, other in found if mark.record]
    apart = [distance_km(mark, other) for mark, other in found if mark.lat is not None]
    kms = [km for km in apart if km is not None]
    return Records(
        gold=len(pairs),
        found=len(found),
        right_record=fmean(known) if known else None,
        within_near=fmean(km is not None and km <= NEAR_KM for km in apart) if apart else None,
        median_km=median(kms) if kms else None,
        mean_km=fmean(kms) if kms else None,
    )


def is_right(mark: Mark, other: Mark) -> bool:
    """Tell whether the tagger chose the record that a person named, by whichever of its ids."""
    return mark.record in (other.record, *other.same_as)


def distance_km(one: Mark, other: Mark) -> float | None:
    """Return the great-circle distance of two marks by the haversine formula; None where one has no coordinates.

    >>> lima, quito = (Mark("text", 0, 4, "place", "literal", "city", None, *at) for at in ((-12.05, -77.04), (0, -78.5)))
    >>> round(distance_km(lima, quito))
    1350
    """
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    lat, other_lat = radians(one.lat), radians(other.lat)
    half_lat, half_lon = (other_lat - lat) / 2, radians(other.lon - one.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat) * cos(other_lat) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def figures(stories: Sequence[Judged]) -> dict[str, float]:
    """Return the figures that may have a floor, by names such as "places overlap f1" and "places right record"."""
    named: dict[str, float] = {}
    for name, view in VIEWS.items():
        spans = span_rates(stories, view)
        if not spans.gold:
            continue
        for mode, rates in (("strict", spans.strict), ("overlap", spans.overlap)):
            named |= {
                f"{name} {mode} precision": rates.precision,
                f"{name} {mode} recall": rates.recall,
                f"{name} {mode} f1": rates.f1,
            }
        records = record_rates(stories, view)
        named |= {} if records.right_record is None else {f"{name} right record": records.right_record}
        named |= {} if records.within_near is None else {f"{name} within 161 km": records.within_near}
    return named


def below_floors(measured: Mapping[str, Mapping[str, float]], floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return a sentence for each figure under its floor; a set that was not measured is passed over.

    >>> below_floors({"all": {"places overlap f1": 0.8}}, {"all": {"places overlap f1": 0.9}, "other": {"x": 1}})
    ['all: places overlap f1 is 0.800, below its floor of 0.900']
    """
    return [
        f"{set_}: {name} is {measured[set_].get(name, 0.0):.3f}, below its floor of {floor:.3f}"
        for set_, named in sorted(floors.items())
        if set_ in measured
        for name, floor in sorted(named.items())
        if measured[set_].get(name, 0.0) < floor
    ]


def describe_errors(story: Judged, kind: str = "") -> Iterator[str]:
    """Yield a line for each name found wrongly, missed, or given a wrong record or role, in the story's order."""
    lines: list[tuple[bool, int, str]] = []
    for family in [kind] if kind else ["place", "actor"]:

        def of_family(mark: Mark, family: str = family) -> bool:
            return mark.kind == family

        marked = [_span(mark) for mark in story.gold if of_family(mark)]
        lines += [
            _error(story, mark, "found wrongly", f"{_named(mark)}")
            for mark in filter(of_family, story.found)
            if not any(shared_chars(_span(mark), span) for span in marked)
        ]
        for mark, other in pair_marks(story, of_family):
            if other is None:
                lines.append(_error(story, mark, "missed", _named(mark)))
            elif mark.role != other.role or (mark.record and not is_right(mark, other)) or _is_far(mark, other):
                lines.append(_error(story, mark, "wrong", f"{_named(other)}, not {_named(mark)}"))
            elif _span(mark) != _span(other):
                words = (story.title if other.field == "title" else story.text) or ""
                lines.append(_error(story, mark, "other span", repr(words[other.start : other.end])))
    for _, _, line in sorted(lines):
        yield line


def _is_far(mark: Mark, other: Mark) -> bool:
    km = distance_km(mark, other)
    return km is not None and km > NEAR_KM


def _named(mark: Mark) -> str:
    return f"{mark.kind} {mark.role} {mark.type} {mark.record or 'no record'}"


def _error(story: Judged, mark: Mark, fault: str, what: str) -> tuple[bool, int, str]:
    words = (story.title if mark.field == "title" else story.text) or ""
    before = words[max(0, mark.start - CONTEXT_CHARS) : mark.start]
    after = words[mark.end : mark.end + CONTEXT_CHARS]
    shown = fold_spaces(f"{before}[{words[mark.start : mark.end]}]{after}")
    return mark.field != "title", mark.start, f"{story.id}: {fault}: {shown} — {what}"


def main() -> int:
    """Print the figures, or the errors of one set for development; return 1 when a figure is under its floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", type=Path, nargs="?", default=CORPORA, help="folder of the corpora")
    parser.add_argument("--errors", nargs=2, metavar=("SET", "SPLIT"), help="list what is wrong in a set: wikinews dev")
    parser.add_argument("--kind", choices=("place", "actor"), default="", help="of this kind only")
    options = parser.parse_args()
    marked = load_seed(REPOSITORY) + load_sets(GOLD)
    if options.errors:
        if options.errors[1] != "dev":
            parser.error("errors are listed of dev only: what is held out is not looked at")
        return print_errors([story for story in marked if [story.set, story.split] == options.errors], options)
    return print_figures(marked, options.corpora)


def print_errors(stories: Sequence[Judged], options: argparse.Namespace) -> int:
    """Print each error of the stories."""
    texts, skipped = load_texts(stories, options.corpora)
    for line in [*skipped, *(line for story in tag_stories(texts) for line in describe_errors(story, options.kind))]:
        print(line)
    return 0


def print_figures(marked: Sequence[Judged], corpora: Path) -> int:
    """Print all figures; return 1 when one is under its floor."""
    texts, skipped = load_texts(marked, corpora)
    stories = tag_stories(texts)
    console = Console(width=None if sys.stdout.isatty() else 132)
    for split in SPLITS:
        sets = by_set([story for story in stories if story.split == split])
        if sets:
            console.print(_span_table(sets, split), _record_table(sets, split), _type_table(sets["all"], split))
    for line in skipped:
        console.print(line)
    floors = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))
    measured = {set_: figures(of) for set_, of in by_set([s for s in stories if s.split == "held"]).items()}
    if skipped:  # over fewer sets, the figures of all are others
        measured.pop("all", None)
    below = below_floors(measured, floors)
    for line in below:
        console.print(line)
    return 1 if below else 0


def by_set(stories: Sequence[Judged]) -> dict[str, list[Judged]]:
    """Return the stories of each set by its name, and all of them as "all"."""
    sets = {set_: [story for story in stories if story.set == set_] for set_ in sorted({s.set for s in stories})}
    return {**sets, "all": list(stories)} if sets else {}


def _span_table(sets: Mapping[str, Sequence[Judged]], split: str) -> Table:
    table = Table("set", "names", title=f"{split}: names found")
    for heading in ("marked", "found", "strict P", "R", "F1", "overlap P", "R", "F1"):
        table.add_column(heading, justify="right")
    for set_, stories in sets.items():
        for number, (name, view) in enumerate(VIEWS.items()):
            spans = span_rates(stories, view)
            rates = [rate for of in (spans.strict, spans.overlap) for rate in (of.precision, of.recall, of.f1)]
            label = f"{set_} ({len(stories)})" if number == 0 else ""
            shown = [f"{rate:.3f}" for rate in rates] if spans.gold else ["–"] * len(rates)
            table.add_row(label, name, str(spans.gold), str(spans.found), *shown, end_section=name == "organisations")
    return table


def _record_table(sets: Mapping[str, Sequence[Judged]], split: str) -> Table:
    table = Table("set", "names", title=f"{split}: records of the names found")
    _add_record_columns(table)
    for set_, stories in sets.items():
        for name in ("places", "demonyms", "actors"):
            label = set_ if name == "places" else ""
            table.add_row(label, name, *_record_cells(record_rates(stories, VIEWS[name])))
    return table


def _type_table(stories: Sequence[Judged], split: str) -> Table:
    """Make the table by type: a mark counts under the type that a person gave it, whatever the tagger's."""
    table = Table("kind", "type", title=f"{split}: by kind and type, all sets")
    _add_record_columns(table)
    views: dict[str, Literal["places", "actors"]] = {"place": "places", "actor": "actors"}
    for kind, view in views.items():
        for type_ in sorted({mark.type for story in stories for mark in story.gold if VIEWS[view](mark)}):
            narrowed = [replace(s, gold=tuple(mark for mark in s.gold if mark.type == type_)) for s in stories]
            table.add_row(kind, type_ or "not told", *_record_cells(record_rates(narrowed, VIEWS[view])))
    return table


def _add_record_columns(table: Table) -> None:
    for heading in ("marked", "found", "right record", f"within {NEAR_KM:.0f} km", "median km", "mean km"):
        table.add_column(heading, justify="right")


def _record_cells(records: Records) -> list[str]:
    shares = [_shown(share, ".3f") for share in (records.right_record, records.within_near)]
    return [str(records.gold), str(records.found), *shares, *(_shown(km, ",.0f") for km in _kms(records))]


def _kms(records: Records) -> tuple[float | None, float | None]:
    return records.median_km, records.mean_km


def _shown(number: float | None, form: str) -> str:
    return "–" if number is None else format(number, form)


if __name__ == "__main__":
    sys.exit(main())
