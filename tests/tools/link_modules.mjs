// Link the widget's modules without running them: syntax, paths and exported names have to fit.
// Prints as JSON {modules: [paths under app/], problems: [sentences]}.
import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import vm from "node:vm";

const [app, page, entry] = process.argv.slice(2);
const html = await readFile(resolve(app, page), "utf8");
const map = JSON.parse(/<script type="importmap">(.*?)<\/script>/s.exec(html)[1]).imports;
const context = vm.createContext({});
const modules = new Map();

async function load(path) {
  if (!modules.has(path)) {
    const text = await readFile(path, "utf8");
    const identifier = relative(app, path);
    try {
      modules.set(path, new vm.SourceTextModule(text, { identifier, context }));
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

const problems = [];
try {
  await (await load(resolve(app, entry))).link(follow);
} catch (error) {
  problems.push(`the modules do not fit together: ${error.message}`);
}
console.log(JSON.stringify({ modules: [...modules.keys()].map((one) => relative(app, one)), problems }));
