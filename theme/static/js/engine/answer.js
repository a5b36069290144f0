// SPDX-License-Identifier: MIT
// A query into the answer that a page shows, as plugins/dateline/search/answer.py gives it. What a plain query that
// finds enough does without is in whole.js.
"use strict";

dateline.answer = (() => {
  const FEW_RESULTS = 10;
  const MAX_TERMS = 40; // told with the answer
  const MAX_KEPT = 4; // queries whose articles are remembered, for the next page and the facets
  const { rank, shards, snippet } = dateline;
  const kept = new Map();

  /** {query, total, partial, sort, widened, hits, terms, note?, error?, suggestion?}. */
  async function search(query, { limit = 20, offset = 0, sort = "relevance", widen = true } = {}) {
    let asked;
    try {
      asked = await understood(query, widen);
    } catch (error) {
      if (!error.isMalformed) throw error;
      return dateline.whole.refuse(query, sort, widen, error);
    }
    const { tree, resolved } = asked;
    const most = offset + limit;
    const isBest = sort === "relevance";
    const first = isBest && !dateline.plan.plainParts(tree).length && (await rank.best(resolved.plan, most));
    const found = first || (await asked.found());
    const total = first ? first.total : found.documents.length;
    const isWhole = total && isBest && !asked.isOdd && (total >= FEW_RESULTS || tree[0] !== "and");
    if (!isWhole) await dateline.lazy("whole");
    const { listed, partial = 0, ...remarks } = isWhole
      ? { listed: Array.from(rank.bestFirst(found, most), (at) => [found.documents[at], found.scores[at]]) }
      : await dateline.whole.list(query, asked, found, { total, sort, most });
    const wanted = wantedTerms(resolved.plan);
    const names = isWhole ? [] : dateline.whole.namesOf(resolved.widened);
    const sought = [...wanted];
    const hit = async ([document, score], at) => {
      const place = offset + at + 1;
      const chunk = await rank.chunkOf(document, sought, first);
      const { slug, title, topic, date, label, url, group, text } = await shards.card(document, chunk);
      const passage = snippet.findPassage(text, wanted, names);
      return {
        ...{ rank: place, slug, title, title_marks: snippet.findMarks(title, wanted, names) },
        ...{ topic: topic || null, date: date || null, label, url, score },
        ...{ snippet: passage.text, marks: passage.marks, group },
        ...(place > total && { partial: true }),
      };
    };
    const hits = await Promise.all(listed.slice(offset, most).map(hit));
    const terms = [...new Set([...wanted, ...names])].sort(shards.compare).slice(0, MAX_TERMS);
    return { query, total, partial, sort, widen, widened: resolved.widened, hits, terms, ...remarks };
  }

  /** The tree and plan of a query, of a malformed one those of its words; found() gives what they find. */
  function understood(query, widen) {
    const key = JSON.stringify([query, widen]);
    if (!kept.has(key)) {
      kept.set(key, understand(query, widen));
      kept.get(key).catch(() => kept.delete(key));
      if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value);
    }
    return kept.get(key);
  }

  async function understand(query, widen) {
    const { languages } = await shards.meta();
    if (dateline.analysis.languages.join() !== languages.join()) await dateline.analysis.use(languages);
    let tree;
    let slip;
    try {
      tree = await parse(query);
    } catch (error) {
      await dateline.lazy("whole");
      ({ tree, slip } = await dateline.whole.mend(query, error));
    }
    const resolve = (part) => dateline.plan.resolve(part, { widen });
    const resolved = await resolve(tree);
    let finding;
    const found = () => (finding ??= rank.evaluate(resolved.plan));
    const isOdd = slip || /\bnot\b/i.test(query) || resolved.notes.length || resolved.unknown.length || resolved.widened.length;
    return { tree, resolved, resolve, slip, found, isOdd };
  }

  async function parse(query) {
    const plain = dateline.plain?.parse(query);
    if (plain) return plain;
    if (!dateline.parser) await dateline.lazy("parser");
    return dateline.parser.parse(query);
  }

  /** The terms of titles and texts that a plan looks for. */
  function wantedTerms([kind, ...rest]) {
    if (kind === "and" || kind === "or") return new Set(rest.flatMap((part) => [...wantedTerms(part)]));
    if (kind === "phrase") return new Set(rest[1].flat());
    return new Set(kind === "term" && /^(text|title|body)$/.test(rest[0]) ? [rest[1]] : []);
  }

  /** The facets of a result, with the columns that they are counted from; of an empty query, those of the archive. */
  async function facets({ query, widen }) {
    const asked = query && (await understood(query, widen));
    await dateline.lazy("facets");
    return dateline.facets.count(asked);
  }

  return { facets, search };
})();
