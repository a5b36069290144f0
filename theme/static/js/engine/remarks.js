// SPDX-License-Identifier: MIT
// What is said above the list besides the number of articles, and the versions of a story under the best placed.
"use strict";

dateline.remarks = (() => {
  const ORDERS = { newest: ", newest first", oldest: ", oldest first" };
  const { address, count, entry, go, make, number } = dateline.page;

  /** The sentences above the list. */
  function told({ query, total, partial = 0, note, widened = [], suggestion, sort }, widen) {
    const lines = [headline(query, total, partial, ORDERS[sort])];
    if (note) lines.push([note]);
    if (widened.length) {
      const labels = [...new Set(widened.map(({ label }) => label))];
      const names = make("bdi", {}, labels.join(", "));
      lines.push(["Also under other names of ", names, " · ", link("only the words", { widen: false })]);
    } else if (!widen) lines.push(["Only the words as typed · ", link("also other names", { widen: true })]);
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

  return { fold, link, told };
})();
