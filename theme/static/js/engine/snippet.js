// SPDX-License-Identifier: MIT
// The passage of a text that best shows why it was found, as plugins/dateline/search/snippet.py chooses it.
"use strict";

dateline.snippet = (() => {
  const PASSAGE_WORDS = 36;
  const LEAD_WORDS = 6;
  const { findTokens, foldSpaces, isUnspaced, termsOf } = dateline.analysis;

  /** The passage with the most different terms and names: {text, marks: [[start, end], …]}. */
  function findPassage(lines, terms, names) {
    const text = foldSpaces(lines);
    const tokens = findTokens(text);
    if (!tokens.length) return { text, marks: [] };
    const found = look(tokens, terms, names);
    const first = densest(found, tokens.length);
    const last = Math.min(first + PASSAGE_WORDS, tokens.length) - 1;
    const from = first ? widened(text, tokens[first].start, -1) : 0;
    const to = last < tokens.length - 1 ? widened(text, tokens[last].end, 1) : text.length;
    const head = from ? "… " : "";
    const offset = head.length - from;
    return {
      text: head + text.slice(from, to) + (to < text.length ? " …" : ""),
      marks: spans(found.filter(({ place }) => first <= place && place <= last), offset),
    }; // prettier-ignore
  }

  /** Where a text has the words that a passage would mark. */
  const findMarks = (text, terms, names) => spans(look(findTokens(text), terms, names), 0);

  const spans = (found, offset) => found.map(({ start, end }) => [start + offset, end + offset]);

  /** The tokens looked for, with their terms; a name ("islamic.state") is found where its words stand together. */
  function look(tokens, terms, names) {
    const parts = names.length ? dateline.whole.partsOf(names, tokens) : [];
    return tokens.flatMap(({ surface, start, end }, place) => {
      const term = termsOf(surface).find((each) => terms.has(each)) ?? parts[place];
      return term ? [{ place, term, start, end }] : [];
    });
  }

  /** The number of the token with which the best passage begins. */
  function densest(found, count) {
    let best = { start: 0, different: 0, size: 0 };
    found.forEach(({ place }, at) => {
      const start = Math.max(0, Math.min(place - LEAD_WORDS, count - PASSAGE_WORDS));
      const inside = found.slice(at).filter((other) => other.place < start + PASSAGE_WORDS);
      const different = new Set(inside.map(({ term }) => term)).size;
      const size = inside.length;
      const isBetter = different > best.different || (different === best.different && size > best.size);
      if (isBetter) best = { start, different, size };
    });
    return best.start;
  }

  /** Move outwards over the signs that touch a word: quotation marks, full stops. */
  function widened(text, at, step) {
    const beside = () => (step < 0 ? [...text.slice(Math.max(0, at - 2), at)].at(-1) : [...text.slice(at, at + 2)][0]);
    while (at > 0 && at < text.length && beside() !== " " && !isUnspaced(beside())) at += step;
    return at;
  }

  return { findMarks, findPassage };
})();
