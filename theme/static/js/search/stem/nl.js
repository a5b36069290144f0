// SPDX-License-Identifier: MIT
// Dutch words to their stems, as Whoosh's whoosh.lang.snowball.dutch has it, to the letter.
"use strict";

dateline.analysis.stemmers.nl = (() => {
  const REGION = /[aeiouyè][^aeiouyè]/;
  const PLAIN = { ä: "a", á: "a", ë: "e", é: "e", í: "i", ï: "i", ö: "o", ó: "o", ü: "u", ú: "u" };
  const { rest } = dateline.regions;

  function stem(plain) {
    let word = plain.replace(/[äáëéíïöóüú]/g, (letter) => PLAIN[letter]).replace(/^y/, "Y");
    word = word.replace(/([aeiouyè])y/g, "$1Y").replace(/([aeiouyè])i(?=[aeiouyè])/g, "$1I");
    let r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);
    if (word.search(REGION) === 0) r1 = word.slice(3);

    function cut(length) {
      [word, r1, r2] = [word, r1, r2].map((part) => part.slice(0, -length));
    }
    function undouble() {
      if (/(?:kk|dd|tt)$/.test(word)) cut(1);
    }
    function cutPlural(ending) {
      if (!/[aeiouyè]$|gem$/.test(word.slice(0, -ending.length))) {
        cut(ending.length);
        undouble();
      }
    }
    function cutE() {
      if (!/[^aeiouyè]e$/.test(word) || !r1.endsWith("e")) return false;
      cut(1);
      undouble();
      return true;
    }

    let ending = /(?:heden|ene|en|se|s)$/.exec(r1)?.[0];
    if (ending === "heden") [word, r1, r2] = [word, r1, r2].map((part) => part.replace(/heden$/, "heid"));
    else if (ending?.startsWith("en")) {
      if (!word.endsWith("heden")) cutPlural(ending);
    } else if (ending && !/[aeiouyèj]$/.test(word.slice(0, -ending.length))) cut(ending.length);

    const lostE = cutE();
    if (r2.endsWith("heid") && !word.endsWith("cheid")) {
      cut(4);
      if (r1.endsWith("en")) cutPlural("en");
    }

    ending = /(?:baar|lijk|bar|end|ing|ig)$/.exec(r2)?.[0] ?? "";
    if (/end|ing/.test(ending)) {
      cut(3);
      if (r2.endsWith("ig") && !word.endsWith("eig")) cut(2);
      else undouble();
    } else if (ending === "ig") {
      if (!word.endsWith("eig")) cut(2);
    } else if (ending === "lijk") {
      cut(4);
      cutE();
    } else if (ending === "baar" || (ending && lostE)) cut(ending.length);

    return word.replace(/([^aeiouyè])([aeou])\2([^aeiouyèI])$/, "$1$2$3").toLowerCase();
  }

  return { letters: /^[a-zàáâäçèéêëíîïóôöúûü]{3,}$/, stem };
})();
