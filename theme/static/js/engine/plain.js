// SPDX-License-Identifier: MIT
// The tree of a query that is only words, as most are, without the scripts that read the rest of the language.
"use strict";

dateline.plain = (() => {
  const WORD = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.,-]*[?!.,;…]*$/u;
  const MAX_QUERY_UNITS = 500;

  /** The tree that dateline.parser gives, or null where that has to read the query. */
  function parse(text) {
    const words = dateline.analysis.foldSpaces(text).split(" ");
    const plain = (word) =>
      WORD.test(word) && !/^(AND|OR|NOT)$/.test(word) && dateline.analysis.findTokens(word).length > 0;
    if (text.length > MAX_QUERY_UNITS || !words.every(plain)) return null;
    const leaves = words.map((word) => ["word", word, null, 0, 1]);
    return leaves.length > 1 ? ["and", ...leaves] : leaves[0];
  }

  return { parse };
})();
