// SPDX-License-Identifier: MIT
// A query's tree into a plan: which terms of the archive are asked for, as plugins/dateline/search/plan.py has it;
// tests/shared/plans.json holds both to it. A plan is ["term", field, term, boost],
// ["phrase", field, [[term, …], …], reach, boost], ["date", first, last], ["undated"], ["all"], ["none"],
// ["not", plan] or ["and" | "or", plan, plan, …]. Of dateline.shards it asks term(family, key), null or
// {df, named: a name begins with it, label of a value}.
"use strict";

dateline.plan = (() => {
  const MAX_NAME_PARTS = 5;
  const SHORT_NAME_LETTERS = 3;
  const NONE = ["none"];
  const { analysis } = dateline;

  /** {plan, widened: [{words, field, key, label}], notes: [sentence], unknown: [folded word]}. */
  async function resolve(tree, { widen = true } = {}) {
    const reading = { widen, wanted: true, widened: [], notes: [], unknown: [] };
    fetchAhead(tree);
    const plan = (await planOf(tree, reading)) ?? NONE;
    const [notes, unknown] = [reading.notes, reading.unknown].map((told) => [...new Set(told)]);
    return { plan, widened: reading.widened, notes, unknown };
  }

  /** Ask for all terms at once that will be asked for one by one; what fails then fails there. */
  function fetchAhead([kind, text, field, ...rest]) {
    if (kind === "not") return fetchAhead(text);
    if (kind === "and" || kind === "or") return [text, field, ...rest].forEach(fetchAhead);
    if ((kind !== "word" && kind !== "phrase") || (field && familyOf(field) !== "text")) return;
    for (const term of wordsOf(text).flatMap(({ terms }) => terms)) textTerm(term).catch(() => {});
  }

  const familyOf = (field) => (!field || field === "title" || field === "body" ? "text" : field);
  const textTerm = (term) => dateline.shards.term("text", term);
  const foldedWords = (text) => analysis.findTokens(text).map(({ word }) => word);

  function wordsOf(text) {
    return analysis.findTokens(text).map(({ word, start, end }) => {
      const surface = text.slice(start, end);
      return { word, surface, terms: analysis.termsOf(surface) };
    });
  }

  /** The plan of a tree, or nothing where it has no word. */
  async function planOf(tree, reading) {
    const [kind, , field] = tree;
    if (kind === "and") return joined(andPlan, await andParts(tree.slice(1), reading));
    if ((kind === "word" || kind === "phrase") && familyOf(field) === "text") {
      return kind === "word" && !field ? widenedPlan([tree], reading) : wordsPlan(tree, reading);
    }
    await dateline.lazy("expand");
    return dateline.expand.plan(tree, reading);
  }

  /** The plans of parts that are wanted together, neighbouring words that are a name as one. */
  async function andParts(parts, reading) {
    const plans = [];
    for (let at = 0, size; at < parts.length; at += size) {
      const run = reading.widen ? plainRun(parts.slice(at, at + MAX_NAME_PARTS)) : [];
      for (size = run.length; size > 1 && !(await namesOf(run.slice(0, size))).length; ) size -= 1;
      if (size > 1) plans.push(await widenedPlan(run.slice(0, size), reading));
      else plans.push(await planOf(parts[at], reading));
      size = Math.max(size, 1);
    }
    return plans;
  }

  function plainRun(parts) {
    const end = parts.findIndex(([kind, , field, , boost]) => kind !== "word" || field || boost !== parts[0][4]);
    return end < 0 ? parts : parts.slice(0, end);
  }

  /** The places and actors that words are a whole name of, by field and key. */
  async function namesOf(run) {
    const typed = run.map(([, text]) => text).join(" ");
    const words = foldedWords(typed);
    if (!words.length) return [];
    const isSmall = typed === typed.toLowerCase() && typed !== typed.toUpperCase(); // not said of letters without case
    if (isSmall && [...words.join("")].length <= SHORT_NAME_LETTERS) return [];
    const [term] = analysis.termsOf(words[0]);
    const entry = term && (await textTerm(term));
    if (entry && !entry.named) return []; // so that names are fetched for few words
    await dateline.lazy("expand");
    return dateline.expand.namesOf(words.join(" "), typed);
  }

  async function widenedPlan(run, reading) {
    const names = reading.widen ? await namesOf(run) : [];
    const wanted = reading.wanted && !names.length;
    const plans = [];
    for (const leaf of run) plans.push(await wordsPlan(leaf, { ...reading, wanted }));
    const words = joined(andPlan, plans);
    if (!names.length) return words;
    const typed = run.map(([, text]) => text).join(" ");
    reading.widened.push(...names.map(({ field, key, label }) => ({ words: typed, field, key, label })));
    return orPlan([words ?? NONE, ...names.map(({ field, key }) => ["term", field, key, run[0][4]])]);
  }

  /** The plan of a word or a phrase; a word of several, al-Bab, is a phrase. */
  async function wordsPlan([, text, field, reach, boost], reading) {
    const words = await termed(text);
    if (reading.wanted) await tellUnknown(words, reading);
    if (words.length > 1) return ["phrase", field ?? "text", words.map(({ terms }) => terms), reach || 1, boost];
    return words.length ? termsPlan(field ?? "text", words[0].terms, boost) : undefined;
  }

  /** The words of a text that have terms; where stems hang on accents, those of words typed without too. */
  async function termed(text) {
    const words = wordsOf(text).filter(({ terms }) => terms.length);
    if (analysis.isPlain()) return words;
    await dateline.lazy("expand");
    return Promise.all(words.map(dateline.expand.withWritten));
  }

  async function tellUnknown(words, reading) {
    for (const { word, terms } of words) {
      const entries = await Promise.all(terms.map(textTerm));
      if (!entries.some((entry) => entry)) reading.unknown.push(word);
    }
  }

  function termsPlan(field, terms, boost) {
    return orPlan(terms.map((term) => ["term", field, term, boost]));
  }

  /** Parts as one plan, those without a word left out; nothing where no part has one. */
  function joined(join, parts) {
    const kept = parts.filter((part) => part);
    return kept.length ? join(kept) : undefined;
  }

  function andPlan(parts) {
    if (parts.some(([kind]) => kind === "none")) return NONE;
    const narrowing = parts.filter(([kind]) => kind !== "all");
    if (!narrowing.length) return ["all"];
    return narrowing.length > 1 ? ["and", ...narrowing] : narrowing[0];
  }

  function orPlan(parts) {
    const finding = parts.filter(([kind]) => kind !== "none");
    return finding.length > 1 ? ["or", ...finding] : (finding[0] ?? NONE);
  }

  /** The words and phrases of a query that is nothing else, if there are two or more; else none. */
  function plainParts([op, ...parts]) {
    const plain = ([kind, , field]) => (kind === "word" || kind === "phrase") && !field;
    return op === "and" && parts.every(plain) ? parts : [];
  }

  return {
    andPlan, foldedWords, joined, orPlan, plainParts, planOf,
    resolve, tellUnknown, termed, termsPlan, wordsOf, wordsPlan,
  }; // prettier-ignore
})();
