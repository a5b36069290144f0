// SPDX-License-Identifier: MIT
// A query's tree against the shards: every article that matches, with the score that Whoosh gives it.
// Sums are taken in halves, as plugins/dateline/search/query.py builds its trees: so they agree to the bit.
"use strict";

dateline.rank = (() => {
  const DEFAULT_FIELDS = ["title", "body"];
  const NOTHING = { documents: [], scores: [] };

  /** The answer to a query: {hits: [{document, score}], terms, note}, best first, equal ones in archive order. */
  async function search(text) {
    const tree = dateline.query.parse(text);
    const { documents, scores } = await evaluate(tree);
    const hits = documents.map((document, place) => ({ document, score: scores[place] }));
    hits.sort((a, b) => b.score - a.score || a.document - b.document);
    return { hits, terms: await wantedTerms(tree), note: await note(tree, hits.length > 0) };
  }

  async function evaluate(tree) {
    const [kind, ...rest] = tree;
    switch (kind) {
      case "and":
        return evaluateAnd(rest);
      case "or":
        return inHalves(union, await Promise.all(rest.map(evaluate)));
      case "not":
        return evaluateAnd([tree]);
      default:
        return evaluateLeaf(tree);
    }
  }

  async function evaluateAnd(parts) {
    const wanted = await Promise.all(parts.filter(([kind]) => kind !== "not").map(evaluate));
    const unwanted = await Promise.all(parts.filter(([kind]) => kind === "not").map((part) => evaluate(part[1])));
    const found = wanted.length ? inHalves(intersection, wanted) : await everything();
    return unwanted.length ? difference(found, inHalves(union, unwanted)) : found;
  }

  async function evaluateLeaf(leaf) {
    const fields = leaf[2] ? [leaf[2]] : DEFAULT_FIELDS;
    const { terms, prefix } = leafTerms(leaf);
    if (!prefix) return inHalves(union, await Promise.all(fields.map((field) => evaluatePhrase(field, terms))));
    const either = (pairs) => Promise.all(pairs.map(([field, term]) => evaluateTerm(field, term)));
    const begun = (await expand(leaf)).flatMap((term) => fields.map((field) => [field, term]));
    const whole = terms.map(async (term) => inHalves(union, await either(fields.map((field) => [field, term]))));
    return inHalves(intersection, [...(await Promise.all(whole)), inHalves(union, await either(begun))]);
  }

  async function evaluateTerm(field, term) {
    const postings = await dateline.shards.postings(field, term);
    return postings ? scored(field, postings) : NOTHING;
  }

  async function evaluatePhrase(field, terms) {
    const lists = await Promise.all(terms.map((term) => dateline.shards.postings(field, term)));
    if (!lists.every(Boolean)) return NOTHING;
    const matches = inHalves(intersection, await Promise.all(lists.map((postings) => scored(field, postings))));
    if (terms.length === 1 || !matches.documents.length) return matches;
    const places = await Promise.all(lists.map(placesByDocument));
    return filtered(matches, (document) => {
      const [first, ...others] = places.map((place) => place.get(document));
      return [...first].some((start) => others.every((positions, gap) => positions.has(start + gap + 1)));
    });
  }

  async function placesByDocument({ documents, positions }) {
    const sets = await positions();
    return new Map(documents.map((document, place) => [document, sets[place]]));
  }

  /** BM25F, each step as in whoosh.scoring.bm25. */
  async function scored(field, { idf, documents, frequencies, lengths }) {
    const { b, k1, averages } = await dateline.shards.meta();
    const scores = documents.map((_, place) => {
      const tf = frequencies[place];
      return idf * ((tf * (k1 + 1)) / (tf + k1 * (1 - b + (b * lengths[place]) / averages[field])));
    });
    return { documents, scores };
  }

  async function everything() {
    const { documents: length } = await dateline.shards.meta();
    return { documents: Array.from({ length }, (_, document) => document), scores: new Array(length).fill(1) };
  }

  function inHalves(operation, parts) {
    if (parts.length <= 1) return parts[0] ?? NOTHING;
    const middle = parts.length >> 1;
    return operation(inHalves(operation, parts.slice(0, middle)), inHalves(operation, parts.slice(middle)));
  }

  function union(a, b) {
    return merged(a, b, { left: true, right: true, both: true });
  }

  function intersection(a, b) {
    return merged(a, b, { both: true });
  }

  function difference(a, b) {
    return merged(a, b, { left: true });
  }

  /** Walk two lists in step and keep what is in the left, the right or both, with the sum of its scores. */
  function merged(a, b, keep) {
    const documents = [];
    const scores = [];
    const add = (document, score) => (documents.push(document), scores.push(score));
    let i = 0;
    let j = 0;
    while (i < a.documents.length || j < b.documents.length) {
      const left = a.documents[i] ?? Infinity;
      const right = b.documents[j] ?? Infinity;
      if (left < right) {
        if (keep.left) add(left, a.scores[i]);
      } else if (right < left) {
        if (keep.right) add(right, b.scores[j]);
      } else if (keep.both) {
        add(left, a.scores[i] + b.scores[j]);
      }
      if (left <= right) i += 1;
      if (right <= left) j += 1;
    }
    return { documents, scores };
  }

  function filtered({ documents, scores }, test) {
    const kept = documents.map(test);
    return { documents: documents.filter((_, place) => kept[place]), scores: scores.filter((_, place) => kept[place]) };
  }

  function leafTerms([kind, text]) {
    const words = dateline.analysis.findTokens(text).map((token) => token.word);
    const prefix = kind === "prefix" ? words.pop() : "";
    return { terms: words.map(dateline.analysis.stemWord), prefix };
  }

  /** The words that a prefix stands for, and whether there are more than are looked for. */
  async function prefixWords(leaf) {
    const { families, prefixWords: limit } = await dateline.shards.meta();
    const [family] = Object.entries(families).find(([, { fields }]) => fields.includes(leaf[2] ?? "body"));
    const words = await dateline.shards.words(family, leafTerms(leaf).prefix, limit + 1);
    return { words: words.slice(0, limit), more: words.length > limit, limit };
  }

  async function expand(leaf) {
    const { words } = await prefixWords(leaf);
    return [...new Set(words.map(dateline.analysis.stemWord))];
  }

  /** The terms that a snippet marks: all but those under a NOT. */
  async function wantedTerms(tree) {
    const [kind, ...rest] = tree;
    if (kind === "not") return new Set();
    if (kind === "and" || kind === "or") {
      return new Set((await Promise.all(rest.map(wantedTerms))).flatMap((terms) => [...terms]));
    }
    return new Set([...leafTerms(tree).terms, ...(kind === "prefix" ? await expand(tree) : [])]);
  }

  /** A sentence on the prefixes that stand for more words than are looked for, or on a vain query's slip, or null. */
  async function note(tree, isFound) {
    const words = leaves(tree).filter(([kind]) => kind === "word").map(([, text]) => text.toUpperCase());
    const operators = words.filter((word) => dateline.query.OPERATORS.has(word));
    if (operators.length && !isFound) return `${[...new Set(operators)].join(" and ")} between words must be in capitals.`;
    const prefixes = leaves(tree).filter(([kind]) => kind === "prefix");
    const found = await Promise.all(prefixes.map(prefixWords));
    const cut = prefixes.filter((_, place) => found[place].more).map((leaf) => `“${leafTerms(leaf).prefix}”`);
    if (!cut.length) return null;
    const { limit } = found[0];
    const names = [...new Set(cut)].join(", ");
    return `More than ${limit} words begin with ${names}: only the first ${limit} were looked for.`;
  }

  function leaves(tree) {
    return ["and", "or", "not"].includes(tree[0]) ? tree.slice(1).flatMap(leaves) : [tree];
  }

  return { search };
})();
