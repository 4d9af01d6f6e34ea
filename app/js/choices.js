// What the person decides about one option. Values in, values out.

/** Nothing decided that the person has to decide; everything else as Zoho would do it. */
export function firstChoice(option) {
  const records = {};
  for (const record of option.records ?? []) {
    const clear = !record.matches?.length;
    records[record.key] = {
      wanted: !record.optional,
      link: clear ? null : undefined, // null: create a new one; undefined: not decided yet
      layout: defaultOf(record.layouts)?.id ?? null,
      ...NOTHING,
    };
  }
  return withPipeline(option, { target: option.target, records, pipeline: null, stage: null });
}

/**
 * Of a record, besides: field -> {field, typed, place}, what was typed in (plan.js); field -> the
 * lead's field that is put there; field -> how an existing record's value is merged.
 */
const NOTHING = { values: {}, sources: {}, merge: {} };
/** Of all of it: what is absent is as the target says. `agreed` is {digest, key}: the plan that the
 *  person said yes to, as long as nobody knows what came of that. */
const WHOLE = ["owner", "carry", "after", "salvage", "attachmentsTo", "overwrite", "notify", "agreed"];

/** The choice made before, as far as it still stands now that the option was read again. */
export function renewed(option, before) {
  const choice = firstChoice(option);
  if (!before) return choice;
  for (const record of option.records ?? []) {
    const old = before.records[record.key];
    if (!old) continue;
    const fresh = choice.records[record.key];
    const stands = record.matches?.some((match) => match.id === old.link) || old.link === null;
    fresh.wanted = old.wanted;
    for (const what of Object.keys(NOTHING)) fresh[what] = old[what];
    if (stands) fresh.link = old.link;
    if (record.layouts?.some((layout) => layout.id === old.layout)) fresh.layout = old.layout;
  }
  for (const what of WHOLE) choice[what] = before[what];
  return withPipeline(option, { ...choice, pipeline: before.pipeline, stage: before.stage });
}

export function changeRecord(option, choice, key, change) {
  const records = { ...choice.records, [key]: { ...choice.records[key], ...change } };
  return withPipeline(option, { ...choice, records });
}

export function changePipeline(option, choice, change) {
  return withPipeline(option, { ...choice, ...change });
}

/** The pipelines that go with the chosen layouts, as Zoho refuses any other. */
export function pipelinesFor(option, choice) {
  const layouts = Object.values(choice.records).map((record) => record.layout).filter(Boolean);
  const all = option.pipelines ?? [];
  const fitting = all.filter((pipeline) => !pipeline.layout || layouts.includes(pipeline.layout));
  return fitting.length ? fitting : all;
}

export function chosenPipeline(option, choice) {
  return (option.pipelines ?? []).find((pipeline) => pipeline.id === choice.pipeline) ?? null;
}

// The record of Zoho's conversion that pipelines and stages are about.
export function dealOf(option) {
  return (option.records ?? []).find((record) => record.module === "Deals") ?? null;
}

export function wantsDeal(option, choice) {
  const deal = dealOf(option);
  return Boolean(deal && choice.records[deal.key]?.wanted);
}

/** The records that will be there at the end, each with the match that stands for it, if any. */
export function outcome(option, choice) {
  return (option.records ?? [])
    .filter((record) => choice.records[record.key]?.wanted)
    .map((record) => {
      const { link, layout } = choice.records[record.key];
      return {
        record,
        undecided: link === undefined,
        match: record.matches?.find((match) => match.id === link) ?? null,
        layout: record.layouts?.find((one) => one.id === layout) ?? null,
      };
    });
}

/** What still has to be typed in, for records that will be created by this choice. */
export function stillToFill(option, choice) {
  const picked = new Set((option.pipelines ?? []).length ? ["Pipeline", "Stage"] : []);
  return (option.to_fill ?? []).filter((field) => {
    const chosen = choice.records[field.record];
    if (chosen && (!chosen.wanted || chosen.link)) return false;
    return !(field.record === dealOf(option)?.key && picked.has(field.field));
  });
}

function withPipeline(option, choice) {
  const offered = pipelinesFor(option, choice);
  const kept = offered.find((pipeline) => pipeline.id === choice.pipeline);
  const pipeline = kept ?? defaultOf(offered) ?? null;
  const stages = pipeline?.stages ?? [];
  const stage = stages.some(({ value }) => value === choice.stage) ? choice.stage : null;
  return { ...choice, pipeline: pipeline?.id ?? null, stage };
}

function defaultOf(offered) {
  return offered?.find((one) => one.default) ?? offered?.[0];
}
