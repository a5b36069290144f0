"""The live articles of an index as small scripts, from which the browser searches, also from disk.

This is the one description of what Python writes and `theme/static/js/engine/shards.js` reads.

    meta.js                   dateline.shard("meta", {…}), the one file that changes under its name
    <hash>.js                 dateline.shard("<hash>", […]), named by what it holds
    <hash>/<n>[-<chunk>].js   dateline.shard("<hash>/<n>[-<chunk>]", […]): a card

Numbers are written in base 93: printable ASCII without quotation mark and backslash. One digit says 0…75; of the
others twelve begin two digits, three three, one four, one five (`codec.py`). Below, «a» is a column of such numbers,
all in one string. Texts of a list are joined by U+007F; sorted ones are front-coded, each a number of characters
shared with the one before, and the rest.

**Trees.** The terms of the text, those of values (`<field> <key>`), words and names are sorted by code point and cut
into leaves where the content says (`trees.py`). A node is [level, keys, hashes]: for each child a text that is not
after its first key and after all before it, and its name; children of level 0 are leaves. `meta.roots` has the root
of the text itself, and the names of the others.

**Leaf of terms.** [positions or labels, keys, «heads», lists, …block]. A head is df × 4, plus 2 where more than 64
articles have the term, plus 1 where a name of a place or an actor begins with it; with 2 the block has but the 64
best (`postings.best`), while `lists` has the name of a file with all. A *block* holds postings term by term, in five
columns:

    documents    the gap to the one before, less 1
    frequencies  in the body × 2, plus 1 where the title has the term
    …            for each with a title: the frequency there less 1
    lengths      of the articles as Whoosh's bytes, those of the text less `meta.usualLength` modulo 256;
                 `meta.lengths` tells the words of a byte
    chunks       for each with a body in an article of more than CHUNK_WORDS words, as rounded: which chunks of the
                 body have the term, as bits

Values have no title; their frequencies and lengths take the place of the body's. A *list* is a block of one term; where
that is in more than a sixteenth of the articles its column of lengths is empty: the column `lengths` has them. After
the five follow the names of its files of positions and of contexts.

**Positions.** «title», «body»: for each posting the first, then gaps less 1. **Contexts**: title, body: for each
position four digits, the place in `meta.common` (from 1; 0 is none of them) of the words two and one before it, one
and two after it. The short terms of a leaf share the file that it names first: title, body, contexts of both.
A leaf of values has the labels of its own values in that place.

**Words.** [keys, values]: a value is the digit of floor(log2 df), and its terms, parted by spaces: a digit of one more
than the characters shared with the word, and the rest. **Names.** [keys, values]: a value is, parted by U+009F, for
each record a digit, the place of the field in VALUE_FIELDS × 2, plus 1 for a whole name, and its key.

**Cards.** Articles in order are cut into runs; `meta.runs` names [«articles by run», hashes]. A card is [slug, url,
title, topic, EDTF date, its label, group, text], the text that of a chunk. **Columns** (`meta.columns` names them):
`columns.py`.

    index ─draft→ articles by term, all or what changed ─tables→ leaves, lists ─cards→ runs, columns ─folder→ files
                    ↑ state of the export before, which is none of the browser's files
"""

from dateline.search.shards.draft import SearchArchive
from dateline.search.shards.export import ExportSummary, export_index
from dateline.search.shards.scripts import write_scripts

__all__ = ["ExportSummary", "SearchArchive", "export_index", "write_scripts"]
