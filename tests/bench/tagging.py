"""What tagging costs, and how it stands beside what people said of the same stories.

    python tests/bench/tagging.py ../shared/data [--stories 2000] [--misses] [--disagreements FILE]

Speed is that of one core's time, with the packaged names alone; a growth of 1.0 is linear. The people's
answers are the governorate of each article of FA-KES and the countries of each story of Reuters-21578 (PLACES).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from dateline import tagging
from dateline.articles.machine import story_text
from dateline.authority import Authority, ancestors, find_record, load_authority
from dateline.records import Kind, Mention, Record, RecordId, Role, Story
from dateline.sources import Sidecar, read_file

PLACE_FINDERS, ACTOR_FINDERS = ("find_toponyms",), ("find_organisations", "find_persons", "find_short_forms")
LEFT_OUT: dict[str, tuple[str, ...]] = {"places": ACTOR_FINDERS, "actors": PLACE_FINDERS, "both": ()}
ROUNDS = 3
STARTS = 5
GROWTH_CHARS = 25_000
GROWTH = (1, 2, 4, 8)
DISAGREEMENTS = 100
SEED = 21578
EXCERPT_CHARS = 600

# FA-KES: its names of governorates, to the first divisions of Syria. One article's city of Damascus may be either of two.
GOVERNORATES: dict[str, tuple[str, ...]] = {
    "aleppo": ("geonames:170062",),
    "damascus": ("geonames:167541", "geonames:170652"),
    "daraa": ("geonames:170903",),
    "deir ezzor": ("geonames:170792",),
    "hama": ("geonames:170015",),
    "hasakeh": ("geonames:173813",),
    "homs": ("geonames:169575",),
    "idlib": ("geonames:169387",),
    "lattakia": ("geonames:173578",),
    "quneitra": ("geonames:173336",),
    "raqqa": ("geonames:172957",),
    "tartous": ("geonames:163342",),
}
# Reuters: slugs that are not our names of those countries.
SLUGS = {
    "antigua": "Antigua and Barbuda",
    "congo": "Republic of the Congo",
    "trinidad-tobago": "Trinidad and Tobago",
    "uae": "United Arab Emirates",
    "uk": "United Kingdom",
    "usa": "United States",
    "ussr": "Soviet Union",
    "us-virgin-islands": "U.S. Virgin Islands",
    "yemen-arab-republic": "North Yemen",
    "yemen-demo-republic": "South Yemen",
}
# States of 1987, to the codes of those of today in which the gazetteer has their towns.
SUCCESSORS = {
    "czechoslovakia": "cz sk",
    "ussr": "am az by ee ge kg kz lt lv md ru tj tm ua uz",
    "west-germany": "de",
    "yemen-arab-republic": "ye",
    "yugoslavia": "ba hr me mk rs si xk",
    "zaire": "cd",
}
# Parts of those states of today that then lay in another state: East Berlin and the eastern Länder, the south of Yemen.
PARTS = {
    "east-germany": (
        "geonames:2822542",
        "geonames:2842565",
        "geonames:2842566",
        "geonames:2872567",
        "geonames:2945356",
        "place:east-berlin",
    ),
    "yemen-demo-republic": (
        "geonames:6201197",
        "geonames:70935",
        "geonames:75411",
        "geonames:78985",
        "geonames:80412",
        "geonames:80425",
        "place:socotra",
    ),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A story to tag, and what people said of it."""

    id: str
    title: str
    text: str
    said: frozenset[str] = frozenset()


def load_fa_kes(corpora: Path) -> list[Text]:
    """Return the articles of FA-KES with their governorate."""
    with (corpora / "fa-kes-a/fa-kes-a.csv").open(encoding="latin-1", newline="") as stream:
        return [
            Text(row["unit_id"], row["article_title"], row["article_content"], frozenset({row["location"]}))
            for row in csv.DictReader(stream)
        ]


