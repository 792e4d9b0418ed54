export interface DiffRow {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** Lines of two texts, aligned by their longest common run; for notes of a few dozen lines. */
export function diffLines(before: string, after: string): readonly DiffRow[] {
  const a = before.split("\n");
  const b = after.split("\n");
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  const get = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = a[i] === b[j] ? get(i + 1, j + 1) + 1 : Math.max(get(i + 1, j), get(i, j + 1));
    }
  }
  const rows: DiffRow[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      rows.push({ kind: "same", text: left });
      i += 1;
      j += 1;
    } else if (right !== undefined && (left === undefined || get(i, j + 1) > get(i + 1, j))) {
      rows.push({ kind: "added", text: right });
      j += 1;
    } else {
      rows.push({ kind: "removed", text: left ?? "" });
      i += 1;
    }
  }
  return rows;
}

/** A line of each text at the same height; null where one has none. */
export interface PairedRow {
  readonly mine: string | null;
  readonly other: string | null;
}

/** Lines of a difference beside each other: what was taken out faces what was put in. */
export function pairRows(rows: readonly DiffRow[]): readonly PairedRow[] {
  const out: PairedRow[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      out.push({ mine: removed[at] ?? null, other: added[at] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (row.kind === "removed") {
      removed.push(row.text);
    } else if (row.kind === "added") {
      added.push(row.text);
    } else {
      flush();
      out.push({ mine: row.text, other: row.text });
    }
  }
  flush();
  return out;
}
