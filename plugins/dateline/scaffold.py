"""A ready archive of one's own, for `dateline new`: settings, Makefile, pinned requirements, empty content.

The files lie under `data/scaffold/` as templates, each at its place and under its name plus `.template`.
"""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from string import Template

from dateline.errors import ArchiveError
from dateline.files import replace_file

DISTRIBUTION = "pelican-dateline"
TEMPLATES = Path(__file__).parent / "data" / "scaffold"
EMPTY_FOLDERS = ("content/sources", "content/articles")

_REQUIRED_NAME = re.compile(r"[\w.-]+")
_OF_AN_EXTRA = re.compile(r"\bextra\s*==")


def new_archive(folder: Path, *, today: date) -> list[Path]:
    """Make `folder` an archive without stories, its edition dated `today`; return its files, sorted."""
    if folder.is_dir() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is not empty: name a folder that does not exist yet")
    words = {
        "name": json.dumps(name_of_archive(folder), ensure_ascii=False),
        "edition": today.isoformat(),
        "requirements": "\n".join(requirements()),
    }
    try:
        for empty in EMPTY_FOLDERS:
            (folder / empty).mkdir(parents=True, exist_ok=True)
        return [_fill(template, folder, words) for template in sorted(TEMPLATES.rglob("*.template"))]
    except OSError as error:
        raise ArchiveError(f"{folder} cannot be made an archive: {error.strerror}") from error


def name_of_archive(folder: Path) -> str:
    """Return the name that a folder's own name suggests.

    >>> name_of_archive(Path("lake-chad_basin"))
    'Lake chad basin'
    """
    name = " ".join(re.split(r"[\s_-]+", folder.resolve().name)).strip()
    return name[:1].upper() + name[1:] or "Archive"


def requirements() -> list[str]:
    """Return the lines by which pip makes this environment again: Dateline, then what it needs, pinned."""
    try:
        dateline = distribution(DISTRIBUTION)
    except PackageNotFoundError:  # run from a checkout that is on the path without being installed
        return [f"-e {Path(__file__).parents[2].as_uri()}"]
    return [own_requirement(dateline), *pins(dateline)]


def own_requirement(dateline: Distribution) -> str:
    """Return the line by which pip installs the running Dateline, from where it came from."""
    origin = json.loads(dateline.read_text("direct_url.json") or "{}")
    match origin:
        case {"url": url, "dir_info": {"editable": True}}:
            return f"-e {url}"
        case {"url": url, "vcs_info": {"vcs": vcs, "commit_id": commit}}:
            return f"{DISTRIBUTION} @ {vcs}+{url}@{commit}"
        case {"url": url}:
            return f"{DISTRIBUTION} @ {url}"
        case _:
            return f"{DISTRIBUTION}=={dateline.version}"


def pins(dependent: Distribution) -> list[str]:
    """Return the installed versions of all that a distribution needs, at first or second hand, sorted."""
    found: dict[str, str] = {}
    waiting = [dependent]
    while waiting:
        for requirement in waiting.pop().requires or ():
            name = _REQUIRED_NAME.match(requirement)
            if name is None or _OF_AN_EXTRA.search(requirement) or _canonical(name[0]) in found:
                continue
            try:
                needed = distribution(name[0])
            except PackageNotFoundError:  # needed on another system or Python only
                continue
            found[_canonical(name[0])] = needed.version
            waiting.append(needed)
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _fill(template: Path, folder: Path, words: dict[str, str]) -> Path:
    path = folder / template.relative_to(TEMPLATES).with_suffix("")
    replace_file(path, Template(template.read_text(encoding="utf-8")).substitute(words))
    return path