def load_wikinews(corpora: Path) -> list[Text]:
    """Return the articles of English Wikinews."""
    with (corpora / "wikinews-en-2019/wikinews_2019.csv").open(encoding="utf-8", newline="") as stream:
        return [Text(row["url"], row["title"], row["text"]) for row in csv.DictReader(stream)]


def load_reuters(corpora: Path, stories: int) -> list[Text]:
    """Return a sample of the stories of Reuters-21578 with their countries, or all when `stories` is 0."""
    paths = sorted((corpora / "reuters21578").glob("*.sgm.xz"))
    found = [
        Text(
            story.source_id or "",
            story.headline,
            story_text(story),
            frozenset(keyword.name for keyword in story.keywords if keyword.scheme == "places"),
        )
        for path in paths
        for story in read_file(path, path.name, Sidecar())
        if isinstance(story, Story)
    ]
    return random.Random(SEED).sample(found, stories) if 0 < stories < len(found) else found


def measure_speed(texts: Sequence[Text], authority: Authority, left_out: Iterable[str]) -> float:
    """Return the articles tagged a second, the best of some rounds, without some of the recognisers."""
    best = float("inf")
    with ExitStack() as stack:
        for name in left_out:
            stack.enter_context(patch.object(tagging, name, lambda *_: []))
        for _ in range(ROUNDS):
            start = time.process_time()
            for text in texts:
                tagging.find_mentions(text.title, text.text, authority)
            best = min(best, time.process_time() - start)
    return len(texts) / best


def speed_table(corpora: Mapping[str, Sequence[Text]], authority: Authority) -> Table:
    """Return the articles a second of each corpus."""
    table = Table("corpus", "articles", "mean chars", *(f"{name} /s" for name in LEFT_OUT), title="Speed of tagging")
    for corpus, texts in corpora.items():
        speeds = [f"{measure_speed(texts, authority, names):,.0f}" for names in LEFT_OUT.values()]
        chars = sum(len(text.title) + len(text.text) for text in texts) / len(texts)
        table.add_row(corpus, f"{len(texts):,}", f"{chars:,.0f}", *speeds)
    return table


_START = """
import json, resource, time
start = time.perf_counter()
from dateline.tagging import find_mentions
from dateline.authority import load_authority
imported = time.perf_counter()
authority, _ = load_authority(None)
loaded = time.perf_counter()
find_mentions("Rebels seize Homs", "President Bashar al-Assad left Damascus for Moscow.", authority)
tagged = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([imported - start, loaded - imported, tagged - loaded, peak]))
"""


def start_table() -> Table:
    """Return what a new process costs before and with its first story."""
    runs = [_run([sys.executable, "-c", _START]) for _ in range(STARTS)]
    figures = [json.loads(output) for output, _ in runs]
    story = json.dumps({"id": "1", "title": "", "text": "Rebels left Homs."})
    whole = min(_run([sys.executable, "-m", "dateline", "tag", "--jsonl"], story)[1] for _ in range(STARTS))
    imported, loaded, first, peak = (min(run[column] for run in figures) for column in range(4))
    table = Table("import s", "load_authority s", "first story s", "dateline tag s", "peak MiB", title="Start, cold")
    table.add_row(f"{imported:.2f}", f"{loaded:.2f}", f"{first:.2f}", f"{whole:.2f}", f"{peak:.0f}")
    return table


def _run(command: Sequence[str], given: str = "") -> tuple[str, float]:
    start = time.perf_counter()
    done = subprocess.run(command, input=given, check=True, capture_output=True, text=True)
    return done.stdout, time.perf_counter() - start


