"""Curation: what the archive asks its keeper, and what an answer changes.

articles ─survey→ what was seen of each name ─suggest→ proposals ─desk→ rows of content/authority/*.csv
rows, tagger ─diff→ what the next build would alter
"""
