// SPDX-License-Identifier: MIT
// Phrases against the shards: where words stand, and whether together, as plugins/dateline/search/evaluate.py has it.
"use strict";

dateline.phrases = (() => {
  const { rank, shards } = dateline;
  const { all, filtered, inHalves, intersection, placeOf, scored, union } = rank;
  const NOTHING = { documents: new Uint32Array(0), scores: new Float64Array(0) };

  /** The articles of which a text field has a phrase, scored as all its words wanted together. */
  async function evaluate([field, words, reach, boost]) {
    const entries = await all(words, async (terms) =>
      (await all(terms, (term) => shards.term("text", term))).filter((entry) => entry),
    );
    if (!entries.every((word) => word.length)) return NOTHING;
    const scoredWord = async (word) =>
      inHalves(union, await all(word, async (entry) => scored(field, entry, await shards.postings(entry), boost)));
    const matches = inHalves(intersection, await all(entries, scoredWord));
    if (!matches.documents.length) return NOTHING;
    const places = await all(words, (terms, at) => placesOf(words, entries, at, reach));
    const fields = field === "text" ? ["title", "body"] : [field];
    const stands = (name, document) =>
      standNear(places.map((lists) => lists.flatMap((list) => placesIn(list, name, document))), reach);
    return filtered(matches, (at) => fields.some((name) => stands(name, matches.documents[at])));
  }

  /** Where a word of a phrase stands; of a common one, where beside a rarer, so that its own places are not loaded. */
  async function placesOf(words, entries, at, reach) {
    const { common } = await shards.meta();
    const isCommon = (place) => words[place]?.length !== 1 || common.includes(words[place][0]);
    if (reach === 1 && words[at].length === 1 && common.includes(words[at][0])) {
      for (const offset of [-1, 1, -2, 2]) {
        if (isCommon(at - offset)) continue;
        const found = await neighbours(entries[at - offset][0], words[at][0], offset);
        if (found) return [found];
      }
    }
    return all(entries[at], positions);
  }

  function placesIn(list, field, document) {
    const at = placeOf(list.documents, document);
    const { starts, places } = list[field];
    return at < 0 ? [] : [...places.subarray(starts[at], starts[at + 1])];
  }

  /** Whether words stand in order, each at most `reach` places after the one before. */
  function standNear([ends, ...others], reach) {
    for (const following of others) {
      const before = new Set(ends);
      const isNear = (place) => {
        for (let step = 1; step <= reach; step += 1) if (before.has(place - step)) return true;
        return false;
      };
      ends = following.filter(isNear);
    }
    return ends.length > 0;
  }

  /** The postings of a term, what tells where it stands, and how many places of others come before its own there. */
  async function located(entry) {
    const found = await shards.postings(entry);
    const { columns, texts } = await shards.decoded(entry.positions ?? found.positions, ([title, body, ...others]) => ({
      columns: { title: shards.numbers(title), body: shards.numbers(body) },
      texts: others,
    }));
    const contexts = entry.list ? await shards.decoded(found.contexts, (data) => data) : texts;
    return { ...found, columns, contexts, skipped: entry.skipped ?? { title: 0, body: 0 } };
  }

  /** Where a term stands: {documents, title, body}, the places of the n-th article from starts[n] on. */
  async function positions(entry) {
    const { documents, columns, skipped, ...counts } = await located(entry);
    const of = (name) => placed(columns[name], counts[name], skipped[name]);
    return { documents, title: of("title"), body: of("body") };
  }

  /** Runs of places, one an article, from a column of gaps; `counts` says how many each has. */
  function placed(column, counts, skipped) {
    const starts = new Uint32Array(counts.length + 1);
    const places = new Uint32Array(shards.sum(counts));
    for (let at = 0, size = 0; at < counts.length; at += 1) {
      for (let left = counts[at], place = -1; left > 0; left -= 1, size += 1) {
        places[size] = place += column[skipped + size] + 1;
      }
      starts[at + 1] = starts[at] + counts[at];
    }
    return { starts, places };
  }

  /** Where the common word `common` stands `offset` (-2, -1, 1, 2) words from the term; null where unknown. */
  async function neighbours(entry, common, offset) {
    const { contexts, skipped } = await located(entry);
    if (!contexts) return null; // of a common word
    const own = await positions(entry);
    const digit = shards.digits[(await shards.meta()).common.indexOf(common) + 1];
    const column = { [-2]: 0, [-1]: 1, 1: 2, 2: 3 }[offset];
    const beside = ({ starts, places }, text, before) => {
      const kept = new Uint32Array(starts.length);
      const found = [];
      for (let at = 0; at + 1 < starts.length; at += 1) {
        for (let place = starts[at]; place < starts[at + 1]; place += 1) {
          if (text[4 * (before + place) + column] === digit) found.push(places[place] + offset);
        }
        kept[at + 1] = found.length;
      }
      return { starts: kept, places: Uint32Array.from(found) };
    };
    return {
      documents: own.documents,
      title: beside(own.title, contexts[0], skipped.title),
      body: beside(own.body, contexts[1], skipped.body),
    };
  }

  return { evaluate, neighbours, positions };
})();
