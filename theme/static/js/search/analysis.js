// SPDX-License-Identifier: MIT
// Texts into terms, as plugins/dateline/search/analysis.py does; tests/shared/analysis.json holds both to it.
"use strict";

dateline.analysis = (() => {
  const IGNORED = "\\u00ad\\u061c\\u200c-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069";
  const LETTER = "\\p{L}\\p{N}_";
  const RUN = `[${LETTER}][${LETTER}\\p{M}${IGNORED}]{0,63}`;
  const TOKEN = new RegExp(
    "\\n" +
      `|[0-9]{1,3}(?:,[0-9]{3})+(?![${LETTER}])` +
      `|(?:[CDJLMNSTcdjlmnst]|[Qq]u)(?=['’‘][${LETTER}])` +
      `|${RUN}(?:['’‘]${RUN}){0,2}`,
    "gu",
  );
  const POINTING =
    /[\u02b9-\u02bb\u02bd-\u02bf\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/gu;
  const SPACES = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+/gu;
  const POSSESSIVE = /['’‘ʼ]s$/u;
  const SEPARATOR = /[^\p{L}\p{N}\p{M}_]|\u02bc/gu;
  const ENGLISH = /^[a-z]{3,}$/;

  /** A text with each run of white space as one space, as fold_spaces in plugins/dateline/text.py has it. */
  function foldSpaces(text) {
    return text.replace(SPACES, " ").replace(/^ | $/g, "");
  }

  function foldWord(surface) {
    const bare = surface.normalize("NFKD").replace(POINTING, "").toUpperCase().toLowerCase();
    return bare.replace(POSSESSIVE, "").replace(SEPARATOR, "");
  }

  /** The words of a text in order: {word, start, end}. */
  function findTokens(text) {
    const tokens = [];
    for (const match of text.matchAll(TOKEN)) {
      const word = foldWord(match[0]);
      if (word) tokens.push({ word, start: match.index, end: match.index + match[0].length });
    }
    return tokens;
  }

  function stemWord(word) {
    return ENGLISH.test(word) ? dateline.stem(word) : word;
  }

  /** The terms of a text, one a word, in order. */
  function findTerms(text) {
    return findTokens(text).map((token) => stemWord(token.word));
  }

  return { findTerms, findTokens, foldSpaces, foldWord, stemWord };
})();
