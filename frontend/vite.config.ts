// Builds the page bundle: entries by page kind, hashed names, a manifest that the server reads, the sprite of icons,
// and the licences of all that went in.
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const SPRITE = "icons.svg";

/** One file of all icons that pages may use: the names stand in icons.txt. */
function sprite(): Plugin {
  return {
    name: "sprite",
    generateBundle() {
      const names = readFileSync("icons.txt", "utf8").split(/\s+/).filter(Boolean);
      const symbols = names.map((name) => {
        const [style, file] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
        const svg = readFileSync(`node_modules/@tabler/icons/icons/${style}/${file}.svg`, "utf8");
        const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
        return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s+/g, " ").trim()}</symbol>`;
      });
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
      this.emitFile({ type: "asset", name: SPRITE, originalFileName: SPRITE, source });
    },
  };
}

/** The licence texts of the packages that are bundled. */
function notices(): Plugin {
  const packages = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies);
  return {
    name: "notices",
    generateBundle() {
      const texts = [...packages, "zrender", "tslib"].map((name) => {
        const folder = `node_modules/${name}`;
        const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
        const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
        const files = found.map((entry) => entry.name).filter((name) => /^(licen[cs]e|notice|copyright)/i.test(name)).sort();
        const words = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
        return [`${name} ${version} (${license})`, ...words].join("\n\n");
      });
      const source = texts.join(`\n\n${"-".repeat(80)}\n\n`) + "\n";
      this.emitFile({ type: "asset", fileName: "NOTICES.txt", source });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [sprite(), notices()],
  build: {
    chunkSizeWarningLimit: 700,
    outDir: "../aerostic/web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The library of the canvas says "use client" for servers that draw it; nothing here does.
      onLog: (level, log, handle) => log.code !== "MODULE_LEVEL_DIRECTIVE" && handle(level, log),
      // What charts.ts exports is asked for at run time, by its address.
      preserveEntrySignatures: "exports-only",
      input: { app: "src/app.ts", charts: "src/charts.ts", ltr: "src/ltr.css", rtl: "src/rtl.css", builder: "src/builder.tsx", board: "src/builder.css" },
    },
  },
});