def shapes(texts: Sequence[Text]) -> dict[str, Callable[[int], str]]:
    """Return texts of any length by what they are made of."""
    prose = "\n\n".join(text.text for text in texts)
    names = "Homs Hama Idlib Aleppo Springfield Paris London Georgia".split()
    return {
        "prose": lambda chars: _repeated(prose, chars),
        "prose in capitals": lambda chars: _repeated(prose, chars).upper(),
        "one line of prose": lambda chars: _repeated(prose, chars).replace("\n", " "),
        "table of names": lambda chars: _repeated("".join(f"{name}, Syria\n" for name in names), chars),
        "names alone": lambda chars: _repeated("".join(f"{name} " for name in names), chars),
        "new names": lambda chars: _repeated("".join(f"Mr. Abc{number:x} Xyz{number:x}. " for number in range(chars // 10)), chars),
        "new bodies": lambda chars: _repeated("".join(f"Abc{number:x} Party. " for number in range(chars // 10)), chars),
        "capital letters": lambda chars: _repeated("A B. C ", chars),
        "one word": lambda chars: "a" * chars,
        "brackets": lambda chars: _repeated("Syrian Democratic Forces (SDF) [", chars),
    }  # fmt: skip


def _repeated(text: str, chars: int) -> str:
    return (text * (chars // len(text) + 1))[:chars]


def growth_table(texts: Sequence[Text], authority: Authority) -> Table:
    """Return the time that longer and longer texts take, and how it grows from the second to the last."""
    title = f"Growth with length, ms a 1,000 characters at so many times {GROWTH_CHARS:,}"
    table = Table("text", *(f"{times}×" for times in GROWTH), "growth", title=title)
    for name, make in shapes(texts).items():
        costs = [_cost(make(times * GROWTH_CHARS), authority) for times in GROWTH]
        table.add_row(name, *(f"{cost:.2f}" for cost in costs), f"{costs[-1] / costs[1]:.2f}")
    return table


def _cost(text: str, authority: Authority) -> float:
    start = time.process_time()
    tagging.find_mentions("", text, authority)
    return (time.process_time() - start) * 1e6 / len(text)


def tag(texts: Iterable[Text], authority: Authority) -> Iterator[tuple[Text, tuple[Mention, ...]]]:
    """Yield each story with its mentions."""
    for text in texts:
        yield text, tagging.find_mentions(text.title, text.text, authority)


def find_misses(tagged: Iterable[tuple[Text, tuple[Mention, ...]]], authority: Authority) -> list[Text]:
    """Return the articles of FA-KES whose governorate is not among their tagged places and the regions above them."""
    misses: list[Text] = []
    for text, mentions in tagged:
        places = {mention.record.id: mention.record for mention in mentions if mention.makes_tag and mention.record}
        found = {*places, *(above.id for record in places.values() for above in ancestors(authority, record))}
        (governorate,) = text.said
        if found.isdisjoint(GOVERNORATES[governorate]):
            misses.append(text)
    return misses


def slugs_of_countries(corpora: Path, authority: Authority) -> dict[RecordId, str]:
    """Return the slug of PLACES of each country's record. A slug without a record raises LookupError."""
    listed = (corpora / "reuters21578/all-places-strings.lc.txt").read_text(encoding="ascii").split()
    slugs: dict[RecordId, str] = {}
    for slug in listed:
        record = find_record(authority, Kind.PLACE, SLUGS.get(slug, slug.replace("-", " ")))
        if record is None:
            raise LookupError(f"{slug} is no place of ours")
        slugs[record.id] = slug
        for code in SUCCESSORS.get(slug, "").split():
            slugs[authority.states[RecordId(f"actor:{code}")].place.id] = slug
    return slugs | {RecordId(part): slug for slug, parts in PARTS.items() for part in parts}


def countries_of(
    mentions: Iterable[Mention], roles: frozenset[Role], slugs: Mapping[RecordId, str], authority: Authority
) -> frozenset[str]:
    """Return the slugs of the countries that mentions of places in these roles name, or lie in."""
    records = {
        mention.record.id: mention.record
        for mention in mentions
        if mention.record and mention.kind is Kind.PLACE and mention.role in roles
    }
    found = (_country(record, slugs, authority) for record in records.values())
    return frozenset(slug for slug in found if slug)


def _country(record: Record, slugs: Mapping[RecordId, str], authority: Authority) -> str | None:
    chain = (record, *ancestors(authority, record))
    return next((slugs[one.id] for one in chain if one.id in slugs), None)


NAMED = frozenset({Role.LITERAL, Role.METONYM})
# What counts as a country that we find, and which countries are left out: that a company is American, few stories say.
VIEWS: dict[str, tuple[frozenset[Role], frozenset[str]]] = {
    "places named": (NAMED, frozenset()),
    "places named, demonyms": (NAMED | {Role.DEMONYM}, frozenset()),
    "the same without the usa": (NAMED | {Role.DEMONYM}, frozenset({"usa"})),
}


def countries_table(
    tagged: Sequence[tuple[Text, tuple[Mention, ...]]], slugs: Mapping[RecordId, str], authority: Authority
) -> Table:
    """Return precision and recall of the countries of stories that people gave any."""
    told = [(text, mentions) for text, mentions in tagged if text.said]
    table = Table("our countries", "stories", "said", "found", "both", "precision", "recall", title="Reuters PLACES")
    for view, (roles, without) in VIEWS.items():
        pairs = [
            (text.said - without, countries_of(mentions, roles, slugs, authority) - without) for text, mentions in told
        ]
        said, found = sum(len(one) for one, _ in pairs), sum(len(other) for _, other in pairs)
        both = sum(len(one & other) for one, other in pairs)
        counts = (f"{count:,}" for count in (len(told), said, found, both))
        table.add_row(view, *counts, f"{both / max(found, 1):.3f}", f"{both / max(said, 1):.3f}")
    return table


def disagreements(
    tagged: Iterable[tuple[Text, tuple[Mention, ...]]], slugs: Mapping[RecordId, str], authority: Authority
) -> Iterator[str]:
    """Yield, for people to read, the stories where the countries differ: ours without theirs, theirs without ours."""
    for text, mentions in tagged:
        ours = countries_of(mentions, NAMED | {Role.DEMONYM}, slugs, authority)
        if text.said and ours != text.said:
            only_ours, only_theirs = (", ".join(sorted(one)) or "–" for one in (ours - text.said, text.said - ours))
            places = sorted(
                {
                    f"{mention.surface!r} {mention.role.value} {mention.record.label}"
                    for mention in mentions
                    if mention.record
                    and mention.kind is Kind.PLACE
                    and _country(mention.record, slugs, authority) in ours - text.said
                }
            )
            lines = [f"## {text.id}: {text.title}", f"ours alone: {only_ours}", f"theirs alone: {only_theirs}"]
            yield "\n".join([*lines, *places, "", text.text[:EXCERPT_CHARS], ""])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--stories", type=int, default=2000, help="of Reuters-21578, chosen at random; 0 for all")
    parser.add_argument("--misses", action="store_true", help="list the articles whose governorate is not found")
    parser.add_argument("--disagreements", type=Path, help=f"write {DISAGREEMENTS} stories of other countries there")
    options = parser.parse_args()
    console = Console()
    console.print(start_table())
    authority, _ = load_authority(None)
    fa_kes, reuters = load_fa_kes(options.corpora), load_reuters(options.corpora, options.stories)
    corpora = {"FA-KES": fa_kes, "Reuters-21578": reuters, "Wikinews": load_wikinews(options.corpora)}
    console.print(speed_table(corpora, authority))
    console.print(growth_table(fa_kes, authority))
    misses = find_misses(tag(fa_kes, authority), authority)
    share = 1 - len(misses) / len(fa_kes)
    print(f"FA-KES: the governorate is found in {len(fa_kes) - len(misses)} of {len(fa_kes)} articles, {share:.1%}")
    if options.misses:
        for text in misses:
            print(f"{text.id}\t{', '.join(text.said)}\t{text.title}")
    slugs = slugs_of_countries(options.corpora, authority)
    tagged = list(tag(reuters, authority))
    console.print(countries_table(tagged, slugs, authority))
    if options.disagreements:
        found = list(disagreements(tagged, slugs, authority))
        chosen = random.Random(SEED).sample(found, min(DISAGREEMENTS, len(found)))
        options.disagreements.write_text("\n".join(chosen), encoding="utf-8")


if __name__ == "__main__":
    main()
