// SPDX-License-Identifier: MIT
// What is said above the list besides the number of articles, and the versions of a story under the best placed.
"use strict";

dateline.remarks = (() => {
  const ORDERS = { newest: ", newest first", oldest: ", oldest first" };
  const { api } = document.querySelector("[data-search]").dataset;
  const { address, ask, count, entry, go, make, number } = dateline.page;

  /** Learn what the sentences of an answer need: words that are in no article, and whether other names changed it. */
  async function prepare(result) {
    const { query, total, partial, widened = [] } = result;
    if (!total && partial) {
      await dateline.lazy("advice");
      result.missing = await dateline.advice.missing(query);
    }
    if (!widened.length || api) return; // a server is not asked once more, lest the list wait for it
    const plain = await ask(query, { limit: 1, widen: false });
    if (plain.total === total && (plain.partial ?? 0) === (partial ?? 0)) result.widened = []; // not worth a remark
  }

  /** The sentences above the list. */
  function told(result, widen) {
    const { query, total, partial = 0, missing, note, widened = [], suggestion, sort } = result;
    const lines = [headline(query, total, partial, ORDERS[sort])];
    if (missing) lines.push([missing]);
    if (note) lines.push([note]);
    if (widened.length) {
      const labels = [...new Set(widened.map(({ label }) => label))];
      const names = make("bdi", {}, labels.join(", "));
      lines.push(["With the articles tagged ", names, " · ", link("only the words", { widen: false })]);
    } else if (!widen) lines.push(["Only the words as typed · ", link("also what is tagged so", { widen: true })]);
    if (suggestion) lines.push(["Did you mean ", link(suggestion, { query: suggestion }), "?"]);
    return lines.map((line) => make("p", {}, line));
  }

  function headline(query, total, partial, order = "") {
    const some = partial ? `; ${number(partial)} with some of the words` : "";
    if (total) return [...count(query, total), order, some];
    const asked = make("q", { dir: "auto" }, query);
    if (!partial) return ["Nothing was found for ", asked, "."];
    return [make("span", { class: "search-count" }, "No article has all of it"), ": ", asked, order, some];
  }

  /** A link to another question, which is asked on this page. */
  function link(text, changes) {
    const made = make("a", { href: address(changes), class: "search-link", dir: "auto" }, text);
    made.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(changes);
    });
    return made;
  }

  /** Put another version of a story under the one that is listed. */
  function fold(first, hit, result) {
    let folded = first.querySelector("details");
    if (!folded) {
      folded = make("details", {}, make("summary"), make("ol", { class: "result-versions" }));
      first.append(folded);
    }
    folded.lastChild.append(make("li", {}, entry(hit, result, "h3")));
    folded.firstChild.textContent = `${folded.lastChild.children.length + 1} versions`;
  }

  return { fold, link, prepare, told };
})();
