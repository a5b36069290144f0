"""What commands print beside their results: notices, counts, and how far they are."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from dateline.records import Notice

MAX_NOTICES_SHOWN = 20
NOTICES_OF_A_KIND = 3
STORIES_A_LINE = 5_000


def print_notices(
    notices: Iterable[Notice],
    *,
    limit: int | None = MAX_NOTICES_SHOWN,
    count: int = 0,
    stream_is_error: bool = False,
    where: str = "all are in reports/import.jsonl",
) -> None:
    """Print the first notices, and how many more there are of all that were given, or of `count`."""
    stream = sys.stderr if stream_is_error else sys.stdout
    listed = list(notices)
    for notice in listed[:limit]:
        print(f"  {notice.where}: {notice.message}", file=stream)
    more = max(count, len(listed)) - limit if limit is not None else 0
    if more > 0:
        print(
            f"  … and {more:,} more; {where}",
            file=stream,
        )


def gravest_first(notices: Sequence[Notice]) -> list[Notice]:
    """Return what was not read, then what lost text, then the rest; many of a kind in a file come last."""
    if not notices:
        return []
    from dateline.sources import NOT_READ

    kinds: Counter[tuple[str, str]] = Counter()
    ranked = []
    for place, notice in enumerate(notices):
        kind = (notice.where.split(" line ")[0].split("#")[0], notice.reason)
        kinds[kind] += 1
        rank = 0 if notice.reason == NOT_READ else 1 if notice.reason.startswith(("text", "no ", "a headline")) else 2
        ranked.append((kinds[kind] > NOTICES_OF_A_KIND, rank, place, notice))
    return [notice for *_, notice in sorted(ranked, key=lambda row: row[:3])]


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, in the plural where it is not one."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def reported(count: int) -> str:
    """Say how many items were reported."""
    return f"{count:,} {'item' if count == 1 else 'items'} reported" if count else "nothing was set aside"


@contextmanager
def show_progress() -> Iterator[Callable[[str, int], None]]:
    """Yield what shows the stories done of each stage: a bar with count and rate on a terminal, else plain lines."""
    if not sys.stderr.isatty():
        yield _print_progress
        return
    with ExitStack() as stack:
        bars: list[Progress] = []  # one, from the first story on
        tasks: dict[str, TaskID] = {}

        def tick(stage: str, count: int) -> None:
            if not bars:
                bars.append(stack.enter_context(_new_bar()))
            if stage not in tasks:
                for task in tasks.values():
                    bars[0].update(task, visible=False)
                tasks.clear()
                tasks[stage] = bars[0].add_task(stage, total=None)
            bars[0].update(tasks[stage], completed=count)

        yield tick


def _new_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    name = TextColumn("{task.description}", markup=False)  # a file may be called "a[/b].txt"
    columns = (name, BarColumn(), TextColumn("{task.completed:,}"), Rate(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print_progress(stage: str, count: int) -> None:
    if count and count % STORIES_A_LINE == 0:
        print(f"{stage}: {count:,} stories", file=sys.stderr, flush=True)
