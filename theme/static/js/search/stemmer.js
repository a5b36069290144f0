// SPDX-License-Identifier: MIT
// English words to their stems: Porter2 as Whoosh's whoosh.lang.porter2 has it, for words of a–z alone.
"use strict";
var dateline = globalThis.dateline ?? {};

dateline.stem = (() => {
  const SHORT_SYLLABLE = /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$/;
  const REGION = /[^aeiouy]*[aeiouy]+[^aeiouy]/y;
  const VOWEL = /[aeiouy]/;

  const EXCEPTIONS = new Map(Object.entries({
    skis: "ski", skies: "sky", dying: "die", lying: "lie", tying: "tie", idly: "idl", gently: "gentl",
    ugly: "ugli", early: "earli", only: "onli", singly: "singl", sky: "sky", news: "news", howe: "howe",
    atlas: "atlas", cosmos: "cosmos", bias: "bias", andes: "andes",
  }));
  const WHOLE_AFTER_PLURAL = new Set([
    "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
  ]);

  // The first ending that fits decides, whether or not its condition then holds.
  const DERIVATIONS = [
    ["ization", "ize"], ["ational", "ate"], ["fulness", "ful"], ["ousness", "ous"], ["iveness", "ive"],
    ["tional", "tion"], ["biliti", "ble"], ["lessli", "less"], ["entli", "ent"], ["ation", "ate"],
    ["alism", "al"], ["aliti", "al"], ["ousli", "ous"], ["iviti", "ive"], ["fulli", "ful"], ["enci", "ence"],
    ["anci", "ance"], ["abli", "able"], ["izer", "ize"], ["ator", "ate"], ["alli", "al"], ["bli", "ble"],
    ["ogi", "og", /l$/], ["li", "", /[cdeghkmnrt]$/],
  ];
  const QUALITIES = [
    ["ational", "ate"], ["tional", "tion"], ["alize", "al"], ["icate", "ic"], ["iciti", "ic"],
    ["ative", "", null, "second"], ["ical", "ic"], ["ness", ""], ["ful", ""],
  ];
  const ENDINGS = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate", "iti",
    "ous", "ive", "ize",
  ];

  function regionAfter(word, from) {
    REGION.lastIndex = from;
    return REGION.test(word) ? REGION.lastIndex : word.length;
  }

  function firstRegion(word) {
    if (word.startsWith("gener") || word.startsWith("arsen")) return 5;
    if (word.startsWith("commun")) return 6;
    return regionAfter(word, 0);
  }

  function isShort(word) {
    return SHORT_SYLLABLE.test(word) && firstRegion(word) === word.length;
  }

  function withoutPlural(word) {
    if (word.endsWith("sses")) return word.slice(0, -2);
    if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
    if (/[us]s$/.test(word)) return word;
    return /[aeiouy].+s$/.test(word) ? word.slice(0, -1) : word;
  }

  function withoutTense(word, first) {
    const agreed = /eed(ly)?$/.exec(word);
    if (agreed) return agreed.index >= first ? word.slice(0, agreed.index + 2) : word;
    const ending = /(?:ed|edly|ing|ingly)$/.exec(word);
    if (!ending || !VOWEL.test(word.slice(0, ending.index))) return word;
    const stem = word.slice(0, ending.index);
    if (/(?:at|bl|iz)$/.test(stem)) return stem + "e";
    if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return stem.slice(0, -1);
    return isShort(stem) ? stem + "e" : stem;
  }

  function replaced(word, table, first, second) {
    const row = table.find(([ending]) => word.endsWith(ending));
    if (!row) return word;
    const [ending, instead, before, region] = row;
    const stem = word.slice(0, word.length - ending.length);
    const holds = stem.length >= first && (!before || before.test(stem)) && (!region || stem.length >= second);
    return holds ? stem + instead : word;
  }

  function withoutEnding(word, second) {
    const ending = ENDINGS.find((candidate) => word.endsWith(candidate));
    const length = ending ? ending.length : /[st]ion$/.test(word) ? 3 : 0;
    return length && word.length - length >= second ? word.slice(0, -length) : word;
  }

  function withoutFinal(word, first, second) {
    const stem = word.slice(0, -1);
    if (word.endsWith("l")) return stem.length >= second && stem.endsWith("l") ? stem : word;
    if (!word.endsWith("e")) return word;
    return stem.length >= second || (stem.length >= first && !SHORT_SYLLABLE.test(stem)) ? stem : word;
  }

  return function stem(plain) {
    if (EXCEPTIONS.has(plain)) return EXCEPTIONS.get(plain);
    let word = plain.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const first = firstRegion(word);
    const second = regionAfter(word, first);
    word = withoutPlural(word);
    if (WHOLE_AFTER_PLURAL.has(word)) return word;
    word = withoutTense(word, first);
    word = word.replace(/(.[^aeiouy])[yY]$/, "$1i");
    word = replaced(word, DERIVATIONS, first, second);
    word = replaced(word, QUALITIES, first, second);
    word = withoutEnding(word, second);
    word = withoutFinal(word, first, second);
    return word.replaceAll("Y", "y");
  };
})();
