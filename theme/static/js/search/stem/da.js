// SPDX-License-Identifier: MIT
// Danish words to their stems, as Whoosh's whoosh.lang.snowball.danish has it, to the letter.
"use strict";

dateline.analysis.stemmers.da = (() => {
  const REGION = /[aeiouyåæø][^aeiouyåæø]/;
  const ENDING = new RegExp(
    "(?:erendes?|ethed|hed(?:e[nr]|ens|s)?|erede?|endes?|ernes?|ere(?:ns|ts|[nrst])?|enes?|e[nrt]s|e[nrst]|[es])$",
  );

  function stem(plain) {
    const at = plain.search(REGION);
    const head = at < 0 ? plain : plain.slice(0, Math.max(3, at + 2));
    const shorter = (region) => region.replace(/(?:gd|[dgk]t)$/, (pair) => pair[0]);
    let r1 = plain.slice(head.length);
    r1 = r1.replace(ENDING, (ending) => (ending !== "s" || /[abcdfghjklmnoprtvyzå]s$/.test(plain) ? "" : ending));
    r1 = shorter(r1).replace(/igst$/, "ig");
    if (r1.endsWith("løst")) r1 = r1.slice(0, -1);
    else if (/(?:els|ig)$/.test(r1)) r1 = shorter(r1.replace(/(?:e?lig|els|ig)$/, ""));
    const word = head + r1;
    return word.length > 3 ? word.replace(/([bcdfghjklmnp-tvwxz])\1$/, "$1") : word;
  }

  return { letters: /^[a-zäåæèéöøü]{3,}$/, stem };
})();
