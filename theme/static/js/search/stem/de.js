// SPDX-License-Identifier: MIT
// German words to their stems, as Whoosh's whoosh.lang.snowball.german has it, to the letter.
"use strict";

dateline.analysis.stemmers.de = (() => {
  const VOWEL = /[aeiouyäöü]/;
  const REGION = /[aeiouyäöü][^aeiouyäöü]/;
  const { rest } = dateline.regions;

  function stem(plain) {
    const letters = [...plain.replaceAll("ß", "ss")];
    for (let i = 1; i < letters.length - 1; i += 1) {
      if (/[uy]/.test(letters[i]) && VOWEL.test(letters[i - 1]) && VOWEL.test(letters[i + 1])) {
        letters[i] = letters[i].toUpperCase();
      }
    }
    let word = letters.join("");
    let r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);
    if (word.search(REGION) === 0) r1 = word.slice(3);

    function cut(length) {
      [word, r1, r2] = [word, r1, r2].map((part) => part.slice(0, -length));
    }

    let ending = /(?:ern|em|er|en|es|e|s)$/.exec(r1)?.[0];
    if (/^(?:en|es|e)$/.test(ending) && word.slice(0, -ending.length).endsWith("niss")) cut(ending.length + 1);
    else if (ending && (ending !== "s" || /[bdfghklmnrt]s$/.test(word))) cut(ending.length);

    ending = /(?:est|en|er|st)$/.exec(r1)?.[0];
    if (ending && (ending !== "st" || /...[bdfghklmnt]st$/.test(word))) cut(ending.length);

    ending = /(?:isch|lich|heit|keit|end|ung|ig|ik)$/.exec(r2)?.[0];
    if (ending) {
      const [head1, head2] = [r1, r2].map((region) => region.slice(0, -ending.length));
      let length = ending.length;
      if (/end|ung/.test(ending)) length += /(?:^|[^e])ig$/.test(head2) ? 2 : 0;
      else if (/lich|heit/.test(ending)) length += /e[rn]$/.test(head1) ? 2 : 0;
      else if (ending === "keit") length += head2.endsWith("lich") ? 4 : head2.endsWith("ig") ? 2 : 0;
      else if (head2.endsWith("e")) length = 0;
      word = word.slice(0, word.length - length);
    }
    return word.replace(/[äöüUY]/g, (letter) => ({ ä: "a", ö: "o", ü: "u" })[letter] ?? letter.toLowerCase());
  }

  return { letters: /^[a-zäöüß]{3,}$/, stem };
})();
