// SPDX-License-Identifier: MIT
// A query as typed, into a tree, as plugins/dateline/search/parser.py reads it; tests/shared/parses.json holds both
// to it. A tree is [kind, text, field | null, reach, boost], ["date", first | null, last | null], ["undated"],
// ["not", tree] or ["and" | "or", tree, tree, …].
"use strict";

dateline.parser = (() => {
  const VALUE_FIELDS = ["place", "actor", "topic", "tag", "source", "author"];
  const FIELDS = ["title", "body", ...VALUE_FIELDS];
  const OPERATORS = ["AND", "OR", "NOT"];
  const LEAVES = ["word", "phrase", "prefix", "wildcard", "fuzzy"];
  const MAX_QUERY_CHARS = 500;
  const MAX_DEPTH = 20;
  const MAX_REACH = 100;

  const LETTER = "\\p{L}\\p{N}_";
  const SIGNS = '(?:[~^][^ ()"]*)?';
  const QUOTES = /[“”„«»]/gu;
  const DASHES = "\\u2010\\u2011\\u2013\\u2212\\uff0d-";
  const LEXEME = new RegExp(
    ` *(?:(?<open>\\()|(?<close>\\)${SIGNS})|(?<phrase>"[^"]*(?:"${SIGNS})?)|(?<not>[${DASHES}](?=["(${LETTER}]))` +
      `|(?<date>${anyCase("date")}: *(?:\\[[^\\]()"]*\\]?)?[^ ()"]*)|(?<undated>${anyCase("undated")}: *[^ ()"]*)` +
      `|(?<field>(?:${FIELDS.map(anyCase).join("|")}):)` +
      `|(?<unknown>[\\p{L}\\p{Nl}\\p{No}]+):(?=[^ /)])|(?<word>[^ ()"]+))`,
    "gu",
  );
  const OPEN_LETTER = new RegExp(`\\?(?=\\?*[${LETTER}*])`, "u");
  const WILD = new RegExp(`\\*|${OPEN_LETTER.source}`, "u");
  const PREFIX = new RegExp(`^([^*]*)\\*[^${LETTER}]*$`, "u");
  const STAR_AFTER_WORD = new RegExp(`[${LETTER}]\\*+(?![${LETTER}])`, "u");
  const WEIGHT = "A weight is a number from 0.01 to 100, also where brackets multiply it: palmyra^2.";
  const NEARNESS = `A tilde after a phrase says how near its words stand, from 1 to ${MAX_REACH}: "army palmyra"~5.`;

  /** A query that cannot be understood; its message is a sentence for the reader. */
  class QueryError extends Error {
    name = "QueryError";
  }

  function fail(sentence) {
    throw new QueryError(sentence);
  }

  function anyCase(name) {
    return [...name].map((char) => `[${char.toUpperCase()}${char}]`).join("");
  }

  function parse(text) {
    const length = [...text].length;
    if (length > MAX_QUERY_CHARS) fail(`The query has ${length} characters: ${MAX_QUERY_CHARS} are the most.`);
    const plain = dateline.analysis.foldSpaces(text).replace(QUOTES, '"');
    const found = [...plain.matchAll(LEXEME)].map(readLexeme);
    const kept = found.filter((lexeme) => lexeme);
    if (found.length && !kept.length) fail("There is no word in the query: words have letters or figures.");
    return parseLexemes([...kept, { kind: "end" }]);
  }

  function countWords(text) {
    return dateline.analysis.findTokens(text).length;
  }

  /** A lexeme {kind, text, tree?, boost?}, or nothing for a word without a letter or figure. */
  function readLexeme({ groups }) {
    const [kind, text] = Object.entries(groups).find(([, value]) => value !== undefined);
    const value = () => text.slice(text.indexOf(":") + 1).replace(/^ +| +$/g, "");
    switch (kind) {
      case "close": {
        const [reach, boost] = readSigns(text.slice(1));
        if (reach) fail(NEARNESS);
        return { kind, text, boost };
      }
      case "phrase":
        return readPhrase(text);
      case "field":
        return { kind, text: text.toLowerCase() };
      case "date":
        return { kind: "tree", tree: readDates(value()) };
      case "undated":
        return { kind: "tree", tree: readUndated(value()) };
      case "unknown":
        fail(
          `There is no field ${text}: the fields are ${FIELDS.join(", ")}, date and undated. ` +
            "Text with a colon goes in quotation marks.",
        );
      case "word":
        return OPERATORS.includes(text) ? { kind: text.toLowerCase(), text } : readWord(text);
    }
    return { kind, text };
  }

  function readPhrase(text) {
    const end = text.indexOf('"', 1);
    if (end < 0) fail("A quotation mark is opened but not closed.");
    if (STAR_AFTER_WORD.test(text.slice(0, end + 1))) {
      fail("A star is not understood in quotation marks, only outside them: palmyr*.");
    }
    const [reach, boost] = readSigns(text.slice(end + 1));
    const inner = text.slice(1, end);
    return countWords(inner) && { kind: "tree", tree: ["phrase", inner, null, reach || 1, boost] };
  }

  /** Reach (0: none) and boost in what follows a phrase or a bracket: "~5^2". */
  function readSigns(signs) {
    const caret = (signs + "^").indexOf("^");
    const reach = Number(signs.slice(1, caret));
    if (caret && !(/^~[0-9]{1,3}$/.test(signs.slice(0, caret)) && reach >= 1 && reach <= MAX_REACH)) fail(NEARNESS);
    return [reach, caret < signs.length ? readBoost(signs.slice(caret + 1)) : 1];
  }

  function readBoost(text) {
    return product(1, /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : 0);
  }

  function product(boost, other) {
    if (!(boost * other >= 0.01 && boost * other <= 100)) fail(WEIGHT);
    return boost * other;
  }

  /** A word with its signs; before the word's first letter all signs are text: ~100, ^5. */
  function readWord(text) {
    const [first] = dateline.analysis.findTokens(text);
    if (!first) return null;
    let boost = 1;
    const caret = text.indexOf("^", first.end);
    if (caret > 0) {
      boost = readBoost(text.slice(caret + 1));
      text = text.slice(0, caret);
    }
    if (OPERATORS.includes(text)) fail(`${text} takes no weight: in quotation marks it is a word.`);
    const tilde = text.indexOf("~", first.end);
    const [kind, plain, reach] = tilde > 0 ? readFuzzy(text, tilde) : readWild(text, first.end);
    return { kind: "tree", tree: [kind, plain, null, reach, boost] };
  }

  function readFuzzy(text, tilde) {
    if (!/^~[12]?$/.test(text.slice(tilde))) {
      fail(
        "A tilde after a word finds words spelt nearly so: mosoul~, or with 1 or 2 letters changed: " +
          "mosoul~1, mosoul~2.",
      );
    }
    const plain = text.slice(0, tilde);
    if (WILD.test(plain)) fail("A word takes a tilde, or stars and question marks, not both: palmyr~, pal*ra.");
    if (countWords(plain) > 1) fail(`A tilde stands after one word: ${plain} is several words.`);
    return ["fuzzy", plain, Number(text.slice(tilde + 1))];
  }

  /** A word with its stars and question marks; its first word ends at `end`. */
  function readWild(text, end) {
    const wild = WILD.exec(text);
    if (!wild) return ["word", text, 0];
    if (wild.index < end) fail("Before a star or a question mark in a word must stand a letter: pal*ra, s?ria.");
    const prefix = !OPEN_LETTER.test(text) && PREFIX.exec(text);
    if (prefix) return ["prefix", prefix[1], 0];
    if (text.split(/[*?]/).some((piece) => countWords(piece) > 1)) {
      fail(`Stars and question marks stand in one word: ${text} is several words.`);
    }
    return ["wildcard", text, 0];
  }

  function readUndated(value) {
    const yes = /^[Yy][Ee][Ss]$/.test(value);
    if (!yes && !/^[Nn][Oo]$/.test(value)) fail("After undated: stands yes or no: undated:yes.");
    return yes ? ["undated"] : ["not", ["undated"]];
  }

  function readDates(value) {
    const between = /^\[ *([^ ]+) [Tt][Oo] ([^ ]+?) *\]$/.exec(value);
    const [start, end] = between ? between.slice(1) : [value, value];
    const first = between && start === "*" ? null : days(start)[0];
    const last = between && end === "*" ? null : days(end)[1];
    if (first && last && first > last) fail(`No date is from ${start} to ${end}: the end comes before the start.`);
    return first || last ? ["date", first, last] : ["not", ["undated"]];
  }

  /** The first and the last day of a year, a month or a day. */
  function days(date) {
    const match = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(date);
    if (!match) {
      const found = date ? `There is no date “${date}”` : "date: needs a date after it";
      fail(`${found}: dates are written 2017, 2017-03, 2017-03-22 or [2016-10 TO 2017-04].`);
    }
    const [, year, month, day] = match;
    if (!month) return [`${year}-01-01`, `${year}-12-31`];
    if (month < "01" || month > "12") fail(`There is no month ${year}-${month}: months are 01 to 12.`);
    const number = daysIn(Number(year), Number(month));
    if (!day) return [`${date}-01`, `${date}-${number}`];
    if (day < "01" || day > number) fail(`There is no day ${date}: days of ${year}-${month} are 01 to ${number}.`);
    return [date, date];
  }

  function daysIn(year, month) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return month === 2 ? 28 + leap : [4, 6, 9, 11].includes(month) ? 30 : 31;
  }

  /** A recursive descent: OR binds loosest, then AND and mere neighbourhood, then NOT. */
  function parseLexemes(lexemes) {
    let at = 0;
    let depth = 0;

    const tree = either("");
    if (lexemes[at].kind === "close") fail("A bracket is closed that was not opened.");
    return tree;

    function either(before) {
      const parts = [both(before)];
      while (lexemes[at].kind === "or") parts.push(both(lexemes[at++].text));
      return group("or", parts);
    }

    function both(before) {
      const parts = [unless(before)];
      while (!["or", "close", "end"].includes(lexemes[at].kind)) {
        parts.push(unless(lexemes[at].kind === "and" ? lexemes[at++].text : ""));
      }
      return group("and", parts);
    }

    function unless(before) {
      let negated = false;
      while (lexemes[at].kind === "not") {
        before = lexemes[at++].text;
        negated = !negated;
      }
      const part = single(before);
      if (!negated) return part;
      return part[0] === "not" ? part[1] : ["not", part];
    }

    function single(before) {
      const { kind, text, tree } = lexemes[at];
      if (kind === "open") return bracket();
      if (tree) {
        at += 1;
        return tree;
      }
      if (kind === "field") {
        at += 1;
        return within(single(text), text.slice(0, -1));
      }
      fail(complaint(kind, text, before));
    }

    function bracket() {
      at += 1;
      depth += 1;
      if (depth > MAX_DEPTH) fail(`Brackets stand in brackets more than ${MAX_DEPTH} deep.`);
      const tree = either("(");
      const { kind, boost } = lexemes[at++];
      if (kind !== "close") fail("A bracket is opened but not closed.");
      depth -= 1;
      return boost === 1 ? tree : mapLeaves(tree, (leaf) => [...leaf.slice(0, 4), product(leaf[4], boost)]);
    }
  }

  function complaint(kind, text, before) {
    const joins = ["AND", "OR"].includes(before);
    if (kind === "and" || kind === "or" || joins) return `${joins ? before : text} needs a word on each side.`;
    if (before === "(" && kind === "close") return "There is nothing to look for in a bracket.";
    if (before === "(") return "A bracket is opened but not closed.";
    if (before) return `${before} needs a word after it.`;
    if (kind === "close") return "A bracket is closed that was not opened.";
    return "The query is empty: type a word, or several.";
  }

  /** The parts as one group, its groups of the same kind dissolved in it. */
  function group(op, parts) {
    if (parts.length === 1) return parts[0];
    return [op, ...parts.flatMap((part) => (part[0] === op ? part.slice(1) : [part]))];
  }

  function mapLeaves(tree, change) {
    if (LEAVES.includes(tree[0])) return change(tree);
    return ["not", "and", "or"].includes(tree[0])
      ? [tree[0], ...tree.slice(1).map((part) => mapLeaves(part, change))]
      : tree;
  }

  /** The tree looked for in a field, where its leaves name no field of their own. */
  function within(tree, field) {
    return mapLeaves(tree, ([kind, text, own, reach, boost]) => {
      if (!own && VALUE_FIELDS.includes(field) && (kind === "wildcard" || kind === "fuzzy" || reach > 1)) {
        fail(
          `In ${field} only whole names and their beginnings are found: ` +
            `${field}:name, ${field}:"a long name", ${field}:nam*.`,
        );
      }
      return [kind, text, own ?? field, reach, boost];
    });
  }

  return { LEAVES, MAX_QUERY_CHARS, OPERATORS, VALUE_FIELDS, parse, QueryError };
})();
