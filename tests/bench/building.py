"""The search of an archive of JSON lines, built step by step, each in a process of its own, with what it took.

    python tests/bench/building.py STORIES FOLDER [--number 20000]

writes FOLDER/index and FOLDER/site, which has the search page as the theme has it, without the articles.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stories import documents_of, load_rows, repeated

from dateline.search import export_index, open_index, update_index, write_scripts
from dateline.site.search_pages import search_pages
from test_theme import render

THEME = Path(__file__).resolve().parents[2] / "theme"


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of building took: seconds of CPU and by the clock, and memory at its highest (MB resident)."""

    cpu: float
    seconds: float
    memory: float
    words: int = 0
    files: int = 0
    bytes: int = 0  # of the files written


def main() -> None:
    """Build, and print the steps as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--number", type=int)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(asdict(STEPS[options.step](options.stories, options.folder, options.number))))
    else:
        print(
            json.dumps(
                {name: asdict(step) for name, step in build(options.stories, options.folder, options.number).items()}
            )
        )


def build(stories: Path, folder: Path, number: int | None = None) -> dict[str, Step]:
    """Build index and site of the first `number` stories, repeated where there are fewer; return what each step took."""
    return {name: run_step(name, stories, folder, number) for name in STEPS}


def run_step(name: str, stories: Path, folder: Path, number: int | None) -> Step:
    """Run a step in a process of its own."""
    command = [sys.executable, __file__, str(stories), str(folder), "--step", name]
    command += ["--number", str(number)] if number else []
    return Step(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def load(stories: Path, number: int | None) -> list[dict]:
    """Return `number` stories of a file, repeated with altered words where it has fewer."""
    rows = load_rows(stories, number)
    return repeated(rows, number) if number else rows


def _measured(work: Callable[[], tuple[int, int, int]]) -> Step:
    cpu, start = time.process_time(), time.perf_counter()
    counts = work()
    cpu, seconds = time.process_time() - cpu, time.perf_counter() - start
    # Not ru_maxrss: that begins with what the process that started this one had.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return Step(cpu, seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024, *counts)


def _index(stories: Path, folder: Path, number: int | None) -> Step:
    documents, values = documents_of(load(stories, number))

    def work() -> tuple[int, int, int]:
        summary = update_index(documents, values, folder / "index")
        files = [path for path in (folder / "index").rglob("*") if path.is_file()]
        return summary.words, len(files), sum(path.stat().st_size for path in files)

    return _measured(work)


def _export(stories: Path, folder: Path, number: int | None) -> Step:
    def work() -> tuple[int, int, int]:
        with open_index(folder / "index") as index:
            summary = export_index(index, folder / "site/search")
            write_page(folder / "site", index.languages, summary.generation)
            return 0, summary.files, summary.bytes

    return _measured(work)


def write_page(site: Path, languages: Iterable[str], generation: str) -> None:
    """Write the search page as the theme has it, with its scripts, beside the shards in `site`/search."""
    names = write_scripts(THEME / "static", site / "search", languages)
    scripts = {name: f"search/{file}" for name, file in names.items()}
    given = {"scripts": [scripts["page"]], "lazy_scripts": scripts, "shards": (), "generation": generation}
    url, template, values = next(search_pages((), (), **given))
    (site / url).write_text(render(template, siteurl=".", **values), encoding="utf-8")
    for part in ("css", "fonts", "img"):
        if (THEME / "static" / part).is_dir():
            shutil.copytree(THEME / "static" / part, site / "theme" / part, dirs_exist_ok=True)


STEPS = {"index": _index, "export": _export}

if __name__ == "__main__":
    main()
