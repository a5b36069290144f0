// SPDX-License-Identifier: MIT
// A tree back into a query, and a query taken apart into what a form shows: words, names, dates. Loaded when wanted.
//
// What is taken apart is {words, filters: [{field, labels, op}], from, to, undated}: `field` one of the fields of
// names, or "date" for several dates ("2016", "[2016-10 TO 2017]"); `op` "or" | "and"; `from` and `to` dates as
// typed ("2017-03") or null; `undated` "yes", "no" or null. Whatever else a query asks for is in `words`.
"use strict";

dateline.compose = (() => {
  const { LEAVES, MAX_QUERY_CHARS, VALUE_FIELDS, parse, QueryError } = dateline.parser;
  const QUOTED_SIGNS = /["“”„«»*]/gu; // what a name in quotation marks may not hold; none of it is a letter
  const MINUS = /^[\p{L}\p{N}_"(]/u;
  const NO_CONTEXT = { field: null, boost: 1 };

  const isGroup = ([kind]) => kind === "and" || kind === "or";
  const isLeaf = ([kind]) => LEAVES.includes(kind);

  /** A query that is read as this tree: parse(text(tree)) is the tree again, unless that takes too many letters. */
  function text(tree) {
    const plain = written(tree, NO_CONTEXT);
    // With many leaves of one field or weight, what brackets share is shorter.
    return [...plain].length > MAX_QUERY_CHARS && isGroup(tree) ? bracketed(tree, NO_CONTEXT) : plain;
  }

  /** The tree as text; `context` is the field and the boost that the brackets around it give. */
  function written(tree, context) {
    const [kind, ...parts] = tree;
    if (isLeaf(tree)) return writtenLeaf(tree, context);
    if (kind === "date") return `date:${writtenDates(tree)}`;
    if (kind === "undated") return "undated:yes";
    if (kind === "not") return writtenNot(parts[0], context);
    const inner = parts.map((part) =>
      kind === "and" && part[0] === "or" ? bracketed(part, context) : written(part, context),
    );
    return inner.join(kind === "or" ? " OR " : " ");
  }

  function writtenLeaf([kind, words, field, reach, boost], context) {
    const inner = {
      word: words,
      phrase: `"${words}"${reach > 1 ? `~${reach}` : ""}`,
      prefix: `${words}*`,
      wildcard: words,
      fuzzy: `${words}~${reach || ""}`,
    }[kind];
    const weight = boost === context.boost ? "" : `^${boost}`;
    const name = field === context.field ? "" : `${field}:`;
    // "Syria:^2" would ask for a field Syria.
    return name + (weight && words.endsWith(":") && kind === "word" ? `(${inner})` : inner) + weight;
  }

  function writtenNot(part, context) {
    if (part[0] === "undated") return "undated:no";
    const inner = isGroup(part) ? bracketed(part, context) : written(part, context);
    return `${MINUS.test(inner) ? "-" : "NOT "}${inner}`;
  }

  /** A group in brackets; a field or a boost that all its leaves have stands before or after them. */
  function bracketed(tree, context) {
    const leaves = leavesOf(tree);
    const shared = (place, outer, none) =>
      outer === none && leaves.length && leaves.every((leaf) => leaf[place] === leaves[0][place])
        ? leaves[0][place]
        : outer;
    const inner = { field: shared(2, context.field, null), boost: shared(4, context.boost, 1) };
    const name = inner.field === context.field ? "" : `${inner.field}:`;
    const weight = inner.boost === context.boost ? "" : `^${inner.boost}`;
    return `${name}(${written(tree, inner)})${weight}`;
  }

  function leavesOf(tree) {
    if (isLeaf(tree)) return [tree];
    return isGroup(tree) || tree[0] === "not" ? tree.slice(1).flatMap(leavesOf) : [];
  }

  /** What stands after "date:": the shortest dates that have these days. */
  function writtenDates(tree) {
    const [from, to] = bounds(tree);
    return from === to ? from : `[${from ?? "*"} TO ${to ?? "*"}]`;
  }

  /** The first and the last date of a range, as short as can be: a year, a month or a day; null for none. */
  function bounds([, first, last]) {
    if (first && last) {
      const whole = [first.slice(0, 4), first.slice(0, 7), first].find((date) => {
        const [, start, end] = parse(`date:${date}`);
        return start === first && end === last;
      });
      if (whole) return [whole, whole];
    }
    return [first && shortest(first, 1), last && shortest(last, 2)];
  }

  function shortest(day, place) {
    return [day.slice(0, 4), day.slice(0, 7), day].find((date) => parse(`date:${date}`)[place] === day);
  }

  /** A query taken apart; one that cannot be read is all words. */
  function filters(query) {
    const found = { words: "", filters: [], from: null, to: null, undated: null };
    const tree = readOrNull(query);
    if (!tree) return { ...found, words: dateline.analysis.foldSpaces(query) };
    const parts = tree[0] === "and" ? tree.slice(1) : [tree];
    // The form has room for one: several stay among the words.
    const only = (test) => (parts.filter(test).length === 1 ? parts.find(test) : null);
    const dates = only(([kind]) => kind === "date");
    const undated = only(([kind, part]) => kind === "undated" || (kind === "not" && part[0] === "undated"));
    if (dates) [found.from, found.to] = bounds(dates);
    if (undated) found.undated = undated[0] === "not" ? "no" : "yes";
    const rest = parts.filter((part) => {
      const filter = readFilter(part);
      if (filter) addFilter(found.filters, filter);
      return !filter && part !== dates && part !== undated;
    });
    if (rest.length) found.words = text(rest.length > 1 ? ["and", ...rest] : rest[0]);
    return found;
  }

  function readOrNull(query) {
    try {
      return parse(query);
    } catch (error) {
      if (error instanceof QueryError) return null;
      throw error;
    }
  }

  /** The filter that a part of a query is, or null. */
  function readFilter(part) {
    const names = part[0] === "or" ? part.slice(1) : [part];
    if (part[0] === "or" && names.every(([kind]) => kind === "date")) {
      return { field: "date", labels: names.map(writtenDates), op: "or" };
    }
    const [, , field] = names[0];
    const plain = names.every(
      ([kind, , own, , boost]) => (kind === "word" || kind === "phrase") && own === field && boost === 1,
    );
    return plain && VALUE_FIELDS.includes(field) ? { field, labels: names.map(([, label]) => label), op: "or" } : null;
  }

  /** Add a filter; names of one field that are asked for one by one are all wanted. */
  function addFilter(all, filter) {
    const single = ({ labels, op }) => labels.length === 1 || op === "and";
    const same = all.find((other) => other.field === filter.field && single(other) && single(filter));
    if (!same) return all.push(filter);
    same.labels.push(...filter.labels);
    same.op = "and";
  }

  /** The query that a form asks for. Words that cannot be read stay so, in brackets of their own. */
  function write({ words = "", filters = [], from, to, undated }) {
    const others = filters.flatMap(writtenFilter);
    if (from || to) others.push(from === to ? `date:${from}` : `date:[${from || "*"} TO ${to || "*"}]`);
    if (undated) others.push(`undated:${undated}`);
    const typed = dateline.analysis.foldSpaces(words);
    if (!typed) return others.join(" ");
    const tree = readOrNull(typed);
    const alone = !others.length || (tree && tree[0] !== "or");
    return [alone ? typed : `(${typed})`, ...others].join(" ");
  }

  function writtenFilter({ field, labels, op }) {
    if (field === "date") return labels.length > 1 ? [`(date:${labels.join(" OR date:")})`] : [`date:${labels[0]}`];
    const names = labels
      .map((label) => dateline.analysis.foldSpaces(label.replace(QUOTED_SIGNS, " ")))
      .filter((label) => dateline.analysis.findTokens(label).length)
      .map((label) => `"${label}"`);
    if (op === "or" && names.length > 1) return [`${field}:(${names.join(" OR ")})`];
    return names.map((name) => `${field}:${name}`);
  }

  return { filters, text, write };
})();
