"use strict";
// The grid: only the cells in view exist, whatever the number of photos. Cells are made once and filled anew.
(() => {
  const { COLUMN, make, load, desk, say, number } = couloir;
  const NARROWEST = 150, CAPTION = 52, GAP = 8, SPARE_ROWS = 2;
  const byId = (name) => document.getElementById(name);
  const view = byId("grid"), floor = byId("floor"), count = byId("count"), search = byId("search"), order = byId("order");
  // What each filter compares, and the words of its values; null where the page has them.
  const FILTERS = {
    project: { of: (row) => row[COLUMN.project], words: () => meta.projects },
    verdict: { of: (row) => row[COLUMN.verdict], words: () => meta.verdicts, inOrder: true },
    adjustment: { of: (row) => row[COLUMN.adjustments], words: () => meta.adjustments },
    decision: { of: (row) => desk.of(row) || "none", words: null },
    camera: { of: (row) => row[COLUMN.camera], words: () => meta.cameras },
    kind: { of: (row) => row[COLUMN.kind], words: () => meta.kinds },
    rating: { of: (row) => row[COLUMN.rating], words: null },
    fidelity: { of: (row) => row[COLUMN.fidelity], words: null },
    edited: { of: (row) => row[COLUMN.edited], words: null },
  };
  const filters = Object.keys(FILTERS).map(byId);
  const marks = byId("marks"), marked = new Set(); // uuids
  let meta, rows = [], shown = [], columns = 1, width = NARROWEST, height = NARROWEST, current = 0;
  const cells = new Map(), free = [];

  function cell() {
    const option = make("div", "cell"), picture = make("span", "picture"), line = make("span", "line");
    line.append(make("span", "figure"), make("span", "said"));
    option.append(picture, make("span", "name"), line);
    option.setAttribute("role", "option");
    option.addEventListener("click", (event) => {
      const position = Number(option.dataset.position);
      if (!desk.served || !(event.shiftKey || event.ctrlKey || event.metaKey || event.target.closest(".tick"))) return open(position);
      if (event.shiftKey) markTo(position); else toggle(position);
    });
    if (desk.served) option.append(make("span", "tick"));
    return option;
  }

  // Who drew it stands at the number: only what Adobe's code drew has a verdict.
  function told(row, after, verdict) {
    const by = meta.renderers[row[COLUMN.by]];
    return by.measures ? `${by.name} ${number(after, 2)} ${say(verdict)}` : say("expected {figure}", { figure: number(after, 2) });
  }

  function fill(option, position) {
    const row = rows[shown[position]], verdict = meta.verdicts[row[COLUMN.verdict]], after = row[COLUMN.after];
    const [picture, name, line] = option.children, [figure, said] = line.children;
    option.dataset.position = position;
    option.dataset.verdict = verdict;
    option.id = `cell-${position}`;
    picture.replaceChildren();
    if (row[COLUMN.thumb]) {
      const image = make("img");
      image.decoding = "async";
      image.alt = "";
      image.src = `thumbs/${row[COLUMN.thumb]}`;
      picture.append(image);
    } else picture.append(make("span", "none", say("no picture")));
    name.textContent = row[COLUMN.name];
    figure.textContent = after === null ? say(verdict) : told(row, after, verdict);
    const decision = desk.of(row);
    said.textContent = say(decision);
    said.dataset.decision = decision;
    option.setAttribute("aria-posinset", position + 1);
    option.setAttribute("aria-setsize", shown.length);
    place(option, position);
  }

  function place(option, position) {
    option.style.width = `${width - GAP}px`;
    option.style.height = `${height - GAP}px`;
    option.style.transform = `translate(${(position % columns) * width}px, ${Math.floor(position / columns) * height}px)`;
    mark(option, position);
  }

  function mark(option, position) {
    option.classList.toggle("current", position === current);
    const isMarked = desk.served ? marked.has(rows[shown[position]][COLUMN.uuid]) : position === current;
    option.classList.toggle("marked", desk.served && isMarked);
    option.setAttribute("aria-selected", String(isMarked));
  }

  function draw() {
    const first = Math.max(0, Math.floor(view.scrollTop / height) - SPARE_ROWS) * columns;
    const last = Math.min(shown.length, first + (Math.ceil(view.clientHeight / height) + 2 * SPARE_ROWS) * columns);
    for (const [position, option] of cells) {
      if (position < first || position >= last) { cells.delete(position); free.push(option); option.hidden = true; }
    }
    for (let position = first; position < last; position++) {
      let option = cells.get(position);
      if (option) { mark(option, position); continue; }
      option = free.pop() || floor.appendChild(cell());
      option.hidden = false;
      cells.set(position, option);
      fill(option, position);
    }
    if (shown.length) view.setAttribute("aria-activedescendant", `cell-${current}`);
    else view.removeAttribute("aria-activedescendant");
  }

  // What is at the top stays there when the window changes.
  function measure() {
    const top = Math.floor(view.scrollTop / height) * columns;
    const room = floor.clientWidth + GAP; // the last gap of a row is not needed
    columns = Math.max(2, Math.floor(room / (NARROWEST + 30)));
    width = room / columns;
    height = Math.round(width * 0.72) + CAPTION + GAP;
    floor.style.height = `${Math.ceil(shown.length / columns) * height}px`;
    view.scrollTop = Math.floor(top / columns) * height;
    for (const [position, option] of cells) place(option, position);
    draw();
  }

  function clear() {
    for (const option of cells.values()) { option.hidden = true; free.push(option); }
    cells.clear();
  }

  const ORDERS = {
    largest: null, // as they come
    smallest: (a, b) => (a[COLUMN.after] ?? Infinity) - (b[COLUMN.after] ?? Infinity),
    gained: (a, b) => gain(b) - gain(a),
    lost: (a, b) => gain(a) - gain(b),
    name: (a, b) => (a[COLUMN.name] < b[COLUMN.name] ? -1 : 1),
  };

  function gain(row) {
    return row[COLUMN.before] === null || row[COLUMN.after] === null ? 0 : row[COLUMN.before] - row[COLUMN.after];
  }

  function choose() {
    const set = filters.filter((select) => select.value !== "");
    const words = search.value.trim().toLocaleLowerCase();
    const fits = (select, value) => (select.id === "rating" ? value >= Number(select.value) : String(value) === select.value);
    const wanted = (row) => (!words || row[COLUMN.name].toLocaleLowerCase().includes(words)) && set.every((select) => {
      const value = FILTERS[select.id].of(row);
      return Array.isArray(value) ? value.includes(Number(select.value)) : fits(select, value);
    });
    byId("clear").hidden = !set.length && !words;
    byId("none").hidden = true;
    shown = [];
    rows.forEach((row, index) => { if (wanted(row)) shown.push(index); });
    const compare = ORDERS[order.value];
    if (compare) shown.sort((a, b) => compare(rows[a], rows[b]) || a - b);
    current = Math.min(current, Math.max(0, shown.length - 1));
    count.textContent = say("{part} of {whole}", { part: number(shown.length), whole: number(meta.count) });
    byId("none").hidden = shown.length > 0;
    document.documentElement.dataset.shown = shown.length;
    clear();
    floor.style.height = `${Math.ceil(shown.length / columns) * height}px`;
    draw();
  }

  function chosen() {
    current = 0;
    view.scrollTop = 0;
    choose();
  }

  function go(position) {
    if (!shown.length) return;
    current = Math.max(0, Math.min(shown.length - 1, position));
    const top = Math.floor(current / columns) * height;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + height > view.scrollTop + view.clientHeight) view.scrollTop = top + height - view.clientHeight + GAP;
    draw();
  }

  function open(position) {
    if (!shown.length) return;
    go(position);
    couloir.open({
      get row() { return rows[shown[current]]; },
      get place() { return say("{part} of {whole}", { part: number(current + 1), whole: number(shown.length) }); },
      move: (step) => go(current + step),
      refresh: (row) => cells.forEach((option, position) => { if (rows[shown[position]] === row) fill(option, position); }),
      verdict: (row) => meta.verdicts[row[COLUMN.verdict]],
      project: (row) => meta.projects[row[COLUMN.project]],
      meta,
    });
  }

  const page = () => Math.max(1, Math.floor(view.clientHeight / height)) * columns;
  const KEYS = {
    ArrowLeft: () => go(current - 1), ArrowRight: () => go(current + 1),
    ArrowUp: () => { if (current >= columns) go(current - columns); },
    ArrowDown: () => { if (current + columns < shown.length) go(current + columns); },
    PageUp: () => go(current - page()), PageDown: () => go(current + page()),
    Home: () => go(0), End: () => go(shown.length - 1), Enter: () => open(current), " ": () => open(current),
  };
  view.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || byId("photo").open || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") view.focus(); });
  let asked = false;
  view.addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  }, { passive: true });
  search.addEventListener("input", chosen);
  [...filters, order].forEach((select) => select.addEventListener("change", chosen));

  function offer() {
    filters.forEach((select) => {
      const { words, inOrder } = FILTERS[select.id];
      if (!words) return;
      const names = words().map((name, value) => ({ name: say(name), value }));
      if (!inOrder) names.sort((a, b) => a.name.localeCompare(b.name));
      for (const { name, value } of names) {
        const option = make("option", "", name);
        option.value = value;
        select.append(option);
      }
    });
  }

  // A choice that leaves all photos or none is not offered.
  function tidy() {
    filters.forEach((select) => {
      if (select.id === "decision" && desk.served) return;
      const there = new Set(rows.flatMap((row) => FILTERS[select.id].of(row)).map(String));
      const lowest = Math.min(...rows.map((row) => row[COLUMN.rating])), highest = Math.max(...rows.map((row) => row[COLUMN.rating]));
      for (const option of [...select.options].slice(1)) {
        const value = Number(option.value);
        option.hidden = select.id === "rating" ? value <= lowest || value > highest : !there.has(option.value);
      }
      const left = [...select.options].slice(1).filter((option) => !option.hidden);
      select.parentElement.hidden = left.length < (select.id === "rating" ? 1 : 2) && select.value === "";
    });
  }

  // Several photos, and one decision for all of them.
  let last = 0;
  function tellMarks() {
    marks.hidden = !marked.size;
    byId("marked").textContent = say("{count} selected", { count: number(marked.size) });
    byId("grave").textContent = "";
    for (const [position, option] of cells) mark(option, position);
  }

  function toggle(position) {
    const uuid = rows[shown[position]][COLUMN.uuid];
    if (!marked.delete(uuid)) marked.add(uuid);
    current = last = position;
    tellMarks();
  }

  function markTo(position) {
    for (let each = Math.min(last, position); each <= Math.max(last, position); each++) marked.add(rows[shown[each]][COLUMN.uuid]);
    current = position;
    tellMarks();
  }

  function markAll() {
    shown.forEach((index) => marked.add(rows[index][COLUMN.uuid]));
    tellMarks();
  }

  function unmark() {
    marked.clear();
    tellMarks();
    view.focus({ preventScroll: true });
  }

  async function decideAll(decision) {
    try {
      await desk.decide(rows.filter((row) => marked.has(row[COLUMN.uuid])), decision);
      for (const [position, option] of cells) fill(option, position);
      unmark();
    } catch (error) { byId("grave").textContent = error.message; }
  }

  if (desk.served) {
    view.setAttribute("aria-multiselectable", "true");
    marks.querySelectorAll("[data-all]").forEach((button) => {
      button.addEventListener("click", () => decideAll(button.dataset.all || null));
    });
    byId("all").addEventListener("click", markAll);
    byId("unmark").addEventListener("click", unmark);
    view.addEventListener("keydown", (event) => {
      if (event.key === "x" && shown.length) toggle(current);
      else if (event.key === "a" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); markAll(); }
      else if (event.key === "Escape" && marked.size) unmark();
    });
  }
  byId("clear").addEventListener("click", () => {
    filters.forEach((select) => { select.value = ""; });
    search.value = "";
    chosen();
  });

  (async () => {
    meta = await load("meta", 0);
    couloir.speak(meta.words);
    offer();
    await desk.ready;
    for (let piece = 0; piece < meta.pieces; piece++) {
      rows = rows.concat(await load("photos", piece));
      couloir.forget("photos", []);
      choose(); // the largest differences come first, so what is in view stays
      if (piece === 0) {
        new ResizeObserver(measure).observe(view);
        view.focus({ preventScroll: true });
      }
    }
    if (!meta.pieces) choose();
    tidy();
    document.documentElement.dataset.loaded = rows.length;
  })().catch((error) => { count.textContent = error.message; document.documentElement.dataset.failed = error.message; });
})();
