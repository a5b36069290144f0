// SPDX-License-Identifier: MIT
// What a plain query that finds enough does without: another order than the best first, articles that have only some
// of the words, names beside the words, notes and suggestions. Loaded by answer.js.
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
    const remarks = { note: note(asked, total + partial), suggestion: await suggestion(query, asked) };
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
    const operators = [...new Set(slip ? [] : wordsLikeOperators(tree))].filter((word) => !isFound || word === "NOT");
    if (operators.length) notes.push(`${operators.join(" and ")} between words must be in capitals.`);
    return notes.filter(Boolean).join(" ");
  }

  function wordsLikeOperators([kind, ...rest]) {
    if (/^(and|or|not)$/.test(kind)) return rest.flatMap(wordsLikeOperators);
    return kind === "word" && /^(and|or|not)$/i.test(rest[0]) ? [rest[0].toUpperCase()] : [];
  }

  /** The query with likely words in place of those that no article has, if it then finds something. */
  async function suggestion(query, { resolved, resolve }) {
    if (!resolved.unknown.length) return null;
    await dateline.lazy("fuzzy");
    const likely = await dateline.fuzzy.suggest(query, resolved.unknown);
    if (!likely) return null;
    const { plan } = await resolve(await treeOf(likely));
    return (await rank.evaluate(plan)).documents.length ? likely : null;
  }

  async function treeOf(query) {
    try {
      const plain = dateline.plain?.parse(query);
      if (!plain && !dateline.parser) await dateline.lazy("parser");
      return plain ?? dateline.parser.parse(query);
    } catch (error) {
      return (await mend(query, error)).tree;
    }
  }

  /** What a page is told of a query that has not a word. */
  function refuse(query, sort, widen, { message }) {
    return { query, total: 0, partial: 0, sort, widen, widened: [], hits: [], terms: [], error: message };
  }

  /** The tree of the words of a query that cannot be read, and what is said of it; rethrows where it has none. */
  async function mend(query, error) {
    const isMalformed = dateline.parser && error instanceof dateline.parser.QueryError;
    if (isMalformed) await dateline.lazy("some");
    const tree = isMalformed && dateline.some.tree(query);
    if (!tree) throw Object.assign(error, { isMalformed });
    return { tree, slip: `${error.message} Its words were looked for instead.` };
  }

  /** Names as folded words with full stops between, "islamic.state", without what is added to them in brackets. */
  function namesOf(widened) {
    const { foldedWords } = dateline.plan;
    return [...new Set(widened.map(({ label }) => foldedWords(label.split(" (")[0]).join(".")))].filter(Boolean);
  }

  /** By the number of each token that is part of one of `names`, standing together there: the name. */
  function partsOf(names, tokens) {
    const parts = [];
    for (const name of names) {
      const words = name.split(".");
      tokens.forEach((_, place) => {
        const isHere = words.every((word, at) => tokens[place + at]?.word === word);
        if (isHere) words.forEach((_, at) => (parts[place + at] = name));
      });
    }
    return parts;
  }

  return { list, mend, namesOf, partsOf, refuse };
})();
