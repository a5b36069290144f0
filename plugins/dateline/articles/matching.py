"""Matching: which story of today's sources is which article of yesterday's, by what the ledger remembers.

A story is the same when its source's id says so, or its headline and first sentence, or, in the same source, its
whole text or most of its words. What none of these recognises is a new story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dateline.articles.ledger import LedgerLine
from dateline.articles.markdown import escape_value, render_body
from dateline.files import sha256
from dateline.records import Locator, Story
from dateline.sources import Sidecar
from dateline.text import fold, sentence_span

MIN_SHARED_WORDS = 0.5  # of the longer of two texts, for one to be a correction of the other
MAX_COMPARISONS = 40_000  # of texts in one source: beyond, the source was replaced, not corrected

TextOf = Callable[[str], str]  # headline and text of an article by its slug, "" when there is none


@dataclass(frozen=True, slots=True, eq=False)
class SourcedStory:
    """A story with what the sidecar says of its source, and its exact repeats elsewhere."""

    story: Story
    sidecar: Sidecar
    opening_hash: str  # of headline and first sentence: by it a story is known again
    content_hash: str  # of headline and whole text: exact repeats agree in it
    repeats: tuple[Story, ...] = ()

    @property
    def locators(self) -> tuple[Locator, ...]:
        """All places where the story stands."""
        return tuple(origin.locator for origin in (self.story, *self.repeats))

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 of the bytes at each of those places."""
        return tuple(origin.sha256 for origin in (self.story, *self.repeats))


Matches = dict[SourcedStory, LedgerLine]


def story_text(story: Story) -> str:
    """Return a story's text as articles have it: blocks parted by an empty line."""
    return "\n\n".join(block.text for block in story.blocks)


def sourced(story: Story, sidecar: Sidecar) -> SourcedStory:
    """Return a story with the hashes by which it is known."""
    text = story_text(story)
    first_sentence = text[slice(*sentence_span(text, 0, 0))]
    opening_hash = sha256(f"{fold(story.headline)}\n{fold(first_sentence)}")
    return SourcedStory(story, sidecar, opening_hash, sha256(f"{story.headline}\n{text}"))


def group_repeats(stories: Iterable[SourcedStory]) -> list[SourcedStory]:
    """Return each story once, in order of its first appearance, with its exact repeats."""
    groups: dict[str, list[SourcedStory]] = {}
    for story in stories:
        groups.setdefault(story.content_hash, []).append(story)
    return [replace(first, repeats=tuple(other.story for other in others)) for first, *others in groups.values()]


def match_stories(groups: Sequence[SourcedStory], ledger: Sequence[LedgerLine], text_of: TextOf) -> Matches:
    """Return the ledger's line of each story that was converted before; the surest rule claims first.

    `text_of` gives the text of the article that stands under a slug.
    """
    known: Matches = {}
    for rule in (_by_source_id, _by_bytes, _by_opening, _by_likeness):
        claimed = {line.slug for line in known.values()}
        left = [line for line in ledger if line.slug not in claimed]
        known |= _claim_best(rule([group for group in groups if group not in known], left, text_of))
    return known


# A story, a line that may be its own, and how unlike they are: the least unlike pair claims first.
Candidate = tuple[tuple[float, ...], SourcedStory, LedgerLine]


def _by_source_id(groups: Iterable[SourcedStory], ledger: Iterable[LedgerLine], text_of: TextOf) -> Iterator[Candidate]:
    index = _index(ledger, lambda line: line.fields.get("Source-Id", ""))
    for group in groups:
        for line in index.get(escape_value(group.story.source_id or ""), []):
            yield _distance(group, line), group, line


def _by_bytes(groups: Iterable[SourcedStory], ledger: Iterable[LedgerLine], text_of: TextOf) -> Iterator[Candidate]:
    index = _index(ledger, lambda line: line.story)
    for group in groups:
        for line in index.get(group.opening_hash, []):
            if {*line.hashes} & {*group.hashes}:
                yield _distance(group, line), group, line


def _by_opening(groups: Iterable[SourcedStory], ledger: Iterable[LedgerLine], text_of: TextOf) -> Iterator[Candidate]:
    index = _index(ledger, lambda line: line.story)
    openings = Counter(group.opening_hash for group in groups)
    for group in groups:
        lines = index.get(group.opening_hash, [])
        is_contested = len(lines) > 1 or openings[group.opening_hash] > 1
        for line in lines:
            likeness = _shared_words(_whole_text(group), text_of(line.slug)) if is_contested else 1.0
            yield (1 - likeness, *_distance(group, line)), group, line


def _by_likeness(groups: Iterable[SourcedStory], ledger: Iterable[LedgerLine], text_of: TextOf) -> Iterator[Candidate]:
    """Within one source, find the story that a changed one was: by its whole text, or by most of its words."""
    lines_of = _index((line for line in ledger if not line.vanished), lambda line: line.locator.path)
    for path, of_source in _by_path(groups).items():
        lines = lines_of.get(path, [])
        may_compare = len(lines) * len(of_source) <= MAX_COMPARISONS
        for group in of_source:
            body, text = sha256(render_body(group.story.blocks)), _whole_text(group)
            for line in lines:
                likeness = 1.0 if line.body == body else _shared_words(text, text_of(line.slug)) if may_compare else 0.0
                if likeness >= MIN_SHARED_WORDS:
                    yield (1 - likeness, *_distance(group, line)), group, line


def _whole_text(group: SourcedStory) -> str:
    return f"{group.story.headline}\n{story_text(group.story)}"


def _shared_words(one: str, other: str) -> float:
    """Return how many of the words of the longer text both have, from 0 to 1."""
    words, others = set(fold(one).split()), set(fold(other).split())
    return len(words & others) / max(len(words), len(others), 1)


def _claim_best(candidates: Iterable[Candidate]) -> Matches:
    """Pair stories with lines, the least unlike first; each is in one pair."""
    matches: Matches = {}
    claimed: set[str] = set()
    for _, group, line in sorted(candidates, key=lambda candidate: (candidate[0], candidate[2].slug)):
        if group not in matches and line.slug not in claimed:
            matches[group] = line
            claimed.add(line.slug)
    return matches


def _distance(group: SourcedStory, line: LedgerLine) -> tuple[float, ...]:
    here = group.story.locator
    return (line.locator.path != here.path, abs(line.locator.first - here.first_line))


def _index(ledger: Iterable[LedgerLine], key_of: Callable[[LedgerLine], str]) -> dict[str, list[LedgerLine]]:
    index: dict[str, list[LedgerLine]] = {}
    for line in ledger:
        if key := key_of(line):
            index.setdefault(key, []).append(line)
    return index


def _by_path(groups: Iterable[SourcedStory]) -> dict[str, list[SourcedStory]]:
    of_source: dict[str, list[SourcedStory]] = {}
    for group in groups:
        of_source.setdefault(group.story.locator.path, []).append(group)
    return of_source
