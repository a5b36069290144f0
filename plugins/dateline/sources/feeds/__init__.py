"""Feeds: RSS, Atom, RDF and CDF by feedparser, and JSON Feed, an item a story."""
