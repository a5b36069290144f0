"""How well versions are found: precision and recall on pairs of Reuters stories marked by hand.

    python tests/bench/versions.py ../shared/data/reuters21578

`tests/gold/versions.csv` holds pairs of stories of at most three days apart, drawn alike from each tenth of shared
words (0.4 to 1, equal texts left out); `stands_for` tells of how many pairs of the collection each is a sample.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from dateline.articles.machine import story_text
from dateline.articles.versions import MIN_CONTAINED, MIN_FACTS, MIN_RUNS, are_versions
from dateline.records import Story
from dateline.sources import Sidecar, read_file

GOLD = Path(__file__).parent.parent / "gold/versions.csv"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stories, how many such pairs they stand for, and whether a person calls them versions."""

    one: str
    other: str
    stands_for: float
    are_versions: bool


def load_pairs() -> list[Pair]:
    """Read the pairs marked by hand."""
    with GOLD.open(encoding="utf-8", newline="") as stream:
        return [
            Pair(row["one"], row["other"], float(row["stands_for"]), row["are_versions"] == "yes")
            for row in csv.DictReader(stream)
        ]


def load_texts(folder: Path, ids: set[str]) -> dict[str, str]:
    """Return headline and text of the stories with these ids."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.sgm*")):
        for story in read_file(path, path.name, Sidecar()):
            if isinstance(story, Story) and story.source_id and (id_ := re.sub(r"\D", "", story.source_id)) in ids:
                texts[id_] = f"{story.headline}\n{story_text(story)}"
    return texts


def main() -> None:
    """Print precision and recall, and the pairs judged otherwise than by hand."""
    pairs = load_pairs()
    texts = load_texts(Path(sys.argv[1]), {id_ for pair in pairs for id_ in (pair.one, pair.other)})
    found = {pair: are_versions(texts[pair.one], texts[pair.other]) for pair in pairs}
    right = sum(pair.stands_for for pair in pairs if found[pair] and pair.are_versions)
    called = sum(pair.stands_for for pair in pairs if found[pair])
    true = sum(pair.stands_for for pair in pairs if pair.are_versions)
    print(f"thresholds  {MIN_RUNS} runs, {MIN_CONTAINED:.0%} contained, {MIN_FACTS:.0%} of numbers and names")
    print(f"pairs       {len(pairs)} marked, standing for {sum(pair.stands_for for pair in pairs):,.0f}")
    print(f"precision   {right / called:.1%}")
    print(f"recall      {right / true:.1%}")
    for pair in pairs:
        if found[pair] != pair.are_versions:
            print(f"  {'missed' if pair.are_versions else 'wrong '}  {pair.one} {pair.other}")


if __name__ == "__main__":
    main()
