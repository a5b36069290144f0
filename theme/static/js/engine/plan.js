// SPDX-License-Identifier: MIT
// A query's tree into a plan: which terms of the archive are asked for, as plugins/dateline/search/plan.py has it;
// tests/shared/plans.json holds both to it. A plan is ["term", field, term, boost],
// ["phrase", field, [[term, …], …], reach, boost], ["date", first, last], ["undated"], ["all"], ["none"],
// ["not", plan] or ["and" | "or", plan, plan, …]. Of dateline.shards it asks term(family, key), null or
// {df, named: a name begins with it, label of a value}, words(prefix) and names(prefix).
"use strict";

dateline.plan = (() => {
  const MAX_EXPANSIONS = 256;
  const MAX_NAME_PARTS = 5;
  const SHORT_NAME_LETTERS = 3;
  const SHOWN = { prefix: "*", fuzzy: "~" };
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
    switch (tree[0]) {
      case "date":
      case "undated":
        return tree;
      case "not": {
        const unwanted = await planOf(tree[1], { ...reading, widen: false, wanted: false });
        return unwanted && notPlan(unwanted);
      }
      case "or": {
        const plans = [];
        for (const part of tree.slice(1)) plans.push(await planOf(part, reading));
        return joined(orPlan, plans);
      }
      case "and":
        return joined(andPlan, await andParts(tree.slice(1), reading));
    }
    return leafPlan(tree, reading);
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
    if ([...words.join("")].length <= SHORT_NAME_LETTERS && typed === typed.toLowerCase()) return [];
    const [term] = analysis.termsOf(words[0]);
    const entry = term && (await textTerm(term));
    if (entry && !entry.named) return []; // so that names are fetched for few words
    const found = [];
    for (const name of await wholeNames(words.join(" "))) {
      if (name.field !== "place" && name.field !== "actor") continue;
      const value = await dateline.shards.term(name.field, name.key);
      if (value) found.push({ ...name, label: value.label });
    }
    return found;
  }

  async function wholeNames(text) {
    const found = [];
    for await (const name of dateline.shards.names(text)) {
      if (name.text !== text) break;
      if (name.whole) found.push(name);
    }
    return found;
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

  function leafPlan(leaf, reading) {
    const [kind, , field] = leaf;
    if (familyOf(field) !== "text") return valuePlan(leaf, reading);
    if (kind === "word" && !field) return widenedPlan([leaf], reading);
    return kind === "word" || kind === "phrase" ? wordsPlan(leaf, reading) : expandedPlan(leaf, reading);
  }

  /** The plan of a word or a phrase; a word of several, al-Bab, is a phrase. */
  async function wordsPlan([, text, field, reach, boost], reading) {
    const words = wordsOf(text).filter(({ terms }) => terms.length);
    if (reading.wanted) await tellUnknown(words, reading);
    if (words.length > 1) return ["phrase", field ?? "text", words.map(({ terms }) => terms), reach || 1, boost];
    return words.length ? termsPlan(field ?? "text", words[0].terms, boost) : undefined;
  }

  async function tellUnknown(words, reading) {
    for (const { word, terms } of words) {
      const entries = await Promise.all(terms.map(textTerm));
      if (!entries.some((entry) => entry)) reading.unknown.push(word);
    }
  }

  /** The plan of a prefix, a wildcard or a fuzzy word; words before it, as in al-ba*, are wanted too. */
  async function expandedPlan(leaf, reading) {
    const [kind, text, field, , boost] = leaf;
    const words = kind === "wildcard" ? [{ word: foldedPattern(text) }] : wordsOf(text);
    const { word } = words.pop() ?? {};
    if (!word) return;
    const { found, capped } =
      kind === "prefix" ? await first(dateline.shards.words(word)) : await expand(leaf, word);
    tell(reading, leaf, found, capped, "The archive has no word like");
    const plans = [];
    for (const { surface } of words) plans.push(await wordsPlan(["word", surface, field, 0, boost], reading));
    const terms = [...new Set(found.flatMap((each) => each.terms))];
    return joined(andPlan, [...plans, termsPlan(field ?? "text", terms, boost)]);
  }

  async function expand(leaf, word) {
    await dateline.lazy("fuzzy");
    return dateline.fuzzy.words(leaf, word);
  }

  /** The first of what an iteration gives, each key once, and whether there were more. */
  async function first(iteration, keyOf = ({ word }) => word, wanted = () => true) {
    const found = new Map();
    for await (const each of iteration) {
      if (!wanted(each) || found.has(keyOf(each))) continue;
      if (found.size === MAX_EXPANSIONS) return { found: [...found.values()], capped: true };
      found.set(keyOf(each), each);
    }
    return { found: [...found.values()], capped: false };
  }

  function foldedPattern(text) {
    return text.replace(/[^?*]+/gu, (piece) => analysis.foldWord(piece));
  }

  async function valuePlan(leaf, reading) {
    const [kind, typed, field, , boost] = leaf;
    const text = foldedWords(typed).join(" ");
    if (!text) return;
    const { found, capped } = await namesFor(leaf, text);
    tell(reading, leaf, found, capped, `No ${field} of the archive is called`);
    if (reading.wanted && !found.length && kind !== "prefix") {
      await tellUnknown(wordsOf(typed).filter(({ terms }) => terms.length), reading);
    }
    const terms = found.map(async ({ key }) => ((await dateline.shards.term(field, `<${key}`)) ? `<${key}` : key));
    return termsPlan(field, await Promise.all(terms), boost);
  }

  async function namesFor(leaf, text) {
    const [kind, , field] = leaf;
    const { names } = dateline.shards;
    const keyOf = ({ key }) => key;
    if (kind === "prefix") return first(names(text), keyOf, (name) => name.field === field);
    const exact = (await wholeNames(text)).filter((name) => name.field === field);
    if (exact.length) return first(exact, keyOf);
    return first(names(text), keyOf, (name) => name.field === field && `${name.text} `.startsWith(`${text} `));
  }

  function tell(reading, [kind, text], found, capped, missing) {
    const shown = `“${text}${SHOWN[kind] ?? ""}”`;
    const most = MAX_EXPANSIONS;
    if (capped) reading.notes.push(`${shown} stands for more than ${most} words or names: ${most} of them were looked for.`);
    if (!found.length) reading.notes.push(`${missing} ${shown}.`);
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

  function notPlan(part) {
    return { none: ["all"], all: NONE }[part[0]] ?? ["not", part];
  }

  /** The words and phrases of a query that is nothing else, if there are two or more; else none. */
  function plainParts([op, ...parts]) {
    const plain = ([kind, , field]) => (kind === "word" || kind === "phrase") && !field;
    return op === "and" && parts.every(plain) ? parts : [];
  }

  return { first, orPlan, plainParts, resolve, wordsOf, wordsPlan };
})();
