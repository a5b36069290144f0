// SPDX-License-Identifier: MIT
// What a query becomes that finds too little: articles with some of its words, as `some_of` in
// plugins/dateline/search/plan.py has it, and the mere words of one that is malformed.
"use strict";

dateline.some = (() => {
  const MAX_PLAIN_WORDS = 32;
  const COMMON_SHARE = 3;
  const NAME_WEIGHT = 0.2;
  const LEAST_RARITY = 0.1;
  // What of a malformed query is no word, where a lexeme may begin: fields, dates with what follows; numbers.
  const BEGINNING = '(?<![^ ()":\\u2010\\u2011\\u2013\\u2212\\uff0d-])';
  const FIELD = new RegExp(
    `${BEGINNING}(?:(?:date|undated): *(?:\\[[^\\]()"]*\\]?)?[^ ()"]*` +
      "|(?:title|body|place|actor|topic|tag|source|author):)|(?<=[^ ])[~^][0-9.]*",
    "gi",
  );
  const OPERATOR = new RegExp(`${BEGINNING}(?:AND|OR|NOT)(?![^ ()"])`, "g");
  const { orPlan, plainParts, wordsOf, wordsPlan } = dateline.plan;

  /** The tree of a malformed query: its words, whatever stands between them; nothing where there is none. */
  function tree(text) {
    const plain = dateline.analysis.foldSpaces(text).replace(FIELD, " ").replace(OPERATOR, " ");
    const leaves = wordsOf(plain).slice(0, MAX_PLAIN_WORDS).map(({ surface }) => ["word", surface, null, 0, 1]);
    return leaves.length > 1 ? ["and", ...leaves] : leaves[0];
  }

  /** The plan of some of a query's words; null for a query that has other parts. */
  async function plan(tree, resolved) {
    const parts = plainParts(tree);
    if (!parts.length) return null;
    const quiet = { widen: false, wanted: false };
    const plans = (await Promise.all(parts.map((leaf) => wordsPlan(leaf, quiet)))).filter((part) => part);
    const telling = [];
    for (const part of plans) if (!(await isCommon(part))) telling.push(part);
    const names = resolved.widened.map(({ field, key }) => ["term", field, key, NAME_WEIGHT]);
    return orPlan([...(await Promise.all((telling.length ? telling : plans).map(weighed))), ...names]);
  }

  const df = async (term) => (await dateline.shards.term("text", term))?.df ?? 0;
  const documents = async () => (await dateline.shards.meta()).documents;

  async function isCommon([kind, , term]) {
    return kind === "term" && (await df(term)) * COMMON_SHARE > (await documents());
  }

  /** A word weighed by what of its idf is left without the “+ 1”; a phrase is rare enough. */
  async function weighed(part) {
    const [kind, ...rest] = part;
    if (kind === "or") return ["or", ...(await Promise.all(rest.map(weighed)))];
    if (kind !== "term") return part;
    const [field, term, boost] = rest;
    const idf = dateline.rank.idf(await df(term), await documents());
    return ["term", field, term, boost * (idf > 0 ? Math.max(LEAST_RARITY, 1 - 1 / idf) : LEAST_RARITY)];
  }

  return { plan, tree };
})();
