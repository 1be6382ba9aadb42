"use strict";
// What the photographer says to a photo. Only a page that the service has opened can write it down; one that was opened
// from disk shows what was said when the report was written.
couloir.desk = (() => {
  const served = location.protocol === "http:";
  let token = null;
  const said = new Map(); // uuid -> decision, where it is another than in the row

  const ready = served ? fetch("desk", { headers: { Accept: "application/json" } }).then(answer).then((desk) => {
    token = desk.token;
    desk.decisions.forEach(({ version, decision }) => said.set(version, decision));
    return desk;
  }) : Promise.resolve(null);

  async function answer(response) {
    const content = await response.json();
    if (!response.ok) throw new Error(`${content.detail} ${content.advice}`);
    return content;
  }

  function of(row) {
    const { uuid, decision } = couloir.COLUMN;
    if (!served) return row[decision];
    return said.get(row[uuid]) || ""; // the service knows all of them, and those in the rows may be older
  }

  // One decision for many photos; null takes theirs back. The service takes so many at a time.
  const AT_A_TIME = 500;
  async function decide(rows, decision) {
    const versions = rows.map((row) => row[couloir.COLUMN.uuid]);
    for (let first = 0; first < versions.length; first += AT_A_TIME) {
      const some = versions.slice(first, first + AT_A_TIME);
      await answer(await fetch("decisions", {
        method: "POST",
        headers: { "Content-Type": "application/json", "Couloir-Page": token },
        body: JSON.stringify({ versions: some, decision }),
      }));
      for (const version of some) {
        if (decision) said.set(version, decision); else said.delete(version);
      }
    }
  }

  // The same button takes it back.
  const toggle = (row, decision) => decide([row], of(row) === decision ? null : decision);

  return { served, ready, of, decide, toggle };
})();
