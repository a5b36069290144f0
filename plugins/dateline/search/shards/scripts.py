"""The scripts of the search as a site has them: the engine in one file, the rest in files loaded when needed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import rjsmin

from dateline.files import replace_file, sha256

ANALYSIS = ("search/stemmer", "search/analysis")
ENGINE = (
    "engine/worker",
    *ANALYSIS,
    "engine/plain",
    "engine/shards",
    "engine/plan",
    "engine/rank",
    "engine/snippet",
    "engine/answer",
)
BUNDLES = {
    "engine": ENGINE,
    "page": ("engine/lazy", "engine/client", "engine/page"),
    "find": ("find",),
    "analysis": ANALYSIS,
}
LAZY = (
    *("parser", "expand", "vocabulary", "fuzzy", "filters", "phrases", "whole", "some", "columns", "facets"),  # engine
    *("compose", "facets-view", "remarks", "controls", "form", "exports", "advice", "server"),  # page
)
NAME_CHARS = 10


def write_scripts(theme_static: Path, folder: Path, languages: Iterable[str] = ()) -> dict[str, str]:
    """Write the scripts of the search into `folder`; return their file names by logical name.

    The logical names are those of BUNDLES and LAZY, and "stem/<language>" for languages with a stemmer.
    """
    js = theme_static / "js"
    bundles = {name: [js / f"{part}.js" for part in parts] for name, parts in BUNDLES.items()}
    bundles |= {name: [js / "engine" / f"{name}.js"] for name in LAZY}
    stems = {language: js / "search" / "stem" / f"{language}.js" for language in sorted(set(languages))}
    bundles |= {
        f"stem/{language}": [js / "search/regions.js", path] for language, path in stems.items() if path.is_file()
    }
    return {name: _write_script(name, paths, folder) for name, paths in bundles.items()}


def _write_script(name: str, paths: Iterable[Path], folder: Path) -> str:
    content = "".join(f"{strip_script(path.read_text(encoding='utf-8'))}\n" for path in paths)
    file_name = f"{name.replace('/', '-')}.{sha256(content)[:NAME_CHARS]}.js"
    replace_file(folder / file_name, content)
    return file_name


def strip_script(text: str) -> str:
    """Return a script without comments and needless white space."""
    return str(rjsmin.jsmin(text))
