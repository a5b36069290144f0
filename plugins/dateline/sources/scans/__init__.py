"""Scans: the text of printed pages, as METS and ALTO hold it."""
