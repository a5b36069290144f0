// SPDX-License-Identifier: MIT
// Arabic words without article and endings: light stemming, as stem_arabic in plugins/dateline/search/languages.py.
"use strict";

dateline.analysis.stemmers.ar = (() => {
  const PREFIX = /^(?:[وبكف]?ال|لل)(?=..)|^و(?=...)/;
  const SUFFIXES = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"];

  function stem(plain) {
    return SUFFIXES.reduce(
      (word, suffix) => (word.endsWith(suffix) && word.length >= suffix.length + 2 ? word.slice(0, -suffix.length) : word),
      plain.replace(PREFIX, ""),
    );
  }

  return { letters: /^[ء-ي]{3,}$/, stem, folded: true };
})();
