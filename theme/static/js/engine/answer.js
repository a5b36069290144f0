// SPDX-License-Identifier: MIT
// A query into the answer that a page shows, as plugins/dateline/search/answer.py gives it, and the way to ask: on the
// page itself or, from a web server, in a worker that runs this same script.
"use strict";

dateline.answer = (() => {
  const FEW_RESULTS = 10;
  const MAX_KEPT = 4; // queries whose articles are remembered, for the next page and the facets
  const own = globalThis.document?.currentScript?.src;
  const { rank, shards } = dateline;
  const NOTHING = { documents: [], scores: [] };
  const kept = new Map();

  /** {query, total, partial, sort, widened, hits, note?, error?, suggestion?}, and the terms that snippets mark. */
  async function search(query, { limit = 20, offset = 0, sort = "relevance", widen = true } = {}) {
    let asked;
    try {
      asked = await understood(query, widen);
    } catch (error) {
      if (!isMalformed(error)) throw error;
      return { query, total: 0, partial: 0, sort, widen, widened: [], hits: [], terms: [], error: error.message };
    }
    const { tree, resolved } = asked;
    const most = offset + limit;
    const terms = [...wantedTerms(resolved.plan)];
    const isSimple = sort === "relevance" && !dateline.plan.plainParts(tree).length;
    const first = isSimple && (await rank.best(resolved.plan, most));
    const { found, some } = first ? { found: first, some: NOTHING } : await asked.found();
    const total = first ? first.total : found.documents.length;
    const ordered = [...(await inOrder(found, sort, most)), ...(await inOrder(some, sort, most))].slice(offset, most);
    const hit = async ([document, score], at) => {
      const place = offset + at + 1;
      const chunk = await rank.chunkOf(document, terms, first);
      const { text, label, ...card } = await shards.card(document, chunk);
      const passage = dateline.snippet.findPassage(text, new Set(terms));
      return {
        rank: place,
        ...{ slug: card.slug, title: card.title, topic: card.topic || null, date: card.date || null, label },
        ...{ url: card.url, score, snippet: passage.text, marks: passage.marks, group: card.group },
        ...(place > total && { partial: true }),
      };
    };
    const hits = await Promise.all(ordered.map(hit));
    const partial = some.documents.length;
    const told = { note: note(asked, total + partial), suggestion: await suggestion(query, resolved.unknown) };
    const remarks = Object.fromEntries(Object.entries(told).filter(([, remark]) => remark));
    return { query, total, partial, sort, widen, widened: resolved.widened, hits, terms, ...remarks };
  }

  const isMalformed = ({ constructor }) => constructor === dateline.parser?.QueryError;

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
      tree = isMalformed(error) && dateline.plan.plainWords(query);
      if (!tree) throw error;
      slip = `${error.message} Its words were looked for instead.`;
    }
    const resolve = (part) => dateline.plan.resolve(part, { widen });
    const resolved = await resolve(tree);
    let finding;
    const found = () =>
      (finding ??= (async () => {
        const full = await rank.evaluate(resolved.plan);
        return { found: full, some: await someOf(tree, resolved, full) };
      })());
    return { tree, resolved, resolve, slip, found };
  }

  async function parse(query) {
    const plain = dateline.plain?.parse(query);
    if (plain) return plain;
    if (!dateline.parser) await dateline.lazy("parser");
    return dateline.parser.parse(query);
  }

  /** The articles that have some parts of a query of mere words that finds few. */
  async function someOf(tree, resolved, full) {
    const plan = full.documents.length < FEW_RESULTS && (await dateline.plan.someOf(tree, resolved));
    if (!plan) return NOTHING;
    const { documents, scores } = await rank.evaluate(plan);
    const listed = new Set(full.documents);
    const isNew = (_, at) => !listed.has(documents[at]);
    return { documents: documents.filter(isNew), scores: scores.filter(isNew) };
  }

  /** The first `most` of what was found, as [article, score]. */
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

  /** The terms of titles and texts that a plan looks for. */
  function wantedTerms([kind, ...rest]) {
    if (kind === "and" || kind === "or") return new Set(rest.flatMap((part) => [...wantedTerms(part)]));
    if (kind === "phrase") return new Set(rest[1].flat());
    return new Set(kind === "term" && /^(text|title|body)$/.test(rest[0]) ? [rest[1]] : []);
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

  /** The facets of a result, with the columns that they are counted from. */
  async function facets({ query, widen }) {
    const asked = await understood(query, widen);
    await dateline.lazy("facets");
    return dateline.facets.count(asked);
  }

  const local = { facets, search };

  /** What answers for the shards in `folder`, seen from the page: {search, facets}. */
  dateline.client = (folder) => {
    const names = dateline.lazy.scripts;
    shards.open(folder);
    if (!own || !globalThis.Worker || !location.protocol.startsWith("http")) return local; // none from disk
    try {
      return remote(folder, names);
    } catch {
      return local;
    }
  };

  function remote(folder, names) {
    const absolute = (path) => new URL(path, document.baseURI).href;
    const worker = new Worker(own);
    const waiting = new Map();
    let number = 0;
    let works = true;
    const ask = (kind) => (...what) => {
      if (!works) return local[kind](...what);
      return new Promise((resolve, reject) => {
        waiting.set((number += 1), { kind, what, resolve, reject });
        worker.postMessage({ number, kind, what });
      });
    };
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.number);
      waiting.delete(data.number);
      if (data.error) reject(Object.assign(new Error(data.error.message), { name: data.error.name }));
      else resolve(data.answer);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      works = false; // a browser or a policy without workers: the page answers itself
      for (const { kind, what, resolve } of waiting.values()) resolve(local[kind](...what));
      waiting.clear();
    };
    const scripts = Object.fromEntries(Object.entries(names).map(([name, path]) => [name, absolute(path)]));
    worker.postMessage({ open: [absolute(folder), scripts] });
    return { facets: ask("facets"), search: ask("search") };
  }

  if (!globalThis.document) {
    globalThis.onmessage = async ({ data: { open, number, kind, what } }) => {
      if (open) return ([, dateline.lazy.scripts] = open), shards.open(open[0]);
      try {
        globalThis.postMessage({ number, answer: await local[kind](...what) });
      } catch ({ name, message }) {
        globalThis.postMessage({ number, error: { name, message } });
      }
    };
  }

  return { facets, search };
})();
