"""The threads that search: each has the index open for itself, and opens the new one when there is one.

Threads may share an index, but its store is read by one at a time: with one each, none waits for another. A search
that is under way ends on the index that it began on; a thread that has nothing to do gives an old index back within a
second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any, NamedTuple

from dateline.errors import SearchError
from dateline.search.asking import Engine

IDLE_SECONDS = 1.0


class Busy(Exception):  # noqa: N818 - no fault: the sentence of the answer says what it is
    """More searches wait than the server takes."""


class _Job(NamedTuple):
    work: Callable[[Any], Any]  # given the open index
    done: Future[Any]


class Readers:
    """So many threads that search the index in a folder, and a queue of bounded length before them."""

    def __init__(self, folder: Path, engine: Engine, *, threads: int, queue: int) -> None:
        """Start the threads; they open the index when they are first asked."""
        self._folder, self._engine = folder, engine
        self._jobs: Queue[_Job | None] = Queue(queue + threads)
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[Any], Any]) -> Future[Any]:
        """Return the future of `work(index)`; Busy when too many wait already."""
        done: Future[Any] = Future()
        try:
            self._jobs.put_nowait(_Job(work, done))
        except Full as error:
            raise Busy from error
        return done

    def close(self) -> None:
        """Let the threads end when all that waits is done, and wait for them."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        """Do one job after the other, until there is a None among them."""
        with _Opened(self._folder, self._engine) as opened:
            while True:
                try:
                    job = self._jobs.get(timeout=IDLE_SECONDS)
                except Empty:
                    opened.drop_old()
                    continue
                if job is None:
                    return
                # One whose time was over before its turn came is cancelled.
                if job.done.set_running_or_notify_cancel():
                    _do(job, opened)


def _do(job: _Job, opened: _Opened) -> None:
    try:
        job.done.set_result(job.work(opened.current()))
    except SearchError as error:
        job.done.set_exception(error)
    except Exception as error:  # noqa: BLE001 - whatever a file that is gone or cut short makes Whoosh raise
        opened.drop()
        reason = f"The search index cannot be read ({error}): it is opened anew for the next question."
        fault = SearchError(reason)
        fault.__cause__ = error
        job.done.set_exception(fault)


class _Opened:
    """The index as one thread has it open."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder, self._engine = folder, engine
        self._stack, self._index, self._generation = ExitStack(), None, ""

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    def current(self) -> Any:
        """Return the index that stands in the folder now."""
        self.drop_old()
        if self._index is None:
            self._generation = self._engine.generation(self._folder)
            self._index = self._stack.enter_context(self._engine.open(self._folder))
        return self._index

    def drop_old(self) -> None:
        """Close the index if it was replaced."""
        if self._index is not None and self._engine.generation(self._folder) != self._generation:
            self.drop()

    def drop(self) -> None:
        """Close the index."""
        self._index = None
        self._stack.close()
