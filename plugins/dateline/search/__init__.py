"""Full-text search: an index that Whoosh keeps, and shards from which the browser ranks as Whoosh does."""
