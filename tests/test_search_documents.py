"""An analysed article is kept as bytes, and read back as it was."""

from __future__ import annotations

import pytest

from dateline.search.documents import analyse_document, pack_document, unpack_document
from indexed import story


@pytest.mark.parametrize("document", [
    story("empty"),
    story("long", "A title", "word " * 70_000),                         # positions above 16 bits
    story("accents", "Sécurité securite", "Été\n\nété", lang="fr"),
    story("tagged", values=(("place", "p:raqqa", 2), ("place", "p:syria", 1), ("actor", "a:isis", 1))),
])  # fmt: skip
def test_an_analysed_article_is_packed_and_unpacked_unchanged(document):
    broader = {("place", "p:raqqa"): ("p:syria",), ("place", "p:syria"): ("p:syria",), ("actor", "a:isis"): ()}
    analysed = analyse_document(document, broader, language=document.lang)
    assert unpack_document(document.slug, pack_document(analysed)) == analysed
