// SPDX-License-Identifier: MIT
// Texts into terms, as plugins/dateline/search/analysis.py does; tests/shared/analysis.json holds both to it.
"use strict";

dateline.analysis = (() => {
  const IGNORED = "\\u00ad\\u061c\\u200c-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069";
  const LETTER = "\\p{L}\\p{N}_";
  const INITIAL = "[\\p{L}\\p{Nl}\\p{No}]";
  // Writing without spaces: Thai, Lao, Burmese, Khmer, ideographs and Hiragana; each letter is a word.
  const UNSPACED =
    "[\\u0e01-\\u0e30\\u0e32\\u0e33\\u0e40-\\u0e46\\u0e81-\\u0eb0\\u0eb2\\u0eb3\\u0ebd-\\u0ec6\\u0edc-\\u0edf" +
    "\\u1000-\\u102a\\u103f\\u1050-\\u1055\\u1780-\\u17b3\\u17d7\\u17dc\\u3005-\\u3007\\u3021-\\u3029\\u3038-\\u303b" +
    "\\u3041-\\u3096\\u309d-\\u309f\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3fffd}]";
  const UNSPACED_LETTER = new RegExp(`^${UNSPACED}`, "u");
  const RUN = `(?!${UNSPACED})[${LETTER}](?:(?!${UNSPACED})[${LETTER}\\p{M}${IGNORED}]){0,63}`;
  const TOKEN = new RegExp(
    "\\n" +
      `|${INITIAL}(?:\\.${INITIAL}){1,15}(?![${LETTER}\\p{M}])\\.?(?:['’‘]s(?![${LETTER}]))?` +
      `|[0-9]{1,3}(?:,[0-9]{3}){1,8}(?![${LETTER}])` +
      `|(?:[CDJLMNSTcdjlmnst]|[Qq]u)(?=['’‘][${LETTER}])` +
      `|${UNSPACED}[\\p{M}${IGNORED}]{0,63}|${RUN}(?:['’‘]${RUN}){0,2}`,
    "gu",
  );
  const POINTING =
    /[\u02b9-\u02bb\u02bd-\u02bf\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/gu;
  const SPACES = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+/gu;
  const POSSESSIVE = /['’‘ʼ]s$/u;
  const SEPARATOR = /[^\p{L}\p{N}\p{M}_]|\u02bc/gu;
  const PLAIN = {
    æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ŧ: "t", ς: "σ",
    "\u0671": "\u0627", "\u0629": "\u0647", "\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643",
  };
  const UNPLAIN = /[æœøłđðþħŧς\u0671\u0629\u0649\u06cc\u06a9\u0660-\u0669\u06f0-\u06f9]/g; // the last are figures

  /** What stem/<language>.js hold: the letters of its words, the stemmer, and whether that takes them folded. */
  const stemmers = { en: { letters: /^[a-z]{3,}$/, stem: (word) => dateline.stem(word), folded: true } };

  const api = {
    findTokens, foldSpaces, foldWord, isPlain, isUnspaced, languages: ["en"], stemmers, termOf, termsOf, use,
  };

  /** Take the languages of an archive, and load the stemmers that the site has for them. */
  async function use(languages) {
    const names = languages.map((code) => `stem/${code}`).filter((name) => name in dateline.lazy.scripts);
    await Promise.all(names.map((name) => dateline.lazy(name)));
    api.languages = languages;
  }

  /** A text with each run of white space as one space, as fold_spaces in plugins/dateline/text.py has it. */
  function foldSpaces(text) {
    return text.replace(SPACES, " ").replace(/^ | $/g, "");
  }

  function bare(word) {
    return word.replace(POSSESSIVE, "").replace(SEPARATOR, "");
  }

  function foldWord(surface) {
    const folded = surface.normalize("NFKD").replace(POINTING, "").toUpperCase().toLowerCase();
    return bare(folded.replace(UNPLAIN, (letter) => PLAIN[letter] ?? letter.charCodeAt() & 15));
  }

  /** Whether a letter is a word by itself, because its writing has no spaces. */
  function isUnspaced(char) {
    return UNSPACED_LETTER.test(char);
  }

  /** The words of a text in order: {word, surface, start, end, position}; a line break costs a position. */
  function findTokens(text) {
    const tokens = [];
    let position = 0;
    for (const { 0: surface, index: start } of text.matchAll(TOKEN)) {
      const word = foldWord(surface);
      if (word) tokens.push({ word, surface, start, end: start + surface.length, position });
      position += 1;
    }
    return tokens;
  }

  /** The term under which an article in a language has a word. */
  function termOf(surface, language) {
    const stemmer = stemmers[language];
    const word = stemmer?.folded ? foldWord(surface) : composed(surface);
    return foldWord((stemmer?.letters.test(word) && stemmer.stem(word)) || surface);
  }

  /** A word in small letters with its accents, which the endings of most languages need. */
  function composed(surface) {
    return bare(surface.normalize("NFKC").replace(POINTING, "").toLowerCase().replaceAll("œ", "oe"));
  }

  /** Whether accents make no difference to the stems of the archive's languages. */
  function isPlain() {
    return api.languages.every((language) => !stemmers[language] || stemmers[language].folded);
  }

  /** The terms that a query's word stands for, in the order of languages, each once. */
  function termsOf(surface) {
    return [...new Set(api.languages.map((language) => termOf(surface, language)))].filter(Boolean);
  }

  return api;
})();
