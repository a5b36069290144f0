// SPDX-License-Identifier: MIT
// The regions of a word that the Snowball stemmers of most languages go by.
"use strict";

dateline.regions ??= (() => {
  /** What follows the first match of a pattern in a word: the regions R1, R2 and RV of the Snowball stemmers. */
  function rest(word, pattern) {
    const match = pattern.exec(word);
    return match ? word.slice(match.index + match[0].length) : "";
  }

  /** RV as Whoosh's stemmers of Spanish, Italian, Portuguese and Romanian have it. */
  function regionOfVerb(word, vowels) {
    const tail = word.slice(2);
    if (!vowels.includes(word[1])) return rest(tail, new RegExp(`[${vowels}]`));
    return vowels.includes(word.slice(0, 2)) ? rest(tail, new RegExp(`[^${vowels}]`)) : word.slice(3);
  }

  return { regionOfVerb, rest };
})();
