// SPDX-License-Identifier: MIT
// The search page: its address holds the question, its box and lists change the address, its list shows the answer.
// Here is what a plain query needs; the rest comes with scripts of its own, some named by the elements that use them:
// data-click="exports save" loads exports.js and calls dateline.exports.save.
"use strict";

dateline.page = (() => {
  const STEP = 10;
  const PAUSE = 250; // milliseconds without a key, after which a question is asked while it is typed

  const SHORTCUT = "dateline-no-slash"; // in localStorage when the single key is switched off

  const at = (id) => document.getElementById(id);
  const number = (count) => count.toLocaleString("en");
  const plural = (count) => `${number(count)} article${count === 1 ? "" : "s"}`;

  const root = document.querySelector("[data-search]");
  const { search: folder = "", root: site = "", api = "", generation } = root?.dataset ?? {};
  const [box, order, status, list, partly, more] = ["q", "search-order", "search-status", "search-results",
    "search-partly", "search-more"].map(at); // prettier-ignore
  const { lazy } = dateline;
  const isServed = api && location.protocol !== "file:";
  let client;
  let turn = 0; // answers to an older question than the last are dropped
  let current = null; // the answer that is shown
  let pause = 0;
  let pointed = false; // the pointer moved over the list since the last key or click
  let groups = new Map(); // the list item of each story that may have several versions

  /** An element with attributes and children. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child));
    return element;
  }

  /** What the address asks for. */
  function read() {
    const asked = new URLSearchParams(location.search);
    const sort = asked.get("sort");
    return {
      query: asked.get("q")?.trim() ?? "",
      sort: /^(newest|oldest)$/.test(sort) ? sort : "relevance",
      shown: Math.max(STEP, Math.min(Number.parseInt(asked.get("show"), 10) || 0, 1000)),
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

  function go(changes, isTyped) {
    clearTimeout(pause);
    history[isTyped ? "replaceState" : "pushState"](null, "", address(changes));
    return answer();
  }

  const engine = () => (client ??= dateline.client(folder, generation));

  /** The answer of the server, where the site has one and it answers. */
  const served = async (...question) => isServed && ((await lazy("server")), dateline.server.ask(...question));

  async function ask(query, { limit = STEP, offset = 0, sort = "relevance", widen = true }) {
    const options = { limit, offset, sort, widen };
    return (isServed && (await served(query, options))) || engine().search(query, options);
  }

  /** The facets of a query; of an empty one, those of the whole archive. */
  async function facets(query) {
    const { widen } = read();
    const answered = query && (await served(query, { limit: 1, widen, facets: true }));
    return answered ? answered.facets : engine().facets({ query, widen });
  }

  /** What takes queries apart and puts them together stands when this resolves. */
  async function compose() {
    await client?.ready?.(); // on this page, the engine brings the analysis
    if (!dateline.analysis) await lazy("analysis");
    await lazy("parser");
    await lazy("compose");
  }

  async function answer() {
    const mine = ++turn;
    const { query, sort, shown, widen } = read();
    if (document.activeElement !== box || box.value.trim() !== query) box.value = query;
    order.value = sort;
    document.title = document.title.replace(/^.*?(?=Search · )/, query && `${query} · `);
    if (!query) return location.search.includes("q=") ? clear("error", "Type a word or a name.") : clear("idle");
    status.dataset.state = "busy";
    list.setAttribute("aria-busy", "true");
    try {
      const [result] = await Promise.all([
        ask(query, { limit: shown, sort, widen }),
        query.includes(":") && Promise.all([lazy("facets-view"), compose()]), // chips would move the list
      ]);
      if (isRemarkable(result, widen)) await lazy("remarks");
      // Nothing moves away under a pointer that is on its way over the list.
      while (pointed && list.matches(":hover") && mine === turn) await new Promise(requestAnimationFrame);
      if (mine === turn) show(result, { shown, widen });
    } catch (error) {
      if (mine === turn) fail(error);
    }
  }

  /** Whether an answer has versions of one story, or more to be said than how many articles there are. */
  function isRemarkable({ total, partial, note, widened, suggestion, sort, hits }, widen) {
    const stories = new Set(hits.map(({ group, slug }) => group || slug));
    return !total || partial || note || widened?.length || suggestion || sort !== "relevance" || !widen || stories.size < hits.length;
  }

  function clear(state, ...told) {
    current = null;
    empty(state);
    status.replaceChildren(...told);
    partly.hidden = more.hidden = true;
  }

  function empty(state) {
    status.dataset.state = state;
    root.dataset.found = state === "found" ? "some" : "none";
    if (state !== "found") at("search-facets").replaceChildren();
    dateline.facetsView?.chips(read().query);
    groups = new Map();
    list.replaceChildren();
    partly.lastElementChild.replaceChildren();
    list.removeAttribute("aria-busy");
  }

  function fail({ name, message }) {
    const reload = make("a", { href: address({}), id: "search-reload" }, "reload");
    clear("error", ...(name === "StaleArchive" ? ["The archive was updated: ", reload, "."] : [message]));
  }

  function show(result, { shown, widen }) {
    const { query, total, partial = 0, hits, error } = result;
    if (error) return clear("error", error);
    const all = total + partial;
    current = result;
    empty(all ? "found" : "none");
    add(hits, result);
    // At once, so that it is announced once.
    status.replaceChildren(...(dateline.remarks?.told(result, widen) ?? [make("p", {}, ...count(query, total))]));
    partly.hidden = !hits.some((hit) => hit.partial);
    more.hidden = shown >= all;
    const mine = turn;
    setTimeout(async () => {
      await lazy(all ? "facets-view" : "advice");
      if (mine === turn) (all ? dateline.facetsView : dateline.advice).show(result);
    }, 0); // the list can do without for a moment
  }

  const count = (query, total) => [make("span", { class: "search-count" }, plural(total)), " for ", make("q", { dir: "auto" }, query)]; // prettier-ignore

  /** Add results; another version of a story that is listed already goes under it. */
  function add(hits, result) {
    for (const hit of hits) {
      const first = groups.get(hit.group);
      if (first) dateline.remarks.fold(first, hit, result);
      else {
        const item = make("li", { class: "result" }, entry(hit, result, "h2"));
        (hit.partial ? partly.lastElementChild : list).append(item);
        if (hit.group) groups.set(hit.group, item);
      }
    }
  }

  function entry({ title, title_marks: titleMarks, topic, label, url, snippet, marks }, { terms }, heading) {
    const find = terms.length ? `?${new URLSearchParams({ find: terms.join(" ") })}` : "";
    return [
      make(heading, { class: "result-title", dir: "auto" }, make("a", { href: site + url + find }, marked(title, titleMarks))),
      make("p", { class: "result-facts" },
        topic && make("span", { class: "result-topic", dir: "auto" }, topic), topic && " · ",
        make("span", { class: "result-date" }, label)),
      snippet && make("p", { class: "result-snippet", dir: "auto" }, marked(snippet, marks)),
    ]; // prettier-ignore
  }

  function marked(text, marks) {
    let from = 0;
    const parts = marks.flatMap(([start, end]) => {
      const before = text.slice(from, start);
      from = end;
      return [before, make("mark", {}, text.slice(start, end))];
    });
    return [...parts, text.slice(from)];
  }

  /** Arrows go through box and results, a slash to the box, Escape back to it; there it empties it. */
  function press(event) {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const links = root.querySelectorAll(".result > .result-title a, details[open] .result-title a");
    const stops = [box, ...links];
    const place = stops.indexOf(target);
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    let next = place < 0 ? null : stops[place + steps[key]];
    if (key === "/" && !isOff() && !target.closest?.("input, select, textarea, [contenteditable]")) next = box;
    if (key === "Escape" && target.closest?.(".result, #q")) next = box;
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (key === "/") box.select();
    if (key === "Escape" && target === box) go({ query: (box.value = "") }, true);
  }

  /** Whether the single key is switched off (WCAG 2.1.4). */
  function isOff() {
    try {
      return localStorage.getItem(SHORTCUT) === "1";
    } catch {
      return false; // storage is refused: the key works
    }
  }

  /** Do what an element says that it does, with the script that can. */
  async function act(event) {
    const [script, action] = event.target.dataset[event.type]?.split(" ") ?? [];
    if (event.type === "click") pointed = false; // the reader wants the list to change
    if (!script) return;
    await lazy(script);
    dateline[script][action](event);
  }

  function start() {
    if (!isServed) engine(); // so that it is there when it is asked
    root.querySelectorAll("[data-scripted]").forEach((element) => element.removeAttribute("hidden"));
    box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const query = box.value.trim();
      go({ query }, query === read().query);
    });
    box.addEventListener("input", (event) => {
      clearTimeout(pause);
      pointed = false;
      const query = box.value.trim();
      if (!event.isComposing && query !== read().query) pause = setTimeout(() => go({ query }, true), PAUSE);
    });
    order.addEventListener("change", () => go({ sort: order.value }));
    list.addEventListener("pointermove", () => (pointed = true));
    list.addEventListener("pointerleave", () => (pointed = false));
    root.addEventListener("click", act, true);
    root.addEventListener("toggle", act, true);
    document.addEventListener("keydown", press);
    addEventListener("popstate", answer);
    answer();
  }

  const page = { add, address, ask, compose, count, entry, facets, fail, go, isOff, make, number, plural, read, SHORTCUT, STEP };
  page.result = () => current;
  if (root) start();
  return page;
})();
