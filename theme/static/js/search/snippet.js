// SPDX-License-Identifier: MIT
// The passage of a text that best shows why it was found, as plugins/dateline/search/snippet.py chooses it.
"use strict";

dateline.snippet = (() => {
  const PASSAGE_WORDS = 36;
  const LEAD_WORDS = 6;

  /** The passage with the most different terms, as pieces {text, marked}. */
  function findPassage(lines, terms) {
    const text = dateline.analysis.foldSpaces(lines);
    const tokens = withTerms(text);
    if (!tokens.length) return [{ text, marked: false }];
    const found = tokens.flatMap((token, place) => (terms.has(token.term) ? [place] : []));
    const first = densest(tokens, found);
    const last = Math.min(first + PASSAGE_WORDS, tokens.length) - 1;
    const start = first ? widened(text, tokens[first].start, -1) : 0;
    const end = last < tokens.length - 1 ? widened(text, tokens[last].end, 1) : text.length;
    const inside = found.filter((place) => first <= place && place <= last).map((place) => tokens[place]);
    return [
      ...(start > 0 ? [{ text: "… ", marked: false }] : []),
      ...pieces(text, start, end, inside),
      ...(end < text.length ? [{ text: " …", marked: false }] : []),
    ];
  }

  /** The whole text as pieces {text, marked}. */
  function mark(text, terms) {
    return pieces(text, 0, text.length, withTerms(text).filter((token) => terms.has(token.term)));
  }

  function withTerms(text) {
    const { findTokens, stemWord } = dateline.analysis;
    return findTokens(text).map((token) => ({ ...token, term: stemWord(token.word) }));
  }

  /** The number of the token with which the best passage begins. */
  function densest(tokens, found) {
    let best = { start: 0, different: 0, all: 0 };
    found.forEach((place, at) => {
      const start = Math.max(0, Math.min(place - LEAD_WORDS, tokens.length - PASSAGE_WORDS));
      const inside = [];
      for (let next = at; next < found.length && found[next] < start + PASSAGE_WORDS; next += 1) {
        inside.push(tokens[found[next]].term);
      }
      const different = new Set(inside).size;
      if (different > best.different || (different === best.different && inside.length > best.all)) {
        best = { start, different, all: inside.length };
      }
    });
    return best.start;
  }

  /** Move outwards over the signs that touch a word: quotation marks, full stops. */
  function widened(text, at, step) {
    const beside = step < 0 ? -1 : 0;
    while (at > 0 && at < text.length && text[at + beside] !== " ") at += step;
    return at;
  }

  function pieces(text, start, end, tokens) {
    const found = [];
    const add = (from, to, marked) => {
      if (from < to) found.push({ text: text.slice(from, to), marked });
    };
    let at = start;
    for (const token of tokens) {
      add(at, token.start, false);
      add(token.start, token.end, true);
      at = token.end;
    }
    add(at, end, false);
    return found;
  }

  return { findPassage, mark };
})();
