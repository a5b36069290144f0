"""A ready archive of one's own, for `dateline new`: settings, Makefile, requirements, empty content.

The files lie under `data/scaffold/` as templates, each at its place and under its name plus `.template`. The archive
carries the Dateline that made it as a wheel, so that its folder can be moved, copied and cloned anywhere.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from dateline.errors import ArchiveError
from dateline.files import replace_file, sha256

DISTRIBUTION = "pelican-dateline"
PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent
TEMPLATES = PACKAGE / "data" / "scaffold"
EMPTY_FOLDERS = ("content/sources", "content/articles")

_CAUSE = re.compile(r"^ *((?:ERROR|\w+Error): .+)$", re.MULTILINE)


def new_archive(folder: Path, *, today: date) -> list[Path]:
    """Make `folder` an archive without stories, its edition dated `today`; return its files, sorted."""
    if folder.is_dir() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is not empty: name a folder that does not exist yet")
    wheel, content = build_wheel(origin())
    words = {
        "name": json.dumps(name_of_archive(folder), ensure_ascii=False),
        "edition": today.isoformat(),
        "wheel": f"./wheels/{wheel} --hash=sha256:{sha256(content)}",
        "pins": "\n".join(pins()),
    }
    try:
        for empty in EMPTY_FOLDERS:
            (folder / empty).mkdir(parents=True, exist_ok=True)
        replace_file(folder / "wheels" / wheel, content)
        filled = [_fill(template, folder, words) for template in TEMPLATES.rglob("*.template")]
    except OSError as error:
        raise ArchiveError(f"{folder} cannot be made an archive: {error.strerror}") from error
    return sorted([folder / "wheels" / wheel, *filled])


def name_of_archive(folder: Path) -> str:
    """Return the name that a folder's own name suggests.

    >>> name_of_archive(Path("lake-chad_basin"))
    'Lake chad basin'
    """
    name = " ".join(re.split(r"[\s_-]+", folder.resolve().name)).strip()
    return name[:1].upper() + name[1:] or "Archive"


def origin() -> str:
    """Return what pip needs to be told to find the running Dateline: a folder, an address, or name and version."""
    try:
        dateline = distribution(DISTRIBUTION)
    except PackageNotFoundError:  # run from a checkout that is on the path without being installed
        return str(CHECKOUT)
    return origin_of(dateline)


def origin_of(dateline: Distribution) -> str:
    """Return where an installed Dateline came from, as pip noted it."""
    match json.loads(dateline.read_text("direct_url.json") or "{}"):
        case {"url": str(url), "vcs_info": {"vcs": vcs, "commit_id": commit}}:
            return f"{vcs}+{url}@{commit}"
        case {"url": str(url)}:
            return url
        case _:
            return f"{DISTRIBUTION}=={dateline.version}"


def build_wheel(origin: str) -> tuple[str, bytes]:
    """Return the name and the content of the wheel that pip builds of, or finds at, `origin`."""
    options = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    if find_spec("hatchling"):  # then nothing needs to be fetched
        options.append("--no-build-isolation")
    with TemporaryDirectory() as aside:
        command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", aside, origin]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        if done.returncode:
            cause = (_CAUSE.findall(done.stderr) or [done.stderr])[-1].strip()
            raise ArchiveError(
                f"{origin}: no wheel of Dateline can be had there for the new archive ({cause}); "
                "install Dateline again, from a wheel or a folder that stays"
            )
        [wheel] = Path(aside).glob("*.whl")
        return wheel.name, wheel.read_bytes()


def pins() -> list[str]:
    """Return the lines of Dateline's lock, which pin all that it needs, each version with its hashes.

    They are the package's own, or in a checkout those at its top.
    """
    for lock in (PACKAGE / "requirements.lock", CHECKOUT / "requirements.lock"):
        if lock.is_file():
            lines = lock.read_text(encoding="utf-8").splitlines()
            return [line for line in lines if line and not line.lstrip().startswith("#")]
    raise ArchiveError(f"requirements.lock is missing from {PACKAGE}; install {DISTRIBUTION} again")


def _fill(template: Path, folder: Path, words: dict[str, str]) -> Path:
    path = folder / template.relative_to(TEMPLATES).with_suffix("")
    replace_file(path, Template(template.read_text(encoding="utf-8")).substitute(words))
    return path
