/** A path of this site to go to after sign-in. Anything that could lead elsewhere, or back to sign-in, becomes Home. */
export function safeReturnPath(asked: string | undefined): string {
  if (!asked?.startsWith("/") || asked.startsWith("//") || hasOddCharacters(asked)) {
    return "/";
  }
  const resolved = new URL(asked, window.location.origin);
  if (
    resolved.origin !== window.location.origin ||
    ["/sign-in", "/welcome"].includes(resolved.pathname) ||
    resolved.pathname.startsWith("/api/")
  ) {
    return "/";
  }
  return resolved.pathname + resolved.search + resolved.hash;
}

/** Browsers read a backslash as a slash and drop control characters, so `/\host` would leave the site. */
function hasOddCharacters(text: string): boolean {
  return text.includes("\\") || Array.from(text).some((char) => char < " ");
}
