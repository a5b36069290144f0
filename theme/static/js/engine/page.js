// SPDX-License-Identifier: MIT
// The search page: its address holds the question, its box and lists change the address, its list shows the answer.
// It asks `dateline.client(folder)`; facets, the form, downloads and advice come with scripts of their own.
"use strict";

dateline.page = (() => {
  const STEP = 10;
  const PAUSE = 250; // milliseconds without a key, after which a question is asked while it is typed
  const ORDERS = { relevance: "", newest: "newest first", oldest: "oldest first" };
  const KEYS = new Set(["/", "Escape", "ArrowDown", "ArrowUp"]);
  const MONTHS =
    "January February March April May June July August September October November December".split(" ");

  const at = (id) => document.getElementById(id);
  const number = (count) => count.toLocaleString("en");
  const plural = (count, one = "article") => `${number(count)} ${one}${count === 1 ? "" : "s"}`;

  const root = document.querySelector("[data-search]");
  const { search: folder = "", root: site = "", api = "" } = root?.dataset ?? {};
  const [box, order, status, list, partly, more] = ["q", "search-order", "search-status", "search-results",
    "search-partly", "search-more"].map(at); // prettier-ignore
  let engine; // made with the first question that the server does not answer
  let turn = 0; // answers to an older question than the last are dropped
  let current = null; // the answer that is shown
  let pause = 0;
  let pointed = false; // the pointer moved over the list since the last key
  let groups = new Map(); // the list item of each story that has several versions

  /** An element with attributes and children. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children.flat().filter((child) => child != null));
    return element;
  }

  /** What the address asks for. */
  function read() {
    const asked = new URLSearchParams(location.search);
    const shown = Math.min(Number.parseInt(asked.get("show"), 10) || 0, 1000);
    const sort = asked.get("sort");
    return {
      query: asked.get("q")?.trim() ?? "",
      sort: Object.hasOwn(ORDERS, sort) ? sort : "relevance",
      shown: Math.max(shown, STEP),
      widen: asked.get("names") !== "exact",
    };
  }

  /** The address of a question: the present one, but for what is given. */
  function address(changes) {
    const { query, sort, shown, widen } = { ...read(), shown: STEP, ...changes };
    const asked = new URLSearchParams({ q: query });
    if (sort !== "relevance") asked.set("sort", sort);
    if (shown > STEP) asked.set("show", shown);
    if (!widen) asked.set("names", "exact");
    return `?${asked}`;
  }

  function go(changes, { replace = false } = {}) {
    clearTimeout(pause);
    history[replace ? "replaceState" : "pushState"](null, "", address(changes));
    return answer();
  }

  /** Ask the server, where the site has one that answers, else the shards. */
  async function ask(query, options = {}) {
    const { limit = STEP, offset = 0, sort = "relevance", widen = true } = options;
    if (api && location.protocol !== "file:") {
      const asked = new URLSearchParams({ q: query, limit, offset, sort });
      if (!widen) asked.set("names", "exact");
      if (options.facets) asked.set("facets", "yes");
      try {
        const response = await fetch(`${api}?${asked}`);
        if (response.ok) return await response.json();
      } catch {} // the shards answer too
    }
    engine ??= dateline.client(folder);
    return engine.search(query, { limit, offset, sort, widen });
  }

  async function facets({ query, terms, facets: counted }) {
    const { widen } = read();
    if (counted) return counted;
    if (engine && terms) return engine.facets({ query, widen });
    return (await ask(query, { limit: 1, widen, facets: true })).facets;
  }

  /** What takes queries apart and puts them together stands when this resolves. */
  const compose = () => dateline.lazy("parser").then(() => dateline.lazy("compose"));

  async function answer() {
    const mine = ++turn;
    const { query, sort, shown, widen } = read();
    if (document.activeElement !== box || box.value.trim() !== query) box.value = query;
    order.value = sort;
    document.title = document.title.replace(/^.*?(?=Search · )/, query && `${query} · `);
    if (!query) return clear(new URLSearchParams(location.search).has("q") ? "error" : "idle");
    status.dataset.state = "busy";
    list.setAttribute("aria-busy", "true");
    try {
      const filtered = query.includes(":") && dateline.lazy; // its chips stand with the list, which they would move
      const [result] = await Promise.all([
        ask(query, { limit: shown, sort, widen }),
        filtered && Promise.all([dateline.lazy("facets-view"), compose()]),
      ]);
      await leave(() => mine !== turn);
      if (mine === turn) show(result, { shown, widen });
    } catch (error) {
      if (mine === turn) fail(error);
    }
  }

  /** Wait while the reader's pointer is on its way over the list, so that nothing moves away under it. */
  function leave(dropped) {
    return new Promise((resolve) => {
      const look = () => {
        if (pointed && list.matches(":hover") && !dropped()) requestAnimationFrame(look);
        else resolve();
      };
      look();
    });
  }

  function clear(state, sentence = state === "error" ? "Type a word or a name." : "") {
    current = null;
    groups = new Map();
    status.dataset.state = state;
    status.replaceChildren(sentence);
    list.replaceChildren();
    list.removeAttribute("aria-busy");
    partly.hidden = more.hidden = true;
    root.dataset.found = "none";
  }

  function fail(error) {
    const stale = error.name === "StaleArchive";
    clear("error", stale ? "The archive was updated: " : error.message);
    if (stale) status.append(make("a", { href: address({}), id: "search-reload" }, "reload"), ".");
  }

  function show(result, { shown, widen }) {
    current = result;
    if (result.error) return clear("error", result.error);
    const all = result.total + (result.partial ?? 0);
    groups = new Map();
    list.replaceChildren();
    partly.querySelector("ol").replaceChildren();
    add(result.hits, result);
    list.removeAttribute("aria-busy");
    status.dataset.state = all ? "found" : "none";
    status.replaceChildren(...told(result, widen));
    partly.hidden = !result.hits.some((hit) => hit.partial);
    more.hidden = shown >= all;
    root.dataset.found = all ? "some" : "none";
    if (dateline.lazy) later(result, all);
  }

  /** What the list can do without for a moment. */
  function later(result, all) {
    const mine = turn;
    const name = all ? "facets-view" : "advice";
    dateline.facetsView?.chips(result.query);
    setTimeout(async () => {
      await dateline.lazy(name);
      if (mine !== turn) return;
      if (all) dateline.facetsView.show(result);
      else dateline.advice.show(result);
    }, 0);
  }

  /** The sentences above the list: they are put there at once, and so announced once. */
  function told(result, widen) {
    const { query, total, partial = 0, note, widened = [], suggestion, sort = "relevance" } = result;
    const words = ORDERS[sort] ? `, ${ORDERS[sort]}` : "";
    const count = make("span", { class: "search-count" }, total || !partial ? plural(total) : "No article has all of it");
    const lines = [
      total || partial
        ? [count, total ? " for " : ": ", make("q", { dir: "auto" }, query), words, partial ? `; ${number(partial)} with some of the words` : ""]
        : ["Nothing was found for ", make("q", { dir: "auto" }, query), "."],
    ]; // prettier-ignore
    if (note) lines.push([note]);
    if (widened.length) {
      const labels = [...new Set(widened.map(({ label }) => label))];
      lines.push(["Also under other names of ", make("bdi", {}, labels.join(", ")), " · ", link("only the words", { widen: false })]);
    } else if (!widen) lines.push(["Only the words as typed · ", link("also other names", { widen: true })]);
    if (suggestion) lines.push(["Did you mean ", link(suggestion, { query: suggestion }), "?"]);
    return lines.map((line) => make("p", {}, line));
  }

  function link(text, changes) {
    return make("a", { href: address(changes), class: "search-link", dir: "auto" }, text);
  }

  /** Add results; another version of a story that is listed already goes under it. */
  function add(hits, result) {
    for (const hit of hits) {
      const first = hit.group && groups.get(hit.group);
      if (first) fold(first, hit, result);
      else {
        const item = make("li", { class: "result" }, entry(hit, result, "h2"));
        (hit.partial ? partly.querySelector("ol") : list).append(item);
        if (hit.group) groups.set(hit.group, item);
      }
    }
  }

  function fold(first, hit, result) {
    let folded = first.querySelector("details");
    if (!folded) first.append((folded = make("details", {}, make("summary"), make("ol", { class: "result-versions" }))));
    folded.lastChild.append(make("li", {}, entry(hit, result, "h3")));
    folded.firstChild.textContent = `${folded.lastChild.children.length + 1} versions`;
  }

  function entry({ title, topic, date, label, url, snippet = "", marks = [] }, { terms }, heading) {
    const passage = marked(snippet, marks);
    const found = terms ?? new Set(passage.filter((part) => part.nodeType).map((part) => part.textContent.toLowerCase()));
    const find = found && [...found].length ? `?${new URLSearchParams({ find: [...found].slice(0, 40).join(" ") })}` : "";
    return [
      make(heading, { class: "result-title", dir: "auto" }, make("a", { href: site + url + find }, headline(title, found))),
      make("p", { class: "result-facts" },
        topic && make("span", { class: "result-topic", dir: "auto" }, topic), topic && " · ",
        make("span", { class: "result-date" }, label ?? dateLabel(date))),
      snippet && make("p", { class: "result-snippet", dir: "auto" }, passage),
    ]; // prettier-ignore
  }

  function marked(text, marks) {
    const parts = [];
    let from = 0;
    for (const [start, end] of marks) {
      parts.push(text.slice(from, start), make("mark", {}, text.slice(start, end)));
      from = end;
    }
    return [...parts, text.slice(from)];
  }

  function headline(title, terms) {
    const { findTokens, termsOf } = dateline.analysis ?? {};
    if (!termsOf || !terms) return title;
    const sought = new Set(terms);
    const has = ({ start, end }) => termsOf(title.slice(start, end)).some((term) => sought.has(term));
    return marked(title, findTokens(title).filter(has).map(({ start, end }) => [start, end]));
  }

  /** A date of the archive (EDTF) in words; what is not so plain stays as it is. */
  function dateLabel(date) {
    const [, year, month, day, doubt] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%])?$/.exec(date ?? "") ?? [];
    if (!year || Number(month) > 12) return date || "Undated";
    const words = [day && Number(day), month && MONTHS[month - 1], Number(year)].filter(Boolean).join(" ");
    return words + ({ "?": " (uncertain)", "~": " (approximate)", "%": " (uncertain, approximate)" }[doubt] ?? "");
  }

  /** Do what is rarely done first of all: at once when its script is there. */
  function controls(action) {
    if (dateline.controls) action(dateline.controls);
    else dateline.lazy("controls").then(() => action(dateline.controls));
  }

  function start() {
    root.querySelectorAll("[data-scripted]").forEach((element) => element.removeAttribute("hidden"));
    box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      go({ query: box.value.trim() }, { replace: box.value.trim() === read().query });
    });
    box.addEventListener("input", (event) => {
      clearTimeout(pause);
      pointed = false;
      const { query } = read();
      if (event.isComposing || box.value.trim() === query) return;
      pause = setTimeout(() => go({ query: box.value.trim() }, { replace: true }), PAUSE);
    });
    order.addEventListener("change", () => go({ sort: order.value }));
    more.addEventListener("click", () => controls((its) => its.extend()));
    list.addEventListener("pointermove", () => (pointed = true));
    list.addEventListener("pointerleave", () => (pointed = false));
    root.addEventListener("click", (event) => {
      const followed = event.target.closest("a.search-link");
      if (!followed || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      pointed = false; // the reader wants the list to change
      history.pushState(null, "", followed.getAttribute("href"));
      answer();
    });
    root.querySelector(".search-help").addEventListener("toggle", () => controls((its) => its.offer()));
    at("search-narrow").addEventListener("toggle", () => dateline.lazy?.("form").then(() => dateline.form.fill()));
    at("search-export").addEventListener("click", async (event) => {
      const kind = event.target.dataset.kind;
      if (kind) await dateline.lazy("exports").then(() => dateline.exports.save(kind, event.target));
    });
    document.addEventListener("keydown", (event) => {
      if (KEYS.has(event.key) && !(event.altKey || event.ctrlKey || event.metaKey || event.isComposing)) {
        controls((its) => its.key(event));
      }
    });
    addEventListener("popstate", answer);
    answer();
  }

  const page = { add, address, ask, compose, dateLabel, facets, fail, go, link, make, number, plural, read, STEP };
  page.result = () => current;
  if (root) start();
  return page;
})();
