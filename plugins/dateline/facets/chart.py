"""A chart of columns, drawn as SVG that fills whatever width it is given."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

HEIGHT = 100
MIN_HEIGHT = 2  # one article among thousands must still be seen
GAP = 0.16  # of a column's width


def column_chart(counts: Sequence[int]) -> Markup:
    """Return a chart with a column for each count. It is for the eye alone: its figures stand beside it as text."""
    highest = max(counts)
    columns = "".join(
        f'<rect x="{at + GAP / 2:g}" y="{HEIGHT - height:g}" width="{1 - GAP:g}" height="{height:g}"/>'
        for at, count in enumerate(counts)
        if (height := max(MIN_HEIGHT, round(HEIGHT * count / highest, 1))) and count
    )
    return Markup(
        f'<svg class="chart" viewBox="0 0 {len(counts)} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{columns}</svg>'
    )
