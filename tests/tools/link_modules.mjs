// Link the widget's modules without running them: syntax, paths and exported names have to fit.
// Prints as JSON {modules: [paths under app/], later: [paths], problems: [sentences]}; `later` are
// those that nothing but an import() asks for.
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import vm from "node:vm";

const [app, page, ...entries] = process.argv.slice(2);
const html = await readFile(resolve(app, page), "utf8");
const map = JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(html)[1]).imports;
const context = vm.createContext({});
const modules = new Map();
const LATER = /\bimport\(\s*"([^"]+)"\s*\)/g;
const awaited = [];

async function load(path) {
  if (!modules.has(path)) {
    const text = await readFile(path, "utf8");
    const identifier = relative(app, path);
    try {
      const module = new vm.SourceTextModule(text, { identifier, context });
      modules.set(path, module);
      for (const [, specifier] of text.matchAll(LATER)) awaited.push([specifier, module]);
    } catch (error) {
      throw new Error(`${identifier}: ${error.message}`);
    }
  }
  return modules.get(path);
}

async function follow(specifier, from) {
  const bare = !specifier.startsWith(".");
  if (bare && !map[specifier]) throw new Error(`${from.identifier}: the import map lacks ${specifier}`);
  const base = bare ? app : dirname(resolve(app, from.identifier));
  return load(resolve(base, bare ? map[specifier] : specifier));
}

async function link(module) {
  if (module.status === "unlinked") await module.link(follow);
}

const names = () => [...modules.keys()].map((one) => relative(app, one));
const problems = [];
let atOnce = [];
try {
  for (const entry of entries) await link(await load(resolve(app, entry)));
  atOnce = names();
  while (awaited.length) await link(await follow(...awaited.shift()));
} catch (error) {
  problems.push(`the modules do not fit together: ${error.message}`);
}
const later = names().filter((one) => !atOnce.includes(one));
console.log(JSON.stringify({ modules: atOnce, later, problems }));
