"""The repository keeps its own rules: the order of imports, the pins, and nothing of one machine in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from conftest import REPOSITORY

PACKAGE = REPOSITORY / "plugins" / "dateline"

# Each may import only from its left. The package itself, the door through which Pelican comes in, stands at the
# right for what it imports; the few names that it defines are everyone's.
ORDER = """
    records errors text files edtf sources gazetteer authority tagging articles curation maps facets search build site
    scaffold server cli __main__ dateline
""".split()

KEEPERS = {
    "pelican": "site",
    "whoosh": "search",
    "argparse": "cli",
    "starlette": "server",
    "uvicorn": "server",
}

LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-whoosh-reloaded.lock")
PINNED = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>\S+)(?: \\\n +--hash=sha256:[0-9a-f]{64})+$", re.MULTILINE
)

MAX_TRACKED_BYTES = 1024 * 1024
# Compiled from some 300 MB of sources, so that nobody needs those to build a site: `make gazetteer`.
COMPILED = {"names.marisa", "rows.bin", "names.bin"}
# In pieces, so that this file may be searched like any other.
REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.",
    "deb" + ".debian.org",
    "crates" + ".io",
)
MACHINE_PATH = re.compile(rb"(?<![\w.~])/(wor" + rb"k|roo" + rb"t|hom" + rb"e|Use" + rb"rs|tm" + rb"p)/[\w.]")

QUICKSTART_TARGETS = {
    "html", "clean", "regenerate", "serve", "devserver", "publish", "github", "rsync_upload", "s3_upload",
}  # fmt: skip


def source_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def area(path: Path) -> str:
    """The name in `ORDER` of the module or package that a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "dateline" if first == "__init__" else first


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, also inside functions and for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom():
                pytest.fail(f"{path.name} line {node.lineno}: imports are absolute here")


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.split("\0") if name and (path := REPOSITORY / name).is_file()]


def pins(lock: str) -> dict[str, str]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return {match["name"]: match["version"] for match in PINNED.finditer(text)}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w-]", line)[0] for line in requirements}


def make_targets() -> dict[str, str]:
    """The targets that bare `make` lists, each with its word of help."""
    listing = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^ +make (\S+) +(\S.*)$", listing, re.MULTILINE))


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_left(path):
    right = ORDER[ORDER.index(area(path)) + 1 :]
    names = [name for name in imported(path) if name.startswith("dateline.")]
    assert [name for name in names if name.split(".")[1] in right] == []


@pytest.mark.parametrize(("library", "keeper"), KEEPERS.items())
def test_one_part_alone_knows_each_of_these_libraries(library, keeper):
    users = {area(path) for path in source_files() if library in roots(path)}
    assert users == {keeper}


def test_every_library_that_is_imported_is_asked_for():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    imports = {root for path in source_files() for root in roots(path)} - sys.stdlib_module_names - {"dateline"}
    providers = {root: {name.lower() for name in packages_distributions()[root]} for root in imports}
    asked = names(project["dependencies"])
    assert {root for root, distributions in providers.items() if not distributions & asked} == set()


def test_importing_the_modules_writes_nothing_and_loads_no_data(tmp_path):
    watch = """
import importlib, os, sys
written = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def watch(event, arguments):
    if event in {"os.mkdir", "os.rename", "os.remove", "subprocess.Popen", "socket.connect"}:
        print(event, arguments)
    if event == "open" and (arguments[2] & written or "dateline/data/" in str(arguments[0])):
        print(event, arguments)
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
"""
    modules = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in source_files()
        if path.stem != "__main__"
    ]
    assert modules
    run = subprocess.run(
        [sys.executable, "-B", "-c", watch, *modules],
        cwd=tmp_path, env={"PYTHONPATH": str(PACKAGE.parent)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_exact_versions_with_hashes_and_no_address(lock):
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    assert pins(lock)
    assert "://" not in text
    beside_pins = PINNED.sub("", text).splitlines()
    assert [line for line in beside_pins if line.strip() and not line.lstrip().startswith("#")] == []


def test_the_locks_hold_what_the_project_asks_for():
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    needed = [*project["dependencies"], *settings["build-system"]["requires"]]
    needed_for_tests = [line for extra in ("test", "dev") for line in project["optional-dependencies"][extra]]
    locked, locked_for_tests = pins("requirements.lock"), pins("requirements-test.lock")
    assert names(needed) <= locked.keys()
    assert names(needed_for_tests) <= locked_for_tests.keys()
    assert locked.items() <= locked_for_tests.items()
    assert f"whoosh3=={locked['whoosh3']}" in needed


def test_no_tracked_file_names_a_registry_or_a_path_of_a_machine():
    found = [
        (path.name, match)
        for path in tracked_files()
        for text in [path.read_bytes()]
        for match in [*(host for host in REGISTRIES if host.encode() in text), *MACHINE_PATH.findall(text)]
    ]
    assert found == []


def test_no_tracked_file_is_large():
    large = {path.name for path in tracked_files() if path.stat().st_size > MAX_TRACKED_BYTES}
    assert large - COMPILED == set()


def test_bare_make_lists_the_targets_with_the_everyday_ones_first():
    targets = make_targets()
    assert list(targets)[:3] == ["html", "serve", "search"]
    assert targets.keys() >= QUICKSTART_TARGETS


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
def test_a_page_names_only_targets_that_exist(page):
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z][a-z0-9_]*)", text, re.MULTILINE))
    assert named
    assert named <= make_targets().keys()


def test_links_and_pictures_of_the_docs_lead_to_files():
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text("utf-8"))]
    assert links
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_each_file_of_data_is_told_with_its_origin_and_licence():
    data = PACKAGE / "data"
    told = set()
    for readme in (data / "README.md", data / "atlas" / "README.md"):
        rows = [line for line in readme.read_text("utf-8").splitlines() if line.startswith("| `")]
        told |= {readme.parent / name for row in rows for name in re.findall("`([^`]+)`", row.split("|")[1])}
    about = {"README.md", "CREDITS.md"}
    files = {path for path in tracked_files() if path.is_relative_to(data) and path.name not in about}
    assert {path for path in files if not path.is_relative_to(data / "scaffold")} == told


def test_ci_runs_the_test_command_of_the_readme():
    assert "make test" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert "make test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
