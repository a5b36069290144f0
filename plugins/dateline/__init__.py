"""Dateline: a heap of news texts becomes a static archive that can be read, browsed, searched and cited.

A Pelican plugin; `docs/` tells how its parts work together.
"""

from __future__ import annotations

from pathlib import Path

from dateline.errors import SiteError

__version__ = "0.1.0"


def register() -> None:
    """Connect the plugin to Pelican; Pelican calls this."""
    from dateline.site.signals import connect

    connect()


def theme_path() -> str:
    """Return the folder of Dateline's theme, for THEME in pelicanconf.py.

    It is the package's own, or in a checkout the one at its top.
    """
    package = Path(__file__).parent
    for folder in (package / "theme", package.parent.parent / "theme"):
        if (folder / "templates" / "base.html").is_file():
            return str(folder)
    raise SiteError(f"the theme is missing from {package}; install pelican-dateline again")
