// SPDX-License-Identifier: MIT
// Norwegian words to their stems, as Whoosh's whoosh.lang.snowball.norwegian has it, to the letter.
"use strict";

dateline.analysis.stemmers.no = (() => {
  const REGION = /[aeiouyåæø][^aeiouyåæø]/;
  const ENDING =
    /(?:heten(?:e?s|e)?|heter|endes|[ae]nde|edes?|enes?|erte?|ane|e[nrt]s|het|ast|en|[ae]r|[ae]s|et|[aes])$/;

  function stem(plain) {
    const at = plain.search(REGION);
    const head = at < 0 ? plain : plain.slice(0, Math.max(3, at + 2));
    const r1 = plain.slice(head.length);
    const bare = r1.replace(ENDING, (ending) => {
      if (ending.startsWith("ert")) return "er";
      return ending !== "s" || /(?:[bcdfghjlmnoprtvyz]|[^aeiouyåæø]k)s$/.test(plain) ? "" : ending;
    });
    return head + bare.replace(/([dv])t$/, "$1").replace(/(?:(?:het)?slov|e?l(?:eg|ig|ov)|e?ig|els)$/, "");
  }

  return { letters: /^[a-zàäåæèéêòóôöøü]{3,}$/, stem };
})();
