// SPDX-License-Identifier: MIT
// The search page: its address holds the query, its form changes the address, its list shows the answer.
// Elements it needs: [data-search], form[role=search] with input[name=q], #search-status, #search-results.
"use strict";

dateline.view = (() => {
  const STEP = 20;
  let turn = 0; // answers to an older query than the last are dropped

  function start() {
    const page = findPage();
    if (!page) return;
    for (const { form, input } of page.forms) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        history.pushState(null, "", addressOf(input.value.trim(), STEP));
        answer(page);
      });
      input.addEventListener("keydown", (event) => {
        if (event.key === "Escape") input.value = "";
      });
    }
    page.more.addEventListener("click", () => {
      const { query, shown } = readAddress();
      history.replaceState(null, "", addressOf(query, shown + STEP));
      answer(page, { from: shown });
    });
    window.addEventListener("popstate", () => answer(page));
    answer(page);
  }

  function findPage() {
    const status = document.getElementById("search-status");
    const results = document.getElementById("search-results");
    if (!status || !results) return null;
    const forms = [...document.querySelectorAll("form[role=search]")].map((form) => ({
      form,
      input: form.elements.namedItem("q"),
    }));
    const more = make("button", { type: "button", className: "search-more", hidden: true }, "More results");
    results.after(more);
    return { status, results, forms, more, title: document.title };
  }

  function readAddress() {
    const parameters = new URLSearchParams(location.search);
    const shown = Number.parseInt(parameters.get("show"), 10);
    return { query: parameters.get("q")?.trim() ?? null, shown: shown > STEP ? shown : STEP };
  }

  function addressOf(query, shown) {
    const parameters = new URLSearchParams({ q: query });
    if (shown > STEP) parameters.set("show", shown);
    return `?${parameters}`;
  }

  /** Show what the address asks for; with `from`, add to the results that are there already. */
  async function answer(page, { from = 0 } = {}) {
    const mine = ++turn;
    const { query, shown } = readAddress();
    for (const { input } of page.forms) input.value = query ?? "";
    document.title = query ? `${query} – ${page.title}` : page.title;
    if (query === null) return show(page, "idle", "");
    if (!from) show(page, "busy", "Searching…");
    try {
      const found = await dateline.rank.search(query);
      const hits = found.hits.slice(from, shown);
      const cards = await Promise.all(hits.map((hit) => dateline.shards.card(hit.document)));
      if (mine !== turn) return;
      const items = cards.map((card) => resultItem(card, found.terms));
      if (from) page.results.append(...items);
      else show(page, found.hits.length ? "found" : "none", summary(query, found), items);
      page.more.hidden = shown >= found.hits.length;
      if (from) items[0]?.querySelector("a").focus();
    } catch (error) {
      if (mine === turn) show(page, "error", error.message);
    }
  }

  function show({ status, results, more }, state, sentence, items = []) {
    status.dataset.state = state;
    status.textContent = sentence;
    results.replaceChildren(...items);
    more.hidden = true;
  }

  function summary(query, { hits, note }) {
    const count = hits.length === 1 ? "1 article" : `${hits.length.toLocaleString("en")} articles`;
    const sentence = hits.length
      ? `${count} for ${query}`
      : `Nothing was found for ${query}. Fewer words, OR between them, or the beginning of a word with a star ` +
        "(retreat*) may find more.";
    return note ? `${sentence.replace(/\.?$/, ".")} ${note}` : sentence;
  }

  function resultItem({ url, title, topic, date, text }, terms) {
    const { findPassage, mark } = dateline.snippet;
    const root = dateline.shards.folder().replace(/search\/$/, "");
    return make("li", { className: "result" }, [
      make("h2", { className: "result-title", dir: "auto" }, [make("a", { href: root + url }, marked(mark(title, terms)))]),
      make("p", { className: "result-facts" }, [
        ...(topic ? [make("span", { className: "result-topic" }, topic), " · "] : []),
        make("span", { className: "result-date" }, date),
      ]),
      make("p", { className: "result-snippet", dir: "auto" }, marked(findPassage(text, terms))),
    ]);
  }

  function marked(pieces) {
    return pieces.map((piece) => (piece.marked ? make("mark", {}, piece.text) : piece.text));
  }

  function make(name, properties, children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...[children].flat());
    return element;
  }

  start();
  return { start };
})();
