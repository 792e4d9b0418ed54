/** Colour arithmetic of WCAG 2.2 and a reader of the token file, for the contrast tests. */

export type Rgb = readonly [number, number, number];
export type Theme = "dark" | "light";

export interface Tokens {
  /** Red, green, blue of 0..255; throws for a token that does not exist. */
  readonly colour: (name: string) => Rgb;
  readonly number: (name: string) => number;
  /** Names that this theme sets (not the ones shared by both). */
  readonly names: () => string[];
}

export function readTokens(css: string, theme: Theme): Tokens {
  const own = declarations(css, (selector) => selector.includes(`data-theme="${theme}"`));
  const shared = declarations(css, (selector) => selector.trim() === ":root");
  const value = (name: string): string => {
    const found = own.get(name) ?? shared.get(name);
    if (found === undefined) {
      throw new Error(`The token --${name} is not set in the ${theme} theme`);
    }
    return found;
  };
  return { colour: (name) => parse(value(name)), number: (name) => Number(value(name)), names: () => [...own.keys()] };
}

function declarations(css: string, wanted: (selector: string) => boolean): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, selector, body] of css.replaceAll(/\/\*.*?\*\//gs, "").matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (wanted(selector ?? "")) {
      for (const [, name, value] of (body ?? "").matchAll(/--([a-z-]+):\s*([^;]+);/g)) {
        found.set(name ?? "", (value ?? "").trim());
      }
    }
  }
  return found;
}

function parse(value: string): Rgb {
  if (value.startsWith("#")) {
    const whole = Number.parseInt(value.slice(1), 16);
    return [(whole >> 16) & 255, (whole >> 8) & 255, whole & 255];
  }
  const [red, green, blue] = value.split(/\s+/).map(Number);
  if (red === undefined || green === undefined || blue === undefined) {
    throw new Error(`Not a colour: ${value}`);
  }
  return [red, green, blue];
}

/** `top` at `alpha` over an opaque colour. */
export function over(top: Rgb, alpha: number, base: Rgb): Rgb {
  return [mix(top[0], alpha, base[0]), mix(top[1], alpha, base[1]), mix(top[2], alpha, base[2])];
}

function mix(top: number, alpha: number, base: number): number {
  return top * alpha + base * (1 - alpha);
}

/** Contrast ratio 1..21 of two opaque colours. */
export function contrast(one: Rgb, two: Rgb): number {
  const [light, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
