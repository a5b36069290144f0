"""Fuzz every reader: coverage-guided mutations of small files, each result held to the laws of `laws.py`.

    python tests/fuzz/fuzz.py --seconds 3600 --corpus ../shared/data

Needs atheris. Each target runs in a process of its own for a while, in turn, so that one that dies stops no other.
What broke a law lies in `<state>/findings/<target>/`, cut down to what breaks it; once mended it belongs into
`tests/cases/fuzz/<target>/`, where a test replays it. The state holds what was learnt: the next run starts from it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import re
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SEEDS = REPOSITORY / "tests" / "fuzz" / "seeds"
CASES = REPOSITORY / "tests" / "cases" / "fuzz"

_INSTRUMENTED = ["dateline", "feedparser", "warcio", "zipfile", "tarfile"]
_MAX_INPUT_BYTES = 16 * 1024
_MAX_CPU_SECONDS = 5  # for one input, beside other processes and under instrumentation
_MAX_GROWTH_KIB = 192 * 1024
_MINIMISE_SECONDS = 20


class TooSlow(BaseException):
    """An input takes longer than any of its size should. No reader catches it."""


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--seconds", type=int, default=600, help="how long in all (600)")
    parser.add_argument("--slice", type=int, default=60, help="how long one target before the next (60)")
    parser.add_argument("--corpus", type=Path, help="a folder of real sources to start from as well")
    parser.add_argument("--target", action="append", default=[], help="only this one; may be given again")
    parser.add_argument("--state", type=Path, default=REPOSITORY / ".cache" / "fuzz", help="where inputs are kept")
    parser.add_argument("--gather", action="store_true", help="only gather what to start from, and print the targets")
    parser.add_argument("--run", help=argparse.SUPPRESS)  # a target: in this very process
    options = parser.parse_args()
    if options.gather:
        print(*_targets(), sep="\n")
        _gather_seeds(options.state, options.corpus)
        return 0
    if options.run:
        _fuzz(options.run, options.state, options.seconds)
        return 0
    return _fuzz_all(options)


def _fuzz_all(options: argparse.Namespace) -> int:
    """Give each target its slice in turn, each time return 1 for findings, 2 where it cannot run."""
    end = time.monotonic() + options.seconds
    script = [sys.executable, __file__]
    while time.monotonic() < end:
        gather = [*script, "--gather", "--state", str(options.state)]
        gather += ["--corpus", str(options.corpus)] if options.corpus else []
        listed = subprocess.run(gather, capture_output=True, text=True, check=False)
        if listed.returncode:
            print(f"the readers cannot be imported:\n{listed.stderr}", file=sys.stderr)
            return 2
        for name in options.target or listed.stdout.splitlines():
            seconds = min(options.slice, int(end - time.monotonic()))
            if seconds <= 0:
                break
            arguments = ["--run", name, "--seconds", str(seconds), "--state", str(options.state)]
            log = _folder(options.state, "logs", name) / "last.txt"
            with log.open("wb") as stream:
                code = subprocess.run([*script, *arguments], stdout=stream, stderr=stream, check=False).returncode
            _note(options.state, name, code, log.read_text("utf-8", "replace"))
    return 1 if _findings(options.state / "findings") else 0


def _findings(folder: Path) -> list[Path]:
    """Return the inputs that broke something, ours and those of libFuzzer: `crash-…`, `timeout-…`, `oom-…`."""
    kept = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".txt"]
    return [path for path in kept if not path.name.startswith("slow-unit")]


def _note(state: Path, name: str, code: int, log: str) -> None:
    """Append to the state's journal what a slice did, and print it."""
    counts = {key: int(value) for key, value in re.findall(r"stat::(\w+): +(\d+)", log)}
    coverage = re.findall(r"cov: (\d+)", log)
    line = {
        "target": name,
        "code": code,
        "executions": counts.get("number_of_executed_units", 0),
        "coverage": int(coverage[-1]) if coverage else 0,
        "peak_mib": counts.get("peak_rss_mb", 0),
        "findings": len(_findings(_folder(state, "findings", name))),
    }
    with (state / "journal.jsonl").open("a") as stream:
        print(json.dumps({"at": round(time.time()), **line}), file=stream)
    print(*(f"{key} {value}" for key, value in line.items()), sep=", ", flush=True)


def _fuzz(name: str, state: Path, seconds: int) -> None:
    """Fuzz one target in this process, with libFuzzer in charge: it ends the process."""
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        check = _targets()[name]
    findings = _folder(state, "findings", name)
    guarded = _guarded(check)

    def test_one_input(data: bytes) -> None:
        if fault := guarded(data):
            _keep(findings, data, fault, guarded)

    arguments = {
        "max_total_time": seconds,
        "max_len": _MAX_INPUT_BYTES,
        "timeout": 120,  # what no signal ends: the C of a library
        "report_slow_units": 120,
        "rss_limit_mb": 3000,
        "print_final_stats": 1,
        "verbosity": 1,
        "artifact_prefix": f"{findings}/",
        "dict": _write_dictionary(state, name),
    }
    corpora = [_folder(state, "corpus", name), _folder(state, "start", name)]
    atheris.Setup(
        [__file__, *(f"-{key}={value}" for key, value in arguments.items()), *map(str, corpora)], test_one_input
    )
    atheris.Fuzz()


