/** What the pages need of a browser and jsdom does not have. `setMedia` decides which media queries match. */

let matching: (query: string) => boolean = () => false;

export function setMedia(match: (query: string) => boolean): void {
  matching = match;
}

export function installBrowser(): void {
  matching = () => false;
  window.matchMedia = (query: string): MediaQueryList => ({
    matches: matching(query),
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  });
  window.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  Element.prototype.scrollIntoView ??= () => undefined;
  Element.prototype.hasPointerCapture ??= () => false;
  Element.prototype.setPointerCapture ??= () => undefined;
  Element.prototype.releasePointerCapture ??= () => undefined;
  window.scrollTo = () => undefined;
}
