"""What several test modules share: the repository, the corpora that may lie beside it, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from chromium import ADVICE, find_chromium
from dateline.site.build import build_site

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def corpus(repository: Path) -> Callable[[str], Path]:
    """Find a public corpus by the name of its folder in `../shared/data`; without it, the test is skipped."""

    def find(name: str) -> Path:
        folder = repository.parent / "shared" / "data" / name
        if not folder.is_dir():
            pytest.skip(f"the corpus {name} is not in ../shared/data beside the repository")
        return folder

    return find


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium that makes no requests of its own."""
    executable = find_chromium()
    assert executable, ADVICE
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-background-networking", "--disable-quic"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def archive(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the embedded archive, copied and built whole, once for each test run."""
    folder = tmp_path_factory.mktemp("archive")
    copy_archive(repository, folder)
    build_site(folder / "pelicanconf.py")
    return folder


def copy_archive(repository: Path, folder: Path) -> None:
    """Copy what makes an archive: its settings and content."""
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(repository / name, folder / name)
    shutil.copytree(repository / "content", folder / "content", dirs_exist_ok=True)
