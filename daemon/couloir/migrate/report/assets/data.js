"use strict";
// The photos, in pieces that lie beside the page. A page opened from disk may not fetch files, but it may load scripts:
// each piece is one that calls `couloir.take`.
const couloir = (() => {
  const pieces = new Map();
  const waiting = new Map();

  function take(name, number, content) {
    const key = `${name}-${number}`;
    pieces.set(key, content);
    (waiting.get(key) || []).forEach(({ resolve }) => resolve(content));
    waiting.delete(key);
  }

  function load(name, number) {
    const key = `${name}-${number}`;
    if (pieces.has(key)) return Promise.resolve(pieces.get(key));
    return new Promise((resolve, reject) => {
      const others = waiting.get(key);
      if (others) { others.push({ resolve, reject }); return; }
      waiting.set(key, [{ resolve, reject }]);
      const script = document.createElement("script");
      script.src = `data/${key}.js`;
      script.onload = () => script.remove();
      script.onerror = () => {
        script.remove();
        const refused = waiting.get(key) || [];
        waiting.delete(key); // so that the next attempt asks again
        refused.forEach(({ reject: no }) => no(new Error(say("{file} cannot be read. Write the report again.", { file: `data/${key}.js` }))));
      };
      document.head.append(script);
    });
  }

  // Details are kept for the photos around the one that is open, not for all that were ever looked at.
  function forget(name, keep) {
    for (const key of pieces.keys()) if (key.startsWith(`${name}-`) && !keep.includes(key)) pieces.delete(key);
  }

  // Columns of a row of `photos`, as couloir/migrate/page_files.py writes them.
  const COLUMN = {
    uuid: 0, name: 1, project: 2, verdict: 3, after: 4, p95: 5, before: 6, adjustments: 7, thumb: 8, decision: 9,
    piece: 10, place: 11, by: 12, camera: 13, kind: 14, rating: 15, fidelity: 16, edited: 17, drawn: 18,
  };

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text; // never markup: names come from a library
    return element;
  }

  // Texts are written in English; `words` of the piece `meta` has them in the report's language.
  let words = {};
  function speak(translations) { words = translations; }
  function say(text, facts = {}) {
    return (words[text] || text).replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  }

  function number(value, decimals = 0) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return value.toLocaleString(document.documentElement.lang, digits);
  }

  return { take, load, forget, make, speak, say, number, COLUMN };
})();
