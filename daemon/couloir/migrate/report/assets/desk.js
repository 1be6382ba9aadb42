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

  async function decide(row, decision) {
    const version = row[couloir.COLUMN.uuid];
    const wanted = of(row) === decision ? null : decision; // the same button takes it back
    await answer(await fetch("decisions", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Couloir-Page": token },
      body: JSON.stringify({ version, decision: wanted }),
    }));
    if (wanted) said.set(version, wanted); else said.delete(version);
  }

  return { served, ready, of, decide };
})();
