import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contrast, over, type Rgb, readTokens, type Theme } from "@/test/colour";

const SRC = join(import.meta.dirname, "..");
const SURFACES = ["bg-sidebar", "bg-page", "bg-card", "bg-input", "bg-code", "bg-elevated"];
const ROLES = ["accent", "warning", "success", "danger", "info", "purple"];
const BANNER_ROLES = ["accent", "warning", "success", "danger", "info"];
const CODE = ["keyword", "string", "number", "function", "variable", "type", "comment"];

describe.each(["dark", "light"] as const)("%s theme", (theme) => {
  const tokens = readTokens(readFileSync(join(SRC, "styles/tokens.css"), "utf8"), theme);
  const colour = (name: string) => tokens.colour(name);
  const tint = (role: string, alpha: string, base: Rgb) => over(colour(`${role}-tint`), tokens.number(alpha), base);

  test.each(["text-heading", "text-primary", "text-muted-foreground", "text-muted"])("%s on every surface", (text) => {
    for (const surface of SURFACES) {
      expect(contrast(colour(text), colour(surface)), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(["text-heading", "text-primary", "text-muted-foreground"])("%s on every banner", (text) => {
    for (const role of BANNER_ROLES) {
      const banner = tint(role, "dim-strong", colour("bg-page"));
      expect(contrast(colour(text), banner), `${text} on the ${role} banner`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("control borders on every surface", () => {
    for (const surface of SURFACES) {
      expect(contrast(colour("border-control"), colour(surface)), surface).toBeGreaterThanOrEqual(3);
    }
  });

  describe.each(ROLES)("role %s", (role) => {
    test("text of its buttons, at rest and under the pointer", () => {
      expect(contrast(colour(`${role}-on`), colour(role))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(`${role}-on`), colour(`${role}-hover`))).toBeGreaterThanOrEqual(4.5);
    });

    test("as text on every surface and on every banner", () => {
      const text = colour(`${role}-text`);
      for (const surface of SURFACES) {
        expect(contrast(text, colour(surface)), surface).toBeGreaterThanOrEqual(4.5);
      }
      for (const other of BANNER_ROLES) {
        expect(contrast(text, tint(other, "dim-strong", colour("bg-page"))), other).toBeGreaterThanOrEqual(4.5);
      }
    });

    test("as text on its pill, on its banner and on the surfaces that carry pills", () => {
      const text = colour(`${role}-text`);
      const banner = tint(role, "dim-strong", colour("bg-page"));
      for (const base of [banner, colour("bg-sidebar"), colour("bg-page"), colour("bg-card")]) {
        expect(contrast(text, tint(role, "pill", base))).toBeGreaterThanOrEqual(4.5);
      }
    });

    test("text on its tints", () => {
      for (const surface of ["bg-sidebar", "bg-page", "bg-card", "bg-input"]) {
        const strong = tint(role, "dim-strong", colour(surface));
        expect(contrast(colour("text-primary"), strong), surface).toBeGreaterThanOrEqual(4.5);
        expect(contrast(colour(`${role}-text`), strong), surface).toBeGreaterThanOrEqual(4.5);
      }
      for (const surface of ["bg-sidebar", "bg-page", "bg-card"]) {
        const dim = tint(role, "dim", colour(surface));
        expect(contrast(colour("text-muted-foreground"), dim), surface).toBeGreaterThanOrEqual(4.5);
      }
    });

    test("its edge on every surface", () => {
      for (const surface of SURFACES) {
        expect(contrast(colour(`${role}-edge`), colour(surface)), surface).toBeGreaterThanOrEqual(3);
      }
    });
  });

  test("the focus ring on every surface and banner", () => {
    const bases = [...SURFACES.map(colour), ...BANNER_ROLES.map((role) => tint(role, "dim-strong", colour("bg-page")))];
    for (const base of bases) {
      expect(contrast(colour("accent-edge"), base)).toBeGreaterThanOrEqual(3);
    }
  });

  test.each(CODE)("code colour %s on code and fields", (name) => {
    for (const surface of ["bg-code", "bg-input"]) {
      expect(contrast(colour(`code-${name}`), colour(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("the logo's mark on ember", () => {
    expect(contrast(colour("ember-on"), colour("ember"))).toBeGreaterThanOrEqual(4.5);
  });
});

test("both themes set the same tokens", () => {
  const css = readFileSync(join(SRC, "styles/tokens.css"), "utf8");
  const names = (theme: Theme) => readTokens(css, theme).names().sort();
  expect(names("light")).toEqual(names("dark"));
});

test("no colour is written outside the token file", () => {
  const found: string[] = [];
  for (const file of sources(SRC)) {
    const text = readFileSync(file, "utf8");
    for (const match of text.matchAll(/#[0-9a-fA-F]{3,8}\b(?!;)|\b(?:rgba?|hsla?|oklch|oklab|hwb)\((?!var\(|--)/g)) {
      if (isColour(match[0])) {
        found.push(`${file.slice(SRC.length + 1)}: ${match[0]}`);
      }
    }
  }
  expect(found).toEqual([]);
});

test("text is dimmed by tokens, never by opacity", () => {
  const found: string[] = [];
  for (const file of sources(SRC)) {
    for (const match of readFileSync(file, "utf8").matchAll(/\btext-(?:[a-z-]+)\/\d+|["\s]opacity-(?!0\b|100\b)\d+/g)) {
      found.push(`${file.slice(SRC.length + 1)}: ${match[0].trim()}`);
    }
  }
  expect(found).toEqual([]);
});

/** `#48213` is a ticket, `#fff` and `#60a5fa` are colours: hex of a colour's length that is not all digits. */
function isColour(text: string): boolean {
  return !text.startsWith("#") || ([4, 5, 7, 9].includes(text.length) && /[a-fA-F]/.test(text));
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      return sources(path);
    }
    const counted = /\.(tsx?|css)$/.test(name) && !/\.test\.tsx?$|\.gen\.ts$/.test(name) && name !== "tokens.css";
    return counted ? [path] : [];
  });
}
