// Builds the tests of what needs no browser, for Node's own runner: `node --test`. tests/frontend runs them.
import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

const tests = readdirSync("tests").filter((name) => name.endsWith(".test.ts"));

export default defineConfig({
  build: {
    ssr: true,
    emptyOutDir: true,
    target: "node20",
    rolldownOptions: { input: Object.fromEntries(tests.map((name) => [name.slice(0, -3), `tests/${name}`])) },
  },
});
