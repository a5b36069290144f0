"""What convert costs on Reuters-21578: stories a second on one core, and memory at the collection's size and ten times it.

    python tests/bench/converting.py ../shared/data/reuters21578 [--times 10]

The larger source is the collection repeated with its letters shifted, other ones in each copy, so that no copy repeats another.
Places and actors are not looked for: the figures are those of reading, matching, versions, duplicates and writing.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import string
import subprocess
import sys
import tempfile
from pathlib import Path

_KEPT = re.compile(r"<[^<>]*>|&[#\w]+;")
_NEWID = re.compile(r'NEWID="(\d+)"')
_STORIES = 21_578

_CHILD = """
import json, resource, sys, time
from pathlib import Path
from dateline.articles.convert import convert
start = time.perf_counter()
report = convert(Path(sys.argv[1]), tagger=lambda story, slug: ())
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "read": report.read, "made": report.made, "kept": report.unchanged}))
"""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        once = measure(Path(folder) / "once", options.collection, 1)
        many = measure(Path(folder) / "many", options.collection, options.times)
    print(f"memory at {options.times} times the size: {many / once:.2f} times")


def measure(folder: Path, collection: Path, times: int) -> float:
    """Convert the collection, repeated, twice; print what it took, and return the peak of memory in MiB."""
    sources = folder / "content/sources"
    sources.mkdir(parents=True)
    paths = sorted(collection.glob("*.sgm.xz"))
    for copy in range(times):
        for path in paths:
            text = lzma.decompress(path.read_bytes()).decode("latin-1")
            (sources / f"{copy:02}-{path.stem}").write_bytes(shifted(text, copy).encode("latin-1"))
    size = sum(path.stat().st_size for path in sources.iterdir()) / 1e6
    first, again = convert(folder), convert(folder)
    print(
        f"{size:6.0f} MB: {first['read']:,} stories read, {first['made']:,} articles made in {first['seconds']:.1f} s, "
        f"{first['read'] / first['seconds']:,.0f} a second, peak {first['peak']:.0f} MiB; "
        f"again, nothing changed: {again['seconds']:.1f} s, peak {again['peak']:.0f} MiB"
    )
    return first["peak"]


def convert(folder: Path) -> dict[str, float]:
    """Run convert in a process of its own, and return its figures."""
    command = [sys.executable, "-c", _CHILD, str(folder / "content")]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures


def shifted(text: str, copy: int) -> str:
    """Return a file with the letters of its texts `copy` places on in the alphabet, and ids of its own."""
    if not copy:
        return text
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    table = str.maketrans(lower + upper, lower[copy:] + lower[:copy] + upper[copy:] + upper[:copy])
    head, *records = re.split(r"(?=<REUTERS )", text)
    return head + "".join(_shift_record(record, table, copy) for record in records)


def _shift_record(record: str, table: dict[int, int], copy: int) -> str:
    record = _NEWID.sub(lambda match: f'NEWID="{int(match[1]) + copy * _STORIES}"', record)
    before, opening, text = record.partition("<TEXT")
    pieces, done = [], 0
    for kept in _KEPT.finditer(text):
        pieces += [text[done : kept.start()].translate(table), kept[0]]
        done = kept.end()
    return before + opening + "".join(pieces) + text[done:].translate(table)


if __name__ == "__main__":
    main()
