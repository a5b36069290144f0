"""Full-text search: an index that Whoosh keeps, and shards from which the browser ranks as Whoosh does.

Nothing outside this package knows Whoosh. `docs/search.md` specifies the language, the ranking and the export.
"""

from dateline.search.answer import Hit, SearchResult, Sort, search, search_json
from dateline.search.archive_index import SearchIndex, open_index
from dateline.search.shards import ExportSummary, export_index, write_scripts
from dateline.search.updating import IndexSummary, update_index

__all__ = [
    "ExportSummary",
    "Hit",
    "IndexSummary",
    "SearchIndex",
    "SearchResult",
    "Sort",
    "export_index",
    "open_index",
    "search",
    "search_json",
    "update_index",
    "write_scripts",
]
