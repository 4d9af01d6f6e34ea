// The rows of a batch: what they have in common, and which of them are shown.

/** What may be shown of them, in this order, as far as there are any. */
const STATES = ["planned", "waiting", "failed", "blocked", "running", "queued", "done", "cancelled",
  "undoing", "undone", "listed"];

/** Every way to look at these rows: [{key, name, count, fits}]; the first is all of them. */
export function views(rows) {
  const found = STATES.map((state) => ({
    key: `state.${state}`, name: `rowstate.${state}`, fits: (row) => row.state === state,
  }));
  const every = [
    { key: "all", name: "many.all", fits: () => true },
    ...found,
    { key: "losses", name: "many.with_losses", fits: (row) => row.lost > 0 },
    { key: "left_alone", name: "many.with_left_alone", fits: (row) => row.left_alone?.length > 0 },
    { key: "joined", name: "many.with_joined", fits: (row) => row.joined_to !== null },
  ];
  const counted = every.map((one) => ({ ...one, count: rows.filter(one.fits).length }));
  return counted.filter(({ key, count }) => key === "all" || count > 0);
}

/** What keeps rows from being converted, or has: [{key, count, fits}], the most frequent first. */
export function reasons(rows, tell) {
  const groups = new Map();
  for (const row of rows) {
    if (!row.reason) continue;
    const said = tell(row);
    groups.set(said, (groups.get(said) ?? 0) + 1);
  }
  const each = [...groups].map(([said, count]) => ({
    key: `reason ${said}`, said, count, fits: (row) => row.reason && tell(row) === said,
  }));
  return each.sort((one, other) => other.count - one.count);
}

/** The fields whose values are lost: [{key, label, count, fits}], the most frequent first. */
export function lostFields(rows) {
  const groups = new Map();
  for (const { field, label } of rows.flatMap(({ losses }) => losses ?? [])) {
    const known = groups.get(field) ?? { key: `field ${field}`, label, count: 0 };
    groups.set(field, { ...known, count: known.count + 1 });
  }
  const holds = (field) => (row) => (row.losses ?? []).some((one) => `field ${one.field}` === field);
  const each = [...groups.values()].map((one) => ({ ...one, fits: holds(one.key) }));
  return each.sort((one, other) => other.count - one.count);
}

/** What the convertible rows become: [{target, count}], the most frequent first. */
export function becoming(rows) {
  const groups = new Map();
  for (const { state, target } of rows) {
    if (state === "planned") groups.set(target, (groups.get(target) ?? 0) + 1);
  }
  const each = [...groups].map(([target, count]) => ({ target, count }));
  return each.sort((one, other) => other.count - one.count);
}

export function matching(rows, view, text) {
  const wish = text.trim().toLocaleLowerCase();
  return rows.filter((row) => view.fits(row) && (!wish || words(row).includes(wish)));
}

function words({ name, company, lead }) {
  return [name, company, lead].filter(Boolean).join(" ").toLocaleLowerCase();
}