def _guarded(check: Callable[[bytes], object]) -> Callable[[bytes], str]:
    """Return a function that runs a check within its time and tells what went wrong, "" for nothing."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    signal.signal(signal.SIGVTALRM, stop)

    def run(data: bytes) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        signal.setitimer(signal.ITIMER_VIRTUAL, _MAX_CPU_SECONDS)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                check(data)
        except TooSlow:
            return f"TooSlow: over {_MAX_CPU_SECONDS} seconds\n{traceback.format_exc()}"
        except Exception as error:  # noqa: BLE001  # that is what is looked for
            return f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
        return f"TooLarge: over {growth // 1024} MiB more memory\n" if growth > _MAX_GROWTH_KIB else ""

    return run


def _keep(findings: Path, data: bytes, fault: str, guarded: Callable[[bytes], str]) -> None:
    """Keep the shortest input for each fault; two are the same that come out of the same line."""
    key = hashlib.sha256(_signature(fault).encode()).hexdigest()[:12]
    kept = findings / key
    if kept.exists() and kept.stat().st_size <= len(data):
        return
    if not kept.exists() and not fault.startswith("Too"):
        data = _minimised(data, lambda part: _signature(guarded(part)) == _signature(fault))
    kept.write_bytes(data)
    kept.with_suffix(".txt").write_text(fault, "utf-8", "backslashreplace")


def _signature(fault: str) -> str:
    """Return the kind of a fault and the lines of ours that it came through last."""
    head = re.sub(r"[^A-Za-z ].*", "", fault.partition("\n")[0].partition(": ")[2])[:40]
    places = re.findall(r'File ".*?([\w.]+/[\w.]+)", line (\d+)', fault)[-1:]
    return f"{fault.partition(':')[0]} {head} {places}"


def _minimised(data: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Return `data` with every stretch taken out without which it still fails, as far as time allows."""
    end = time.monotonic() + _MINIMISE_SECONDS
    size = len(data) // 2
    while size and time.monotonic() < end:
        start = 0
        while start < len(data) and time.monotonic() < end:
            shorter = data[:start] + data[start + size :]
            if fails(shorter):
                data = shorter
            else:
                start += size
        size //= 2
    return data


def _gather_seeds(state: Path, corpus: Path | None) -> None:
    """Put small files of each format into the state: ours, replayed cases, and the heads of real sources."""
    for root in (SEEDS, CASES):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                for target in {path.parent.name, "any source", "encoding"}:
                    _start_from(state, target, path.read_bytes())
    for name, data in _heads(corpus) if corpus else ():
        for target in {name, "any source"}:
            _start_from(state, target, data)


def _heads(corpus: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the formats and heads of the files below a folder, unpacked."""
    from dateline.errors import SourceError
    from dateline.records import Notice
    from dateline.sources import DEFAULT_LIMITS, Source, find_format
    from dateline.sources.unpacking import unpack

    for path in sorted(corpus.rglob("*")):
        if not path.is_file() or path.name.startswith(("README", "LICENSE")):
            continue
        with path.open("rb") as stream:
            for part in unpack(stream, path.name, DEFAULT_LIMITS):
                if isinstance(part, Notice):
                    continue
                with contextlib.suppress(SourceError):
                    name = find_format(Source(path.name, part.stream, part.member)).name
                    part.stream.seek(0)
                    yield name, part.stream.read(_MAX_INPUT_BYTES)


def _start_from(state: Path, name: str, data: bytes) -> None:
    folder = _folder(state, "start", name)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data[:_MAX_INPUT_BYTES])


def _write_dictionary(state: Path, name: str) -> Path:
    """Write the words of the inputs that a target starts from, for libFuzzer to put elsewhere."""
    words = {
        word
        for path in sorted(_folder(state, "start", name).iterdir())[:200]
        for word in re.findall(
            rb"[<\"]/?[A-Za-z][\w:.-]{1,30}|[\w-]{3,30}[=:]|&#?\w{1,8};|\d{4}-\d\d-\d\dT?", path.read_bytes()
        )
    }
    path = _folder(state, "logs", name) / "words"
    lines = [b'"' + b"".join(b"\\x%02x" % byte for byte in word) + b'"\n' for word in sorted(words)[:2000]]
    path.write_bytes(b"".join(lines) or b'"<"')
    return path


def _folder(state: Path, kind: str, name: str) -> Path:
    folder = state / kind / folder_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def folder_name(target: str) -> str:
    """Return the name of a target's folder.

    >>> folder_name("METS/ALTO")
    'mets-alto'
    """
    return re.sub(r"[^a-z0-9]+", "-", target.lower())


def _targets() -> dict[str, Callable[[bytes], object]]:
    sys.path[0] = str(REPOSITORY / "tests")  # in place of this folder, in which `fuzz` is this very file
    from fuzz.targets import targets

    return targets()


if __name__ == "__main__":
    sys.exit(main())
