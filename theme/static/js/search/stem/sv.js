// SPDX-License-Identifier: MIT
// Swedish words to their stems, as Whoosh's whoosh.lang.snowball.swedish has it, to the letter.
"use strict";

dateline.analysis.stemmers.sv = (() => {
  const REGION = /[aeiouyäåö][^aeiouyäåö]/;
  const ENDING = new RegExp(
    "(?:het(?:erna|ens?|er)?|[aeo]rnas?|ande[nst]?|are(?:ns?)?|ades?|arne|aste?|erns?|ens?|ad|[aeo]r|[ae]s|at|[aes])$",
  );

  function stem(plain) {
    const at = plain.search(REGION);
    const head = at < 0 ? plain : plain.slice(0, Math.max(3, at + 2));
    const r1 = plain.slice(head.length);
    const bare = r1.replace(ENDING, (ending) => (ending !== "s" || /[bcdfghjklmnoprtvy]s$/.test(plain) ? "" : ending));
    const single = bare.replace(/(?:[dg]d|nn|[dgkt]t)$/, (pair) => pair[0]);
    return head + single.replace(/(full|lös)t$|(?:els|l?ig)$/, "$1");
  }

  return { letters: /^[a-zàäåéöü]{3,}$/, stem };
})();
