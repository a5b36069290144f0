"""Telling: what a reader notes of an item while it reads it, and of many items at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from dateline.records import Notice
from dateline.sources.characters import carried_line, uncarried_notice


@dataclass(slots=True)
class Teller:
    """What is to be told of an item. Not frozen: it is filled as the item is read."""

    where: str
    notices: list[Notice] = field(default_factory=list)
    _dropped: list[str] = field(default_factory=list)

    def tell(self, message: str, text: str, reason: str) -> None:
        """Note what is in no story."""
        self.notices.append(Notice(self.where, message, text, reason))

    def line(self, text: str | None) -> str:
        """Return a text as one line that a page can carry, and note what it cannot."""
        kept, dropped = carried_line(text or "")
        self._dropped.append(dropped)
        return kept

    def told(self) -> list[Notice]:
        """Return all that was noted."""
        dropped = "".join(self._dropped)
        return [*self.notices, *([uncarried_notice(self.where, dropped)] if dropped else [])]


@dataclass(slots=True)
class LeftOut:
    """What was left out of many items, to be told together. Not frozen: it is emptied as it is told."""

    name: str
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _texts: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _chars: int = 0

    def add(self, name: str, reason: str, text: str) -> None:
        """Note an element, why it is in no story and what it shows."""
        self._counts[name, reason] += 1
        if text:
            self._texts.setdefault((name, reason), []).append(text)
        self._chars += len(name) + len(text)

    def told(self, over_chars: int = -1) -> Iterator[Notice]:
        """Yield a notice for each name and reason once all have more text than `over_chars`, and forget them."""
        if self._chars <= over_chars:
            return
        for (name, reason), count in sorted(self._counts.items()):
            times = "once" if count == 1 else f"{count:,} times"
            text = "\n".join(self._texts.get((name, reason), []))
            yield Notice(self.name, f"{name or 'text'} was left out ({times}): {reason}", text, reason, count)
        self._counts.clear()
        self._texts.clear()
        self._chars = 0
