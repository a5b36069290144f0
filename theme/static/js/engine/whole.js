// SPDX-License-Identifier: MIT
// What a plain query that finds enough does without: another order than the best first, articles that have only some
// of the words, notes and suggestions. Loaded by answer.js.
"use strict";

dateline.whole = (() => {
  const FEW_RESULTS = 10;
  const { rank, shards } = dateline;
  const NOTHING = { documents: [], scores: [] };

  /** The first `most` of a result as [article, score], the number of articles with some of the words, and remarks. */
  async function list(query, asked, found, { total, sort, most }) {
    const some = await (asked.some ??= someOf(asked, found));
    const listed = [...(await inOrder(found, sort, most)), ...(await inOrder(some, sort, most))];
    const partial = some.documents.length;
    const remarks = { note: note(asked, total + partial), suggestion: await suggestion(query, asked.resolved.unknown) };
    return { listed, partial, ...Object.fromEntries(Object.entries(remarks).filter(([, remark]) => remark)) };
  }

  /** The articles that have some parts of a query of mere words that finds few. */
  async function someOf({ tree, resolved }, found) {
    if (found.documents.length >= FEW_RESULTS || !dateline.plan.plainParts(tree).length) return NOTHING;
    await dateline.lazy("some");
    const plan = await dateline.some.plan(tree, resolved);
    if (!plan) return NOTHING;
    const { documents, scores } = await rank.evaluate(plan);
    const listed = new Set(found.documents);
    const isNew = (_, at) => !listed.has(documents[at]);
    return { documents: documents.filter(isNew), scores: scores.filter(isNew) };
  }

  async function inOrder(found, sort, most) {
    const { documents, scores } = found;
    const { dated } = await shards.meta();
    let places = documents.map((_, at) => at);
    if (sort === "relevance") places = rank.bestFirst(found, most);
    if (sort === "newest") {
      const undated = places.filter((at) => documents[at] >= dated);
      places = [...places.slice(0, places.length - undated.length).reverse(), ...undated];
    }
    return Array.from(places.slice(0, most), (at) => [documents[at], scores[at]]);
  }

  function note({ tree, slip, resolved }, isFound) {
    const notes = [slip, ...resolved.notes];
    const operators = isFound || slip ? [] : [...new Set(wordsLikeOperators(tree))];
    if (operators.length) notes.push(`${operators.join(" and ")} between words must be in capitals.`);
    return notes.filter(Boolean).join(" ");
  }

  function wordsLikeOperators([kind, ...rest]) {
    if (/^(and|or|not)$/.test(kind)) return rest.flatMap(wordsLikeOperators);
    return kind === "word" && /^(and|or|not)$/i.test(rest[0]) ? [rest[0].toUpperCase()] : [];
  }

  async function suggestion(query, unknown) {
    if (!unknown.length) return null;
    await dateline.lazy("fuzzy");
    return dateline.fuzzy.suggest(query, unknown);
  }

  return { list };
})();
