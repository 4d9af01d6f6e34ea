// Style sheets, loaded once and with the code that needs them; a view without its looks is better
// than none.
const known = new Map();

export function styled(...sheets) {
  return Promise.all(sheets.map((name) => {
    if (!known.has(name)) known.set(name, loaded(name));
    return known.get(name);
  }));
}

function loaded(name) {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(name, import.meta.url);
    link.onload = resolve;
    link.onerror = resolve;
    document.head.append(link);
  });
}
