/**
 * Recognises the plain cases of secrets while they are typed, to warn before sending and to keep them out of stored drafts. The server
 * masks far more; this list only has to be quick and rarely wrong.
 */
interface Rule {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Index of the group that holds the secret itself. */
  readonly group: number;
}

const RULES: readonly Rule[] = [
  {
    kind: "private key",
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    group: 0,
  },
  {
    kind: "password",
    pattern:
      /\b(?:pass(?:word|wort|phrase|wd)?|pwd|secret|api[_-]?key|token|kennwort)\b\s*(?:is\s+|[:=]\s*)(["']?)([^\s"',;]{4,})\1/gi,
    group: 2,
  },
  { kind: "password", pattern: /ConvertTo-SecureString\s+(?:-String\s+)?(["'])([^"']+)\1/gi, group: 2 },
  { kind: "password", pattern: /\bnet\s+user\s+\S+\s+(?!\/)(\S{4,})/gi, group: 1 },
  { kind: "password", pattern: /\bnet\s+use\s+\S+\s+(?:\/user:\S+\s+)(?!\/)(\S{4,})/gi, group: 1 },
  { kind: "token", pattern: /\b(?:ghp|gho|ghs|github_pat|glpat|xox[abp]|sk|pk|rk)[-_][A-Za-z0-9_-]{16,}/g, group: 0 },
  { kind: "token", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/g, group: 0 },
  { kind: "access key", pattern: /\bAKIA[0-9A-Z]{16}\b/g, group: 0 },
  { kind: "bearer token", pattern: /\bBearer\s+([A-Za-z0-9._~+/-]{20,}=*)/g, group: 1 },
];

/** A masked secret, a placeholder, a variable or a command that asks for one: taking it out would break a script. */
const NO_LITERAL = /^(?:«secret|\{\{|\$|\(|(?:Read|Get|New|Import|ConvertTo|ConvertFrom)-[A-Z])/;

export interface FoundSecret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Secrets of a text, in order, without overlaps. */
export function findSecrets(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const rule of RULES) {
    for (const match of text.matchAll(rule.pattern)) {
      const value = match[rule.group];
      if (value && !NO_LITERAL.test(value)) {
        const start = match.index + match[0].lastIndexOf(value);
        found.push({ kind: rule.kind, start, end: start + value.length });
      }
    }
  }
  found.sort((a, b) => a.start - b.start);
  const out: FoundSecret[] = [];
  for (const one of found) {
    if (one.start >= (out.at(-1)?.end ?? 0)) {
      out.push(one);
    }
  }
  return out;
}

/** The text without its secrets: what may be kept in this browser. */
export function scrub(text: string): string {
  let out = "";
  let done = 0;
  for (const secret of findSecrets(text)) {
    out += text.slice(done, secret.start);
    done = secret.end;
  }
  return out + text.slice(done);
}

/** What the warning above *Send* says. */
export function secretWarning(count: number): string {
  return count === 1
    ? "1 secret will be masked. It was shown on screen, so consider changing it."
    : `${count} secrets will be masked. They were shown on screen, so consider changing them.`;
}

/** Which command a pasted log looks like the output of; null when nothing is recognised. */
export function recognisedCommand(text: string): string | null {
  const known: ReadonlyArray<readonly [RegExp, string]> = [
    [/Windows IP Configuration/i, "ipconfig"],
    [/Pinging .+ with \d+ bytes|bytes from .+ icmp_seq/i, "ping"],
    [/Tracing route to|traceroute to/i, "tracert"],
    [/Server:\s+\S+[\s\S]*Address:\s+\S+/i, "nslookup"],
    [/LockedOut\s*:/i, "Get-ADUser"],
    [/TcpTestSucceeded\s*:/i, "Test-NetConnection"],
    [/Status\s+Name\s+DisplayName/i, "Get-Service"],
    [/Active Connections[\s\S]*Proto/i, "netstat"],
    [/Filesystem\s+.*Use%/i, "df"],
    [/AzureAdJoined\s*:/i, "dsregcmd /status"],
  ];
  return known.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
