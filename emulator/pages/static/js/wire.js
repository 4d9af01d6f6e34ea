// Carries a widget's request to the emulator and its answer back. Files travel beside the JSON.

export async function ask(url, event) {
  const files = [];
  const json = JSON.stringify(packed(event, files));
  const response = await fetch(url, { method: "POST", ...body(json, files) });
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/octet-stream")) return response.blob();
  if (!type.startsWith("application/json")) {
    throw new Error(`The emulator answered ${response.status}.`);
  }
  const answer = await response.json();
  if ("reject" in answer) throw answer.reject;
  return answer.resolve;
}

function body(json, files) {
  if (!files.length) return { body: json, headers: { "Content-Type": "application/json" } };
  const form = new FormData();
  form.append("event", json);
  files.forEach((file, index) => form.append(name(index), file, file.name ?? "file"));
  return { body: form };
}

// The event with { $file: name } in place of each file.
function packed(value, files) {
  if (value instanceof Blob) return { $file: name(files.push(value) - 1) };
  if (Array.isArray(value)) return list(value, files);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, packed(one, files)]));
}

// The SDK puts `trigger` and the like even on a list of records, where JSON would lose them.
function list(value, files) {
  const items = Array.from(value, (one) => packed(one, files));
  const named = Object.entries(value).filter(([key, one]) => !/^\d+$/.test(key) && one !== undefined);
  if (!named.length) return items;
  return { data: items, ...Object.fromEntries(named) };
}

function name(index) {
  return `file${index}`;
}
