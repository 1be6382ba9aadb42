"use strict";
// One photo: Aperture and the rendering side by side, wiped, or as a map of their difference; and its details.
(() => {
  const { COLUMN, make, load, desk, say, number } = couloir;
  const byId = (name) => document.getElementById(name);
  const dialog = byId("photo"), stage = byId("stage"), facts = byId("facts"), title = byId("title"), where = byId("where");
  const modes = [...document.querySelectorAll("[data-mode]")], says = [...document.querySelectorAll("[data-say]")];
  const trouble = byId("trouble");
  const SVG = "http://www.w3.org/2000/svg";
  const zoom = byId("zoom"), masks = byId("masks");
  let mode = "side", detail = null, walk = null, cut = 50, zoomed = false, masked = false;

  const by = () => say("Drawn by {by}", { by: detail.look.renderer });
  const picture = () => detail.look && detail.look.aperture !== "";
  const comparable = () => picture() && detail.look.difference !== "";

  function image(source, words) {
    const element = make("img");
    element.src = source;
    element.alt = words;
    return element;
  }

  const sliders = (mask) => mask.sliders.map((slider) => slider.join(" ")).join(", ");

  // What can be laid over a picture of this photo.
  function overlays() {
    const found = detail.masks.map((mask) => ({ file: mask.file, words: say("Where Lightroom's brush acts: {what}", { what: sliders(mask) }) }));
    if (detail.look && detail.look.lost) found.push({ file: detail.look.lost, words: say("Where something painted or retouched is lost") });
    return found;
  }

  // A picture of another crop than the masks' has none: they would lie elsewhere.
  function cover(box, picture, layers) {
    for (const { file, words } of layers) {
      const mask = image(file, words), shape = (one) => one.naturalWidth / one.naturalHeight;
      const fit = () => { if (mask.naturalWidth && picture.naturalWidth) mask.hidden = Math.abs(shape(mask) / shape(picture) - 1) > 0.02; };
      mask.className = "mask";
      [mask, picture].forEach((one) => one.addEventListener("load", fit));
      box.append(mask);
    }
  }

  function figure(source, caption, layers = masked ? overlays() : []) {
    const box = make("figure"), pane = make("div", "pane"), whole = make("div", "layers"), picture = image(source, caption);
    whole.append(picture);
    cover(whole, picture, layers);
    pane.append(whole);
    box.append(pane, make("figcaption", "", caption));
    return box;
  }

  function wipe() {
    const box = make("div", "wiper"), over = image(detail.look.aperture, "Aperture"), line = make("div", "line");
    const slider = make("input"), whole = make("div"), names = make("div", "names");
    Object.assign(slider, { type: "range", min: 0, max: 100, step: 0.5, value: cut, id: "cut" });
    slider.setAttribute("aria-label", say("How much of Aperture's picture is shown, from the left, in per cent"));
    const set = (value) => {
      cut = Math.max(0, Math.min(100, value));
      slider.value = cut;
      over.style.clipPath = `inset(0 ${100 - cut}% 0 0)`;
      line.style.left = `${cut}%`;
    };
    slider.addEventListener("input", () => set(Number(slider.value)));
    const drag = (event) => {
      const place = box.getBoundingClientRect();
      set((100 * (event.clientX - place.left)) / place.width);
    };
    box.addEventListener("pointerdown", (event) => { event.preventDefault(); box.setPointerCapture(event.pointerId); drag(event); });
    box.addEventListener("pointermove", (event) => { if (event.buttons) drag(event); });
    over.className = "over";
    set(cut);
    names.append(make("span", "", "Aperture"), make("span", "", by()));
    const under = image(detail.look.rendering, by());
    box.append(under, over);
    if (masked) cover(box, under, overlays());
    box.append(line);
    const pane = make("div", "pane");
    pane.append(box);
    whole.append(pane, slider, names);
    return whole;
  }

  function map() {
    const whole = make("div"), scale = make("div", "scale"), ticks = make("div", "ticks"), top = walk.meta.scale;
    for (const part of [0, 0.25, 0.5, 0.75, 1]) ticks.append(make("span", "", `${part * top}${part === 1 ? "+" : ""}`));
    scale.append(make("div", "ramp"), ticks, make("p", "soft", say("Black: no difference. Pale: an obvious one.")));
    whole.append(figure(detail.look.difference, say("Where they differ")), scale);
    return whole;
  }

  // Both histograms have one scale, and the ends do not set it: clipped pixels would flatten all the rest.
  function histogram(channels, top, caption) {
    const box = make("figure", "histogram"), svg = document.createElementNS(SVG, "svg"), bins = channels[0].length;
    svg.setAttribute("viewBox", `0 0 ${bins} 40`);
    svg.setAttribute("preserveAspectRatio", "none");
    channels.forEach((values, channel) => {
      const area = document.createElementNS(SVG, "polygon");
      const points = values.map((value, x) => `${x},${h(value)} ${x + 1},${h(value)}`);
      area.setAttribute("points", `0,40 ${points.join(" ")} ${bins},40`);
      area.setAttribute("class", ["red", "green", "blue"][channel]);
      svg.append(area);
    });
    function h(value) { return (40 - 39 * Math.min(1, value / top)).toFixed(2); }
    box.append(svg, make("figcaption", "", caption));
    return box;
  }

  function histograms() {
    const both = make("div", "histograms"), all = detail.look.histograms;
    const top = Math.max(1, ...all.flat().flatMap((values) => values.slice(1, -1)));
    both.append(histogram(all[0], top, "Aperture"), histogram(all[1], top, by()));
    return both;
  }

  // At 1:1 the pictures are larger than their panes: both are moved together, by their bars or by dragging.
  function pan() {
    const panes = [...stage.querySelectorAll(".pane")];
    panes.forEach((pane) => {
      pane.addEventListener("scroll", () => panes.forEach((other) => {
        if (other === pane) return;
        other.scrollLeft = pane.scrollLeft;
        other.scrollTop = pane.scrollTop;
      }), { passive: true });
      if (stage.classList.contains("wipe")) return;
      pane.addEventListener("pointerdown", (event) => { event.preventDefault(); pane.setPointerCapture(event.pointerId); });
      pane.addEventListener("pointermove", (event) => {
        if (event.buttons) pane.scrollBy(-event.movementX, -event.movementY);
      });
    });
  }

  function enlarge(on) {
    zoomed = on;
    if (detail) draw();
  }

  function mask(on) {
    masked = on;
    if (detail) draw();
  }

  function draw() {
    const possible = comparable() ? mode : "side";
    modes.forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.mode === possible));
      button.hidden = !comparable(); // with one picture there is nothing to choose
    });
    zoom.hidden = !picture() || possible === "map";
    zoom.setAttribute("aria-pressed", String(zoomed && !zoom.hidden));
    masks.hidden = !overlays().length;
    masks.setAttribute("aria-pressed", String(masked));
    stage.className = zoomed && !zoom.hidden ? `${possible} zoomed` : possible;
    stage.replaceChildren();
    if (!picture()) {
      const thumb = walk.row[COLUMN.thumb], empty = make("div", "empty");
      const drawn = say("Drawn by Couloir's own engine (not {program}): Aperture has no preview of it.", { program: walk.meta.program });
      if (thumb) empty.append(figure(`thumbs/${thumb}`, walk.row[COLUMN.drawn] ? drawn : "Aperture"));
      empty.append(make("p", "soft", detail.why || say("There are no pictures of this measurement.")));
      stage.append(empty);
    } else if (possible === "wipe") stage.append(wipe());
    else if (possible === "map") stage.append(map());
    else stage.append(figure(detail.look.aperture, "Aperture"), figure(detail.look.rendering, by()));
    pan();
  }

  function numbers() {
    const row = walk.row, box = make("div", "numbers");
    box.dataset.verdict = walk.verdict(row);
    const by = row[COLUMN.after] === null ? null : walk.meta.renderers[row[COLUMN.by]];
    if (by) box.append(make("span", "by", by.name), make("b", "", number(row[COLUMN.after], 2)));
    box.append(make("span", "verdict", by && !by.measures ? say("(not {program}), expected", { program: walk.meta.program }) : say(walk.verdict(row))));
    const more = [];
    if (row[COLUMN.p95] !== null) more.push(say("95th percentile {figure}", { figure: number(row[COLUMN.p95], 2) }));
    if (row[COLUMN.before] !== null) more.push(`${detail.look.start} ${number(row[COLUMN.before], 2)}`);
    if (detail.look && detail.look.renderings > 1) more.push(say("{count} renderings", { count: number(detail.look.renderings) }));
    box.append(make("span", "soft", more.join(" · ")));
    if (by) box.append(make("span", "soft what", say("CIEDE2000 says how far apart the colours of two pictures look: below 1 is hard to see, above 5 is obvious.")));
    return box;
  }

  function tell() {
    facts.replaceChildren(numbers());
    const reason = detail.look ? detail.look.reason : detail.why;
    if (reason) facts.append(make("p", "", reason));
    if (detail.masks.length || detail.losing) facts.append(make("h3", "", say("Painted and retouched")), ...detail.masks.map(painted));
    if (detail.losing) facts.append(lost());
    if (picture()) facts.append(histograms());
    if (detail.operations.length) facts.append(make("h3", "", say("Adjustments")), operations());
    if (detail.settings.length) facts.append(make("h3", "", say("Develop settings")), table(detail.settings));
    facts.append(make("h3", "", say("The file")));
    facts.append(make("p", "soft", [walk.project(walk.row), detail.outcome, detail.advice].filter(Boolean).join(". ").replaceAll("..", ".")));
    if (detail.path) facts.append(make("code", "", detail.path));
  }

  function figured(value) {
    const by = walk.meta.renderers[walk.row[COLUMN.by]];
    return by && by.measures ? number(value, 2) : say("expected {figure}", { figure: number(value, 2) });
  }

  function painted(mask) {
    const line = make("p"), both = mask.before !== null && mask.after !== null;
    const words = both
      ? say("Painted with Lightroom's brush. Where it acts, the difference without it is {before}, and with it {after}.", { before: figured(mask.before), after: figured(mask.after) })
      : say("Painted with Lightroom's brush.");
    line.append(make("b", "", sliders(mask)), make("span", "", ` ${words}`));
    return line;
  }

  // Never without the picture: only Aperture's preview shows what it was.
  function lost() {
    const row = walk.row, look = picture() ? detail.look : null;
    if (!look && (!row[COLUMN.thumb] || row[COLUMN.drawn])) return make("p", "", say("Something painted or retouched in Aperture is lost, and Aperture has no preview that shows it."));
    if (!look) return figure(`thumbs/${row[COLUMN.thumb]}`, say("Something painted or retouched in Aperture is lost: its preview still shows it."), []);
    if (!look.lost) return figure(look.aperture, say("Something painted or retouched in Aperture is lost. It stands out nowhere in Aperture's preview."), []);
    const words = say("Something painted or retouched in Aperture is lost. Where Aperture's preview shows it, the difference is {figure}.", { figure: figured(look.inside) });
    return figure(look.aperture, words, overlays().slice(-1));
  }

  function operations() {
    const list = make("ul", "operations");
    for (const operation of detail.operations) {
      const item = make("li"), words = make("span");
      words.append(make("b", "", operation.title), make("span", "soft", operation.reason ? ` ${operation.reason}` : ""));
      item.append(make("span", `tag ${operation.fidelity}`, operation.fidelity ? say(operation.fidelity) : say("not carried")), words);
      list.append(item);
    }
    return list;
  }

  function table(settings) {
    const box = make("table", "settings");
    for (const [key, words, value] of settings) {
      const line = box.insertRow();
      line.append(make("td", "", words), make("td", "", value));
      line.title = key; // as files and other programs call it
    }
    return box;
  }

  function listen() {
    const said = desk.of(walk.row);
    says.forEach((button) => {
      button.hidden = !desk.served;
      button.setAttribute("aria-pressed", String(button.dataset.say === said));
    });
    byId("elsewhere").hidden = desk.served;
    byId("said").textContent = !desk.served && said ? say(said) : "";
    trouble.textContent = "";
  }

  async function judge(decision) {
    const row = walk.row; // while it is written down, the next photo may be asked for
    try {
      await desk.toggle(row, decision);
      listen();
      walk.refresh(row);
    } catch (error) { trouble.textContent = error.message; }
  }

  let asked = 0;
  async function show() {
    const row = walk.row, mine = ++asked;
    title.textContent = row[COLUMN.name];
    where.textContent = walk.place;
    let content;
    try {
      content = await load("detail", row[COLUMN.piece]);
    } catch (error) { trouble.textContent = error.message; return; }
    if (mine !== asked) return; // another photo was asked for meanwhile
    const found = content[row[COLUMN.place]];
    if (!found || found.uuid !== row[COLUMN.uuid]) {
      trouble.textContent = say("The report has been written again. Reload this page.");
      return;
    }
    detail = found;
    couloir.forget("detail", [`detail-${row[COLUMN.piece]}`]);
    draw();
    tell();
    listen();
    document.documentElement.dataset.open = row[COLUMN.uuid];
  }

  function step(by) { walk.move(by); show(); }

  couloir.open = (from) => {
    walk = from;
    if (!dialog.open) dialog.showModal();
    show();
  };

  function view(name) { mode = name; if (detail) draw(); }
  const KEYS = {
    ArrowLeft: () => step(-1), ArrowRight: () => step(1), 1: () => view("side"), 2: () => view("wipe"), 3: () => view("map"),
    z: () => enlarge(!zoomed), o: () => mask(!masked),
  };
  const SAY = { a: "accepted", r: "re-derive", m: "review" };
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const slides = event.target.type === "range" && event.key.startsWith("Arrow");
    const said = SAY[event.key.toLowerCase()];
    if (KEYS[event.key] && !slides) { event.preventDefault(); KEYS[event.key](); }
    else if (said && desk.served) { event.preventDefault(); judge(said); }
  });
  dialog.addEventListener("close", () => {
    delete document.documentElement.dataset.open;
    byId("grid").focus();
  });
  modes.forEach((button) => button.addEventListener("click", () => view(button.dataset.mode)));
  says.forEach((button) => button.addEventListener("click", () => judge(button.dataset.say)));
  zoom.addEventListener("click", () => enlarge(!zoomed));
  masks.addEventListener("click", () => mask(!masked));
  byId("back").addEventListener("click", () => step(-1));
  byId("on").addEventListener("click", () => step(1));
  byId("close").addEventListener("click", () => dialog.close());
})();
