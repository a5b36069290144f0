"""The settings of this archive. What is not said here is the plugin's own default (docs/operations.md)."""

import dateline

SITENAME = "Deir Ezzor"
SITESUBTITLE = "An archive of news reports on the fighting around Deir Ezzor, Palmyra, Mosul and Al-Bab."
EDITION = "2026-11-23"  # the date of this edition; feeds show it where a story has no date of its own

PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"

PLUGINS = ["dateline"]
THEME = dateline.theme_path()
