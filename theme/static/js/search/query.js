// SPDX-License-Identifier: MIT
// A query as typed, into a tree, as plugins/dateline/search/query.py reads it; tests/shared/queries.json
// holds both to it. A tree is ["word" | "phrase" | "prefix", text, field?], ["not", tree] or
// ["and" | "or", tree, tree, …].
"use strict";

dateline.query = (() => {
  const FIELDS = ["title", "body", "place", "actor", "topic"];
  const MAX_QUERY_CHARS = 500;
  const MAX_DEPTH = 20;
  const LEAVES = new Set(["word", "phrase", "prefix"]);
  const OPERATORS = new Set(["AND", "OR", "NOT"]);

  const QUOTES = /[“”„«»]/gu;
  const FIELD = FIELDS.map((field) => [...field].map((char) => `[${char.toUpperCase()}${char}]`).join("")).join("|");
  const LEXEME = new RegExp(
    ` *(?:(?<open>\\()|(?<close>\\))|(?<phrase>"[^"]*"?)|(?<sign>(?<=[")])[~^])|(?<not>-(?=["(\\p{L}\\p{N}_]))` +
      `|(?<field>(?:${FIELD}):)|(?<unknown>[\\p{L}\\p{Nl}\\p{No}]+):(?=[^ /)])|(?<word>[^ ()"]+))`,
    "gu",
  );
  const SIGN = /(?<=[\p{L}\p{N}_])[~^]|\?(?=[\p{L}\p{N}_])/u;
  const STAR_AFTER_WORD = /[\p{L}\p{N}_]\*+(?![\p{L}\p{N}_])/u;

  /** A query that cannot be understood; its message is a sentence for the reader. */
  class QueryError extends Error {}

  function parse(text) {
    const length = [...text].length;
    if (length > MAX_QUERY_CHARS) {
      throw new QueryError(`The query has ${length} characters: ${MAX_QUERY_CHARS} are the most.`);
    }
    return parseLexemes(findLexemes(text));
  }

  function findLexemes(text) {
    const plain = dateline.analysis.foldSpaces(text).replace(QUOTES, '"');
    const found = [...plain.matchAll(LEXEME)].map(readLexeme);
    const kept = found.filter(({ kind, text }) => !LEAVES.has(kind) || hasWord(text));
    if (found.length && !kept.length) {
      throw new QueryError("There is no word in the query: words have letters or figures.");
    }
    return [...kept, { kind: "end", text: "" }];
  }

  function readLexeme(match) {
    const [kind, text] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    switch (kind) {
      case "phrase":
        if (text.length < 2 || !text.endsWith('"')) {
          throw new QueryError("A quotation mark is opened but not closed.");
        }
        if (STAR_AFTER_WORD.test(text)) throw new QueryError(MISPLACED_STAR);
        return { kind, text: text.slice(1, -1) };
      case "sign":
        throw new QueryError(unreadSign(text));
      case "field":
        return { kind, text: text.toLowerCase() };
      case "unknown":
        throw new QueryError(unknownField(text));
      case "word":
        return OPERATORS.has(text) ? { kind: text.toLowerCase(), text } : readWord(text);
    }
    return { kind, text };
  }

  function readWord(text) {
    const sign = text.match(SIGN);
    if (sign) throw new QueryError(unreadSign(sign[0]));
    const begun = text.replace(/\*+$/, "");
    if (begun.includes("*") && hasWord(begun)) throw new QueryError(MISPLACED_STAR);
    return { kind: begun === text ? "word" : "prefix", text: begun };
  }

  function hasWord(text) {
    return dateline.analysis.findTokens(text).length > 0;
  }

  /** A recursive descent: OR binds loosest, then AND and mere neighbourhood, then NOT. */
  function parseLexemes(lexemes) {
    let at = 0;
    let depth = 0;

    const tree = either("");
    if (lexemes[at].kind === "close") throw new QueryError("A bracket is closed that was not opened.");
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
      const { kind, text } = lexemes[at];
      if (kind === "open") return bracket();
      if (LEAVES.has(kind)) {
        at += 1;
        return [kind, text];
      }
      if (kind === "field") {
        at += 1;
        return within(single(text), text.slice(0, -1));
      }
      throw new QueryError(complaint(kind, text, before));
    }

    function bracket() {
      at += 1;
      depth += 1;
      if (depth > MAX_DEPTH) throw new QueryError(`Brackets stand in brackets more than ${MAX_DEPTH} deep.`);
      const tree = either("(");
      if (lexemes[at++].kind !== "close") throw new QueryError("A bracket is opened but not closed.");
      depth -= 1;
      return tree;
    }
  }

  const MISPLACED_STAR = "A star is understood only at the end of a word, outside quotation marks: palmyr*.";

  function unreadSign(sign) {
    return `The sign ${sign} means nothing to the search; in quotation marks it is passed over.`;
  }

  function unknownField(name) {
    const known = `${FIELDS.slice(0, -1).join(", ")} and ${FIELDS.at(-1)}`;
    return `There is no field ${name}: the fields are ${known}. Text with a colon goes in quotation marks.`;
  }

  function complaint(kind, text, before) {
    if (kind === "and" || kind === "or" || before === "AND" || before === "OR") {
      return `${before === "AND" || before === "OR" ? before : text} needs a word on each side.`;
    }
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

  /** The tree looked for in a field, where its leaves name no field of their own. */
  function within(tree, field) {
    if (LEAVES.has(tree[0])) return tree.length > 2 ? tree : [...tree, field];
    return [tree[0], ...tree.slice(1).map((part) => within(part, field))];
  }

  return { OPERATORS, parse, QueryError };
})();
