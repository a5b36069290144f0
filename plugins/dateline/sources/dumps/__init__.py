"""Dumps: plain text in which nothing but its look tells a headline from a paragraph."""
