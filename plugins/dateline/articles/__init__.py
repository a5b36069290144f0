"""Articles: Markdown out and in, the ledger that remembers what was written, and convert, which does both."""
