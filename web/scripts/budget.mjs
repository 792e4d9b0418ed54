/**
 * Adds up the gzipped script a page loads before it can be used, from the build's manifest, and fails above the limit:
 * sign-in 160 kB, shell and session view 250 KB.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const built = fileURLToPath(new URL("../../src/resolutionflow/static/", import.meta.url));
const KIB = 1024;
const LIMITS = [
  { name: "sign-in", entries: ["index.html", "src/routes/sign-in.tsx"], limit: 160 * 1000 },
  {
    name: "shell and session view",
    entries: ["index.html", "src/components/shell/shell.tsx", "src/routes/pilot.tsx"],
    limit: 250 * KIB,
  },
];

const manifest = JSON.parse(readFileSync(`${built}.vite/manifest.json`, "utf8"));

/** Files of an entry and of everything it imports at once (not what it loads later). */
function filesOf(entry, seen = new Set()) {
  const chunk = manifest[entry];
  if (!chunk) {
    throw new Error(`${entry} is not in the build's manifest`);
  }
  if (!seen.has(chunk.file)) {
    if (chunk.file.endsWith(".js")) {
      seen.add(chunk.file);
    }
    for (const imported of chunk.imports ?? []) {
      filesOf(imported, seen);
    }
  }
  return seen;
}

let failed = false;
for (const { name, entries, limit } of LIMITS) {
  const files = new Set(entries.flatMap((entry) => [...filesOf(entry)]));
  const sizes = [...files].map((file) => ({ file, bytes: gzipSync(readFileSync(built + file)).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const over = total > limit;
  failed ||= over;
  console.log(
    `${over ? "OVER" : "ok  "} ${name}: ${(total / KIB).toFixed(1)} KiB of ${(limit / KIB).toFixed(1)} KiB gzip script`,
  );
  if (over || process.argv.includes("--files")) {
    for (const { file, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
      console.log(`       ${(bytes / KIB).toFixed(1).padStart(7)}  ${file}`);
    }
  }
}
process.exit(failed ? 1 : 0);
