// SPDX-License-Identifier: MIT
// Words like what was typed, as plugins/dateline/search/words.py finds them: wildcards, spellings nearby, and “did you
// mean”. Loaded when a query wants it.
"use strict";

dateline.fuzzy = (() => {
  const MAX_EXPANSIONS = 256;
  const MAX_EDITS = 2;
  const LETTERS_AN_EDIT = 3;
  const SHORT_WORD_LETTERS = 5;

  const letters = (text) => [...text];
  const literalStart = (pattern) => pattern.split(/[*?]/u, 1)[0];

  /** The words that a wildcard or a fuzzy word stands for: {found, capped}. */
  async function words([kind, , , reach], word) {
    if (kind === "fuzzy") return cut(await near(word, reach || defaultEdits(word)));
    await dateline.lazy("vocabulary");
    const start = literalStart(word);
    if (!start) return cut([]);
    const fit = fitting(word);
    return dateline.expand.first(dateline.vocabulary.words(start), undefined, (found) => fit(found.word));
  }

  function defaultEdits(word) {
    return letters(word).length <= SHORT_WORD_LETTERS ? 1 : MAX_EDITS;
  }

  function cut(found) {
    return { found: found.slice(0, MAX_EXPANSIONS), capped: found.length > MAX_EXPANSIONS };
  }

  /** Words with the same first letter and few edits: the nearest first, then the more frequent. */
  async function near(word, max) {
    const found = [];
    await dateline.lazy("vocabulary");
    for await (const other of dateline.vocabulary.words(letters(word)[0])) {
      const edits = countEdits(word, other.word, max);
      if (edits <= max) found.push({ ...other, edits });
    }
    return found.sort((a, b) => a.edits - b.edits || b.rank - a.rank || dateline.shards.compare(a.word, b.word));
  }

  /** A query with the folded words that the archive does not have replaced by the nearest that it has, or null. */
  async function suggest(query, unknown) {
    const nearest = new Map();
    for (const word of unknown) {
      const max = Math.min(MAX_EDITS, Math.floor(letters(word).length / LETTERS_AN_EDIT));
      const found = max && (await near(word, max)).find((other) => other.word !== word);
      if (found) nearest.set(word, found.word);
    }
    let [suggestion, last] = ["", 0];
    for (const { word, start, end } of dateline.analysis.findTokens(query)) {
      if (!nearest.has(word) || query[end] === ":") continue;
      suggestion += query.slice(last, start) + nearest.get(word);
      last = end;
    }
    return last ? suggestion + query.slice(last) : null;
  }

  /** A test of texts: ? is one character, * any number; only the last star is tried again. */
  function fitting(pattern) {
    const signs = letters(pattern);
    return (text) => {
      const chars = letters(text);
      let [at, here, star, retry] = [0, 0, -1, -1];
      while (here < chars.length) {
        if (signs[at] === "*") [star, retry, at] = [at, here, at + 1];
        else if (at < signs.length && (signs[at] === "?" || signs[at] === chars[here])) [at, here] = [at + 1, here + 1];
        else if (star >= 0) [retry, at, here] = [retry + 1, star + 1, retry + 1];
        else return false;
      }
      return signs.slice(at).every((sign) => sign === "*");
    };
  }

  /** The edits between two words, or limit + 1 where there are more: optimal string alignment. */
  function countEdits(one, other, limit) {
    const [a, b] = [letters(one), letters(other)];
    if (Math.abs(a.length - b.length) > limit) return limit + 1;
    let before = [];
    let above = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= b.length; j += 1) {
        let edits = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
        if (isSwap) edits = Math.min(edits, before[j - 2] + 1);
        row.push(edits);
      }
      if (Math.min(...row, ...above) > limit) return limit + 1;
      [before, above] = [above, row];
    }
    return Math.min(above.at(-1), limit + 1);
  }

  return { suggest, words };
})();
