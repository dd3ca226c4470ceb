// Loads every client once and prints its name: what the tests rely on is installed and can be imported.
import { createRequire } from 'node:module';

const wanted = Object.keys(createRequire(import.meta.url)('./package.json').devDependencies);
for (const name of wanted) {
  await import(name);
  console.log(name);
}
console.log(process.version);
