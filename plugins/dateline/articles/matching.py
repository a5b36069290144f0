"""Matching: which story of today's sources is which article of yesterday's, by what the ledger remembers.

A story is the same when its source's id says so, or its headline and first sentence, or its place in a source
that is otherwise as it was. What none of these recognises is a new story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from dateline.articles.ledger import LedgerLine
from dateline.articles.markdown import escape_value, render_body, unescape_value
from dateline.files import sha256
from dateline.records import Locator, Story
from dateline.sources import Sidecar
from dateline.text import fold, sentence_span

MIN_SHARED_WORDS = 0.5  # of the longer of two headlines, when a story is known by its place alone


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


def match_stories(groups: Sequence[SourcedStory], ledger: Sequence[LedgerLine]) -> Matches:
    """Return the ledger's line of each story that was converted before; the surest rule claims first."""
    known: Matches = {}
    for rule in (_by_source_id, _by_bytes, _by_opening):
        claimed = {line.slug for line in known.values()}
        new = rule([group for group in groups if group not in known], [x for x in ledger if x.slug not in claimed])
        known.update(new)
    return known | _by_place(groups, [line for line in ledger if not line.vanished], known)


def _by_source_id(groups: Sequence[SourcedStory], ledger: Sequence[LedgerLine]) -> Matches:
    index = _index(ledger, lambda line: line.fields.get("Source-Id", ""))
    return _claim_nearest(groups, lambda group: index.get(escape_value(group.story.source_id or ""), []))


def _by_bytes(groups: Sequence[SourcedStory], ledger: Sequence[LedgerLine]) -> Matches:
    index = _index(ledger, lambda line: line.story)

    def candidates(group: SourcedStory) -> list[LedgerLine]:
        return [line for line in index.get(group.opening_hash, []) if {*line.hashes} & {*group.hashes}]

    return _claim_nearest(groups, candidates)


def _by_opening(groups: Sequence[SourcedStory], ledger: Sequence[LedgerLine]) -> Matches:
    index = _index(ledger, lambda line: line.story)
    return _claim_nearest(groups, lambda group: index.get(group.opening_hash, []))


def _by_place(groups: Iterable[SourcedStory], ledger: Iterable[LedgerLine], known: Matches) -> Matches:
    """Match the stories of a source that has as many as before, where one changed and still resembles itself."""
    lines_of, claimed = _index(ledger, lambda line: line.locator.path), {line.slug for line in known.values()}
    matches: Matches = {}
    for path, of_source in _by_path(groups).items():
        lines = sorted(lines_of.get(path, []), key=lambda line: line.locator.first_line)
        if len(lines) != len(of_source):
            continue
        changed = [pair for pair in zip(of_source, lines, strict=True) if known.get(pair[0]) is not pair[1]]
        for group, line in changed:
            is_only_change = len(changed) == 1 and len(lines) > 1
            if group not in known and line.slug not in claimed and _resembles(group, line, is_only_change):
                matches[group] = line
    return matches


def _resembles(group: SourcedStory, line: LedgerLine, is_only_change: bool) -> bool:
    """Tell whether a story keeps its headline, its whole text or, in an equal source, half of its headline."""
    before, now = unescape_value(line.fields.get("Title", "")), group.story.headline
    if now == before or line.body == sha256(render_body(group.story.blocks)):
        return True
    old_words, new_words = set(fold(before).split()), set(fold(now).split())
    shared = len(old_words & new_words) / max(len(old_words), len(new_words), 1)
    return is_only_change and shared >= MIN_SHARED_WORDS


def _claim_nearest(
    groups: Iterable[SourcedStory], candidates_of: Callable[[SourcedStory], Sequence[LedgerLine]]
) -> Matches:
    """Give each story in turn the nearest of its candidates that is left."""
    matches: Matches = {}
    claimed: set[str] = set()
    for group in groups:
        left = [line for line in candidates_of(group) if line.slug not in claimed]
        if left:
            matches[group] = min(left, key=lambda line: _distance(group, line))
            claimed.add(matches[group].slug)
    return matches


def _distance(group: SourcedStory, line: LedgerLine) -> tuple[bool, bool, int, str]:
    here = group.story.locator
    return (
        not {*line.hashes} & {*group.hashes},
        line.locator.path != here.path,
        abs(line.locator.first_line - here.first_line),
        line.slug,
    )


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
