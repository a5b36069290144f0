// SPDX-License-Identifier: MIT
// What the results can be narrowed by: places, actors, topics and years with counts, and a histogram that is brushed.
// A choice is written into the query, so that the address, the box and the lists always tell the same.
"use strict";

dateline.facetsView = (() => {
  const NAMES = { place: "Places", actor: "Actors", topic: "Topics", year: "Years" };
  const YEAR = /^\d{4}$/;
  const FIRST = 8;
  const STEP = 40;
  const MOST_MONTHS = 96; // a longer time is drawn by years
  const SVG = "http://www.w3.org/2000/svg";
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const { engine, go, make, number, plural, read, served } = dateline.page;
  const at = (name) => document.getElementById(`search-${name}`);
  const [side, chosen, status, list, more] = ["facets", "chips", "status", "results", "more"].map(at);
  const box = document.getElementById("q");
  const opened = {}; // how many values of a field the reader wants to see

  const taken = () => dateline.compose.filters(read().query);

  const ask = (changed, by) => go({ query: dateline.compose.write({ ...taken(), ...changed }) }, by);

  /** Whether the lists stand under the results, as on a phone. */
  const isBelow = () => side.offsetTop > list.offsetTop;

  /** Ask, and show what came of it: the status may be far above the list in which the choice was made. */
  async function choose(changed) {
    await ask(changed);
    if (isBelow()) status.scrollIntoView({ block: "nearest" });
  }

  /** The facets of a query; of an empty one, those of the whole archive. */
  async function facets(query) {
    const { widen } = read();
    const answered = query && (await served(query, { limit: 1, widen, facets: true }));
    return answered ? answered.facets : engine().facets({ query, widen });
  }

  const nameOf = (field) => (field === "year" ? "date" : field);

  /** The filter of a field; a single year stands in the query as the first and the last date. */
  function filterOf({ filters, from, to }, field) {
    const filter = filters.find((each) => each.field === nameOf(field));
    if (filter || field !== "year") return filter;
    return { field: "date", labels: from && from === to ? [from] : [], op: "or" };
  }

  /** Choose a value or, chosen already, let it go. */
  function toggle(field, label) {
    const now = taken();
    const old = filterOf(now, field) ?? { field, labels: [], op: "or" };
    const labels = old.labels.includes(label) ? old.labels.filter((each) => each !== label) : [...old.labels, label];
    const others = now.filters.filter((filter) => filter.field !== nameOf(field));
    const filters = labels.length ? [...others, { ...old, labels }] : others;
    choose(field === "year" ? { filters, from: null, to: null, undated: null } : { filters });
  }

  /** Beside a new list stands what is chosen; beside none, nothing of an older answer. */
  function settle(query) {
    if (side.closest("[data-search]").dataset.found === "none") {
      const had = side.contains(document.activeElement);
      side.replaceChildren();
      if (had) box.focus();
    }
    return chips(query);
  }

  /** Put chips in place; who has taken one away goes on with the next, or in the box. */
  function setChips(items) {
    const place = [...chosen.children].findIndex((item) => item.contains(document.activeElement));
    chosen.replaceChildren(...items);
    chosen.hidden = !items.length;
    if (place >= 0) (items[Math.min(place, items.length - 1)]?.firstChild ?? box).focus();
  }

  /** What is chosen, each to be removed by one press. */
  async function chips(query) {
    if (!query.includes(":")) return setChips([]);
    await dateline.page.compose();
    const { filters, from, to, undated } = dateline.compose.filters(query);
    const chip = (words, remove) => {
      const button = make("button", { type: "button", "aria-label": `${words}, remove` }, make("bdi", {}, words));
      button.addEventListener("click", remove);
      return make("li", {}, button);
    };
    const items = filters.flatMap(({ field, labels }) =>
      labels.map((label) => chip(`${field}: ${label}`, () => toggle(field === "date" ? "year" : field, label))),
    );
    if (from || to) {
      const words = from === to ? from : [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(" ");
      items.push(chip(words, () => ask({ from: null, to: null })));
    }
    if (undated) items.push(chip(undated === "yes" ? "undated" : "dated", () => ask({ undated: null })));
    setChips(items);
  }

  /** Say on the button how many of the results are listed. */
  function tally({ total, partial = 0 }) {
    more.textContent = `More results (${number(read().shown)} of ${number(total + partial)} are shown)`;
  }

  /** Show the facets of an answer, when they stand. */
  async function show(result) {
    tally(result);
    const [counts] = await Promise.all([facets(result.query), dateline.page.compose()]);
    if (dateline.page.result() !== result || !counts) return;
    await chips(result.query);
    const now = dateline.compose.filters(result.query);
    const groups = Object.keys(NAMES).map((field) => group(field, counts[field] ?? [], now));
    replace([histogram(counts.months ?? [], now), ...groups].filter(Boolean));
    dateline.facetsView.told = { result, counts };
  }

  /** Replace what stands beside the list; the focus stays with its value, or in its group. */
  function replace(items) {
    const focused = side.contains(document.activeElement) && document.activeElement.id;
    side.replaceChildren(...items);
    side.hidden = !items.length;
    if (!focused) return;
    const [kind, field] = focused.split("-");
    const same = document.getElementById(focused);
    const next = same ?? side.querySelector(`[id^="${kind}-${field}-"]`) ?? box;
    next.focus({ preventScroll: isBelow() }); // the status is to be seen
  }

  function group(field, values, now) {
    const filter = filterOf(now, field);
    const labels = filter?.labels ?? [];
    const named = values.map((value) => ({ ...value, name: labels.includes(value.asked) ? value.asked : value.label }));
    const isChosen = ({ name }) => labels.includes(name);
    const isValue = (label) => field !== "year" || YEAR.test(label); // a month is chosen in the histogram
    const gone = labels.filter((label) => isValue(label) && !named.some(({ name }) => name === label));
    const sorted = [
      ...gone.map((label) => ({ label, name: label, count: 0 })),
      ...named.filter(isChosen),
      ...named.filter((value) => !isChosen(value)),
    ];
    if (!sorted.length) return null;
    const list = make("ul", { class: "counted" });
    const rest = make("button", { type: "button", class: "facet-more", id: `facet-${field}-more` });
    const fill = () => {
      const shown = opened[field] ?? FIRST;
      const from = list.children.length;
      list.append(...sorted.slice(from, shown).map((value) => row(field, value, labels)));
      rest.hidden = shown >= sorted.length;
      rest.textContent = `${number(Math.min(STEP, sorted.length - shown))} more`;
      return from;
    };
    rest.addEventListener("click", () => {
      opened[field] = (opened[field] ?? FIRST) + STEP;
      list.children[fill()]?.querySelector("input").focus();
    });
    fill();
    const legend = make("legend", { class: "label" }, NAMES[field]);
    const how = labels.length > 1 && field !== "year" && switched(field, filter);
    return make("fieldset", { class: "facet" }, legend, how, list, rest);
  }

  /** A value, to be ticked; `name` is how the query calls it or, not chosen yet, would. */
  function row(field, { key, label, name, count }, labels) {
    const id = `facet-${field}-${encodeURIComponent(key ?? name)}`;
    const input = make("input", { type: "checkbox", id, checked: labels.includes(name) });
    input.addEventListener("change", () => toggle(field, name));
    const words = make("label", { for: id }, make("bdi", {}, label));
    const unit = make("span", { class: "unseen" }, count === 1 ? " article" : " articles");
    return make("li", {}, input, words, make("span", { class: "number" }, number(count), unit));
  }

  /** Any of the chosen values, or all of them. */
  function switched(field, { op }) {
    const change = (value) => {
      const { filters } = taken();
      choose({ filters: filters.map((filter) => (filter.field === field ? { ...filter, op: value } : filter)) });
    };
    const choice = ([value, words]) => {
      const id = `op-${field}-${value}`;
      const input = make("input", { type: "radio", name: `op-${field}`, id, checked: op === value });
      input.addEventListener("change", () => change(value));
      return [input, make("label", { for: id }, words)];
    };
    const choices = { or: "any of them", and: "all of them" };
    return make("p", { class: "facet-op" }, Object.entries(choices).flatMap(choice));
  }

  /** Every month, or every year, from the first to the last, with its number of articles. */
  function spread(months) {
    const sorted = [...months].sort(([a], [b]) => (a < b ? -1 : 1));
    const serial = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
    const [first, last] = [serial(sorted[0][0]), serial(sorted.at(-1)[0])];
    const unit = last - first < MOST_MONTHS ? 1 : 12;
    const name = (at) => {
      const year = String(Math.floor((at * unit) / 12)).padStart(4, "0");
      return unit === 12 ? year : `${year}-${String((at % 12) + 1).padStart(2, "0")}`;
    };
    const start = Math.floor(first / unit);
    const length = Math.floor(last / unit) - start + 1;
    const bars = Array.from({ length }, (_, at) => ({ name: name(start + at), count: 0 }));
    for (const [month, count] of sorted) bars[Math.floor(serial(month) / unit) - start].count += count;
    return bars;
  }

  /** A year or a month in words, its name cut to some letters. */
  function words(period, letters) {
    const [year, month] = period.split("-").map(Number);
    return month ? `${MONTHS[month - 1].slice(0, letters)} ${year}` : String(year);
  }

  /** Bars over time: the pointer draws a stretch of it, as do two thumbs, before its first bar and after its last. */
  function histogram(months, { from: after, to: before }) {
    const bars = months.length ? spread(months) : [];
    if (bars.length < 2) return null;
    const { svg, shapes } = chart(bars);
    const last = bars.length - 1;
    const range = [0, last];
    bars.forEach(({ name }, at) => {
      if (after && name < after.slice(0, name.length)) range[0] = Math.min(at + 1, last);
      if (!before || name.slice(0, before.length) <= before.slice(0, name.length)) range[1] = at;
    });
    const told = make("output", { class: "histogram-range" });
    const sliders = ["From", "To"].map((label, end) => {
      const id = `histogram-${end}`;
      const slider = make("input", { type: "range", min: 0, max: last, id, "aria-label": label });
      slider.addEventListener("input", () => draw(end, Number(slider.value)));
      slider.addEventListener("change", () => narrow("time"));
      return slider;
    });
    const draw = (end, value) => {
      range[end] = value;
      if (range[0] > range[1]) range[1 - end] = value;
      sliders.forEach((slider, at) => {
        slider.value = range[at];
        slider.setAttribute("aria-valuetext", words(bars[range[at]].name));
      });
      shapes.forEach((shape, at) => shape.classList.toggle("out", at < range[0] || at > range[1]));
      const sum = bars.slice(range[0], range[1] + 1).reduce((total, bar) => total + bar.count, 0);
      const periods = [...new Set(range.map((at) => words(bars[at].name)))];
      told.textContent = `${periods.join(" – ")}: ${plural(sum)}`;
    };
    function narrow(by) {
      const isAll = range[0] === 0 && range[1] === last;
      const [from, to] = isAll ? [null, null] : range.map((at) => bars[at].name);
      if (!isAll || after || before) ask({ from, to, undated: null }, by);
    }
    brush(svg, bars.length, draw, narrow);
    draw(0, range[0]);
    const heading = make("h2", { class: "label", id: "facet-time" }, "Time");
    const scale = [bars[0], bars[last]].map(({ name }) => make("span", {}, words(name, 3)));
    const track = make("div", { class: "sliders" }, sliders);
    const parts = [heading, svg, track, make("p", { class: "histogram-scale", "aria-hidden": "true" }, scale), told];
    const section = make("section", { class: "facet time", "aria-labelledby": "facet-time", dir: "ltr" }, parts);
    section.style.setProperty("--steps", last / bars.length); // how far a thumb goes along the bars
    return section;
  }

  /** The drawing of bars, and the shape of each. */
  function chart(bars) {
    const highest = Math.max(...bars.map((bar) => bar.count));
    const fullest = bars.find((bar) => bar.count === highest);
    const [first, last, most] = [bars[0], bars.at(-1), fullest].map(({ name }) => words(name));
    const title = `Articles from ${first} to ${last}, most in ${most}: ${number(highest)}`;
    const svg = drawn("svg", { class: "histogram", role: "img", "aria-label": title });
    svg.setAttribute("viewBox", `0 0 ${bars.length} 32`);
    svg.setAttribute("preserveAspectRatio", "none");
    const shapes = bars.map(({ count }, at) => {
      const height = count ? Math.max(1, (32 * count) / highest) : 0;
      return drawn("rect", { class: "bar", x: at + 0.08, y: 32 - height, width: 0.84, height });
    });
    svg.append(drawn("rect", { class: "histogram-ground", width: bars.length, height: 32 }), ...shapes);
    return { svg, shapes };
  }

  function brush(svg, count, draw, choose) {
    let first = null;
    const place = (event) => {
      const { left, width } = svg.getBoundingClientRect();
      return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - left) / width) * count)));
    };
    const reach = (event) => {
      const now = place(event);
      draw(0, Math.min(first, now));
      draw(1, Math.max(first, now));
    };
    svg.addEventListener("pointerdown", (event) => {
      first = place(event);
      svg.setPointerCapture(event.pointerId);
      reach(event);
    });
    svg.addEventListener("pointermove", (event) => first !== null && reach(event));
    svg.addEventListener("pointerup", () => {
      if (first === null) return;
      first = null;
      choose();
    });
    svg.addEventListener("pointercancel", () => (first = null));
  }

  function drawn(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  return { facets, settle, show, spread, tally };
})();
