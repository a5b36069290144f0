// SPDX-License-Identifier: MIT
// The parts of a query that are more than words wanted together: OR, NOT, dates, prefixes, wildcards, fuzzy words and
// names in the fields of values and words that may be a name, as plugins/dateline/search/plan.py has them. Loaded by
// plan.js. Of dateline.vocabulary it asks words(prefix) and names(prefix).
"use strict";

dateline.expand = (() => {
  const MAX_EXPANSIONS = 256;
  const MAX_TOLD_LABELS = 3;
  const SHORT_NAME_LETTERS = 3;
  const SHOWN = { prefix: "*", fuzzy: "~" };
  const { andPlan, foldedWords, joined, orPlan, planOf } = dateline.plan;
  const { tellUnknown, termed, termsPlan, wordsOf, wordsPlan } = dateline.plan;

  const vocabulary = () => dateline.lazy("vocabulary").then(() => dateline.vocabulary);

  async function wholeNames(text) {
    const found = [];
    for await (const name of (await vocabulary()).names(text)) {
      if (name.text !== text) break;
      if (name.whole) found.push(name);
    }
    return found;
  }

  /** The places and actors of the archive whose whole name, as folded words, is `text`: {text, field, key, label}. */
  async function namesOf(text, typed) {
    const found = [];
    const isShort = [...text.replaceAll(" ", "")].length <= SHORT_NAME_LETTERS && typed !== typed.toUpperCase();
    for (const name of await wholeNames(text)) {
      if (name.field !== "place" && name.field !== "actor") continue;
      const value = await dateline.shards.term(name.field, name.key);
      if (value && (!isShort || value.label === typed)) found.push({ ...name, label: value.label });
    }
    return found;
  }

  /** A word with the terms that it has where it is written with accents, if it is typed without. */
  async function withWritten({ word, surface, terms }) {
    if (word !== surface.toLowerCase()) return { word, surface, terms };
    for await (const written of (await vocabulary()).words(word)) {
      if (written.word === word) return { word, surface, terms: [...new Set([...terms, ...written.terms])] };
      break;
    }
    return { word, surface, terms };
  }

  /** The plan of a part that is neither words nor wanted together with others. */
  function plan(tree, reading) {
    const [kind, part, field] = tree;
    if (kind === "date" || kind === "undated") return tree;
    if (kind === "not") return unwantedPlan(part, reading);
    if (kind === "or") return eitherPlan(tree.slice(1), reading);
    return !field || field === "title" || field === "body" ? expandedPlan(tree, reading) : valuePlan(tree, reading);
  }

  async function unwantedPlan(part, reading) {
    const unwanted = await planOf(part, { ...reading, widen: false, wanted: false });
    return unwanted && ({ none: ["all"], all: ["none"] }[unwanted[0]] ?? ["not", unwanted]);
  }

  async function eitherPlan(parts, reading) {
    const plans = [];
    for (const part of parts) plans.push(await planOf(part, reading));
    return joined(orPlan, plans);
  }

  /** The plan of a prefix, a wildcard or a fuzzy word; words before it, as in al-ba*, are wanted too. */
  async function expandedPlan(leaf, reading) {
    const [kind, text, field, , boost] = leaf;
    const words = kind === "wildcard" ? [{ word: foldedPattern(text) }] : wordsOf(text);
    const { word } = words.pop() ?? {};
    if (!word) return;
    const { found, capped } =
      kind === "prefix" ? await first((await vocabulary()).words(word)) : await like(leaf, word);
    tell(reading, leaf, found, capped, "The archive has no word like");
    const plans = [];
    for (const { surface } of words) plans.push(await wordsPlan(["word", surface, field, 0, boost], reading));
    const terms = [...new Set(found.flatMap((each) => each.terms))];
    return joined(andPlan, [...plans, termsPlan(field ?? "text", terms, boost)]);
  }

  async function like(leaf, word) {
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
    return text.replace(/[^?*]+/gu, (piece) => dateline.analysis.foldWord(piece));
  }

  async function valuePlan(leaf, reading) {
    const [kind, typed, field, , boost] = leaf;
    const text = foldedWords(typed).join(" ");
    if (!text) return;
    const { found, capped } = await namesFor(leaf, text);
    tell(reading, leaf, found, capped, `No ${field} of the archive is called`);
    if (reading.wanted && !found.length && kind !== "prefix") {
      await tellUnknown(await termed(typed), reading);
    }
    if (reading.wanted && kind !== "prefix") await tellLabels(leaf, text, found, reading);
    const terms = found.map(async ({ key }) => ((await dateline.shards.term(field, `<${key}`)) ? `<${key}` : key));
    return termsPlan(field, await Promise.all(terms), boost);
  }

  /** Note what a name stands for, where it is shown under another. */
  async function tellLabels([, typed, field], text, found, reading) {
    const values = await Promise.all(found.slice(0, MAX_TOLD_LABELS + 1).map(({ key }) => dateline.shards.term(field, key)));
    const labels = values.filter((value) => value).map(({ label }) => label);
    if (!labels.length || labels.length > MAX_TOLD_LABELS || labels.some((label) => foldedWords(label).join(" ") === text)) return;
    reading.notes.push(`“${typed}” stands for ${labels.join(", ")}.`);
  }

  async function namesFor(leaf, text) {
    const [kind, , field] = leaf;
    const keyOf = ({ key }) => key;
    const { names } = await vocabulary();
    if (kind === "prefix") return first(names(text), keyOf, (name) => name.field === field);
    const exact = (await wholeNames(text)).filter((name) => name.field === field);
    if (exact.length) return first(exact, keyOf);
    return first(names(text), keyOf, (name) => name.field === field && `${name.text} `.startsWith(`${text} `));
  }

  function tell(reading, [kind, text], found, capped, missing) {
    const shown = `“${text}${SHOWN[kind] ?? ""}”`;
    const most = MAX_EXPANSIONS;
    const cut = `${shown} stands for more than ${most} words or names: ${most} of them were looked for.`;
    if (capped) reading.notes.push(cut);
    if (!found.length) reading.notes.push(`${missing} ${shown}.`);
  }

  return { first, namesOf, plan, withWritten };
})();
