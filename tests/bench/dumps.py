"""Measure the topic dump's reader: `python tests/bench/dumps.py ../shared/data` prints how many stories it gets right.

Dumps are made from the stories of corpora whose headlines and paragraphs are known, set in each of the ways in which
dumps are. A story is right when its headline, its paragraphs, their order and its date are exactly what was written.
"""

from __future__ import annotations

import csv
import lzma
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dateline.records import BlockKind, Story
from dateline.sources import read_source, source_of
from dateline.sources.characters import carried_line
from dateline.sources.dumps.newsroom import Mark, mark_of

MAX_STORIES = 400  # of each corpus
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Known:
    """A story as a corpus gives it, folded."""

    headline: str
    paragraphs: tuple[str, ...]
    date: str = ""  # ISO 8601


def wikinews(data: Path) -> Iterator[Known]:
    """Yield the stories of English Wikinews; a paragraph that is no text by its wording is left out."""
    with (data / "wikinews-en-2019/wikinews_2019.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            lines = [fold(line) for line in row["text"].split("\n")]
            yield Known(fold(row["title"]), _texts(lines), row["date"][:10])


def fa_kes(data: Path) -> Iterator[Known]:
    """Yield the stories of FA-KES, each of one long paragraph."""
    with (data / "fa-kes-a/fa-kes-a.csv").open(encoding="latin-1", newline="") as stream:
        for row in csv.DictReader(stream):
            month, day, year = row["date"].split("/")
            date = f"{int(year):04}-{int(month):02}-{int(day):02}"
            yield Known(fold(row["article_title"]), _texts([fold(row["article_content"])]), date)


def reuters(data: Path) -> Iterator[Known]:
    """Yield stories of Reuters-21578 with their paragraphs unwrapped."""
    text = lzma.decompress((data / "reuters21578/reut2-003.sgm.xz").read_bytes()).decode("latin-1")
    for story in re.findall(r"<TITLE>(.*?)</TITLE>.*?<BODY>(.*?)</BODY>", text, re.DOTALL):
        title, body = (part.replace("&lt;", "<").replace("&amp;", "&") for part in story)
        paragraphs = re.split(r"\n(?= {4})", re.sub(r"&#\d+;|\n +(?:Reuter|REUTER)\s*(?=&#3;|\Z)", "", body))
        yield Known(fold(title), _texts([fold(paragraph) for paragraph in paragraphs]))


def abc_rural(data: Path) -> Iterator[Known]:
    """Yield blocks of ABC's rural news that are not sections of the story before, as far as their length tells."""
    text = lzma.decompress((data / "abc-rural/rural.txt.xz").read_bytes()).decode("utf-8")
    for block in text.split("\n\n"):
        headline, *paragraphs = [fold(line) for line in block.split("\n")]
        if len(headline.split()) > 3:
            yield Known(headline, _texts(paragraphs))


def masakhane(data: Path) -> Iterator[Known]:
    """Yield the stories of BBC Afrique, each of one long paragraph."""
    with (data / "masakhane-fra-dev/dev.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            yield Known(fold(row["headline"]), _texts([fold(row["text"])]))


CORPORA: dict[str, Callable[[Path], Iterator[Known]]] = {
    "wikinews": wikinews,
    "fa-kes": fa_kes,
    "reuters": reuters,
    "abc-rural": abc_rural,
    "masakhane": masakhane,
}
NOT_TEXT = (Mark.DATE, Mark.BYLINE, Mark.SEPARATOR, Mark.READ_MORE, Mark.TAGS)


def fold(text: str) -> str:
    """Return a text as a story carries it."""
    return carried_line(text)[0]


def _texts(lines: list[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line and mark_of(line) not in NOT_TEXT)


def _words_of(date: str) -> str:
    year, month, day = date.split("-")
    return f"{MONTHS[int(month) - 1]} {int(day)}, {year}"


def _head(story: Known, *, headed: bool) -> list[str]:
    return ["By Ann Lee", _words_of(story.date or "2019-01-04")] if headed else []


def lines_a(stories: list[Known], *, headed: bool, gap: str) -> str:
    """Set stories as (a): a headline alone, then its paragraphs, parted by `gap`."""
    return "\n\n".join(
        "\n\n".join([story.headline, gap.join([*_head(story, headed=headed), *story.paragraphs])]) for story in stories
    )


def lines_b(stories: list[Known], *, headed: bool, gap: str) -> str:
    """Set stories as (b): a headline right above its first paragraph."""
    return "\n\n".join(
        gap.join(
            ["\n".join([story.headline, *_head(story, headed=headed), story.paragraphs[0]]), *story.paragraphs[1:]]
        )
        for story in stories
    )


def lines_flat(stories: list[Known], *, headed: bool, gap: str) -> str:
    """Set stories without any blank line."""
    return "\n".join("\n".join([story.headline, *_head(story, headed=headed), *story.paragraphs]) for story in stories)


def lines_ruled(stories: list[Known], *, headed: bool, gap: str) -> str:
    """Set stories with a rule between them."""
    rule = "\n\n----------\n\n"
    return rule.join(gap.join([story.headline, *_head(story, headed=headed), *story.paragraphs]) for story in stories)


SETTINGS: dict[str, tuple[Callable[..., str], str]] = {
    "(a) lines": (lines_a, "\n"),
    "(a) blank lines": (lines_a, "\n\n"),
    "(b) lines": (lines_b, "\n"),
    "(b) blank lines": (lines_b, "\n\n"),
    "no blank line": (lines_flat, "\n"),
    "rules between": (lines_ruled, "\n\n"),
}


def outline(story: Story) -> tuple[str, tuple[str, ...], str]:
    """Return what is compared of a story that was read."""
    date = story.published.date if story.published else ""
    return story.headline, _bare(block.text for block in story.blocks), date


def _bare(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """Return paragraphs without the signs of lists: an item has none."""
    return tuple(re.sub(r"^[•*-] ", "", paragraph) for paragraph in paragraphs)


def right_share(stories: list[Known], text: str, *, headed: bool) -> tuple[int, list[str]]:
    """Return how many stories are read exactly as they were set, and the headlines of the others."""
    source = source_of(text.encode())
    found = {outline(item) for item in read_source(source, "topic dump") if isinstance(item, Story)}
    wrong = []
    for story in stories:
        date = (story.date or "2019-01-04") if headed else ""
        if (story.headline, _bare(story.paragraphs), date) not in found:
            wrong.append(story.headline)
    return len(stories) - len(wrong), wrong


HEADS = (  # what stands under the headlines of a small dump, no two of them alike
    ("By Ann Lee in Albany and Tom O'Hara", "Published: 22 March 2017"),
    ("Last updated on 3 April 2017 at 10:15 GMT", "By STAFF REPORTER"),
    (),
    ("By Ann Lee | 22 March 2017",),
    ("31 February 2019",),
    ("A line that is neither",),
)
MIXED_STORIES = 3  # in a dump


def mixed_share(stories: list[Known], *, is_spaced: bool) -> tuple[int, int]:
    """Return how many stories of small dumps have their headline and end as they were set, and of how many."""
    right = total = 0
    for first in range(0, len(stories) - MIXED_STORIES + 1, MIXED_STORIES):
        known = stories[first : first + MIXED_STORIES]
        heads = [HEADS[(first // MIXED_STORIES + at) % len(HEADS)] for at in range(MIXED_STORIES)]
        gap = "\n\n" if is_spaced else "\n"
        text = gap.join(
            "\n".join([story.headline, *head]) + gap + "\n".join(story.paragraphs)
            for story, head in zip(known, heads, strict=True)
        )
        read = [item for item in read_source(source_of(text.encode()), "topic dump") if isinstance(item, Story)]
        found = {(story.headline, story.blocks[-1].text) for story in read}
        right += sum((story.headline, _bare(story.paragraphs)[-1]) in found for story in known)
        total += MIXED_STORIES
    return right, total


def gold_share(data: Path, gold: Path) -> tuple[int, int]:
    """Return how many hand-marked blocks of abc-rural are read as marked, and of how many.

    A block is right when its first line is the headline of a story, or the sub-heading of one, as marked, and each
    further line is a paragraph of the same story.
    """
    text = lzma.decompress((data / "abc-rural/rural.txt.xz").read_bytes())
    lines = [fold(line) for line in text.decode("utf-8").split("\n")]
    stories = [item for item in read_source(source_of(text), "topic dump") if isinstance(item, Story)]
    starts = {story.locator.first: story for story in stories}
    right = total = 0
    with gold.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            total += 1
            first, last = int(row["first line"]), int(row["last line"])
            body = [line for line in lines[first:last] if line]
            owner = next(story for story in stories if story.locator.first <= first <= story.locator.last)
            blocks = [block.text for block in owner.blocks]
            if row["label"] == "story":
                right += first in starts and blocks[: len(body)] == body
            else:
                headings = [at for at, block in enumerate(owner.blocks) if block.kind is BlockKind.SUBHEADING]
                right += any(blocks[at : at + 1 + len(body)] == [lines[first - 1], *body] for at in headings)
    return right, total


def main(data: Path, *, verbose: bool) -> None:
    """Print a line for each corpus and setting."""
    gold = Path(__file__).parent.parent / "gold/abc-rural.csv"
    if gold.is_file():
        right, total = gold_share(data, gold)
        print(f"abc-rural, hand-marked blocks: {right} of {total} right ({right / total:.1%})")
    print(f"{'corpus':10} {'setting':16} {'plain':>14} {'headed':>14}")
    for corpus, stories_of in CORPORA.items():
        stories = [story for story in islice(stories_of(data), MAX_STORIES) if story.headline and story.paragraphs]
        for name, (setting, gap) in SETTINGS.items():
            cells = []
            for headed in (False, True):
                right, wrong = right_share(stories, setting(stories, headed=headed, gap=gap), headed=headed)
                cells.append(f"{right:4}/{len(stories):4} {right / len(stories):4.0%}")
                if verbose:
                    cells += [f"\n    {headline}" for headline in wrong[:12]]
            print(f"{corpus:10} {name:16} {' '.join(cells)}")
        for name, is_spaced in (("mixed, spaced", True), ("mixed, no blank", False)):
            right, total = mixed_share(stories, is_spaced=is_spaced)
            print(f"{corpus:10} {name:16} {right:4}/{total:4} {right / total:4.0%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), verbose="-v" in sys.argv)
