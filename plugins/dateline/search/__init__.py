"""Full-text search: an index that Whoosh keeps, and shards from which the browser ranks as Whoosh does.

Nothing outside this package knows Whoosh. The language and the export are described in `docs/search.md`.
"""

from dateline.search.export import SCRIPTS, ExportSummary, export_index
from dateline.search.index import (
    Hit,
    IndexSummary,
    SearchIndex,
    SearchResult,
    build_index,
    open_index,
    search,
    search_json,
)

__all__ = [
    "SCRIPTS",
    "ExportSummary",
    "Hit",
    "IndexSummary",
    "SearchIndex",
    "SearchResult",
    "build_index",
    "export_index",
    "open_index",
    "search",
    "search_json",
]
