import { type ReactNode, useState } from "react";
import { Button, Dialog } from "@/components/ui";
import { cx } from "@/lib/cx";
import { diffLines, type PairedRow, pairRows } from "./model/diff";

interface TwoTextsProps {
  /** Why there are two. */
  readonly words: string;
  readonly mine: string;
  readonly other: string;
  /** What pressing for the other one says: "Use new". */
  readonly otherWord: string;
  readonly onOther: () => void;
  readonly onMine: () => void;
  readonly className?: string;
}

/** Two texts exist: says why, shows them side by side and lets the person choose. */
export function TwoTexts(props: TwoTextsProps): ReactNode {
  const { words, mine, other, otherWord, onOther, onMine, className } = props;
  const [comparing, setComparing] = useState(false);
  const choose = (act: () => void) => () => {
    setComparing(false);
    act();
  };
  return (
    <div
      role="status"
      className={cx(
        "flex flex-wrap items-center gap-2 rounded-card border border-warning-tint bg-warning-dim px-3 py-2 text-row text-primary",
        className,
      )}
    >
      <span className="min-w-40 flex-1">{words}</span>
      <Button size="lane" variant="ghost" onClick={() => setComparing(true)}>
        Compare
      </Button>
      <Button size="lane" onClick={onOther}>
        {otherWord}
      </Button>
      <Button size="lane" onClick={onMine}>
        Keep mine
      </Button>
      {comparing ? (
        <Dialog
          open
          wide
          className="sm:!max-w-4xl"
          onClose={() => setComparing(false)}
          title="Compare the two texts"
          description="Marked lines stand in one of the two only."
          footer={
            <>
              <Button onClick={choose(onOther)}>{otherWord}</Button>
              <Button onClick={choose(onMine)}>Keep mine</Button>
            </>
          }
        >
          <SideBySide mine={mine} other={other} />
        </Dialog>
      ) : null}
    </div>
  );
}

/** Equal lines stand at the same height; below 640 the columns are narrow, so the two follow each other line by line. */
function SideBySide({ mine, other }: { readonly mine: string; readonly other: string }): ReactNode {
  const rows = pairRows(diffLines(mine, other));
  return (
    <table className="w-full table-fixed overflow-hidden rounded-md border border-default bg-code text-row leading-[1.6] text-primary">
      <thead className="text-left text-hint text-muted-foreground max-sm:sr-only">
        <tr className="border-b border-default">
          <th scope="col" className="border-r border-default px-3 py-1.5 font-medium">
            Yours
          </th>
          <th scope="col" className="px-3 py-1.5 font-medium">
            The other text
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of one comparison never move
          <tr key={index} className="align-top max-sm:flex max-sm:flex-col">
            <Cell row={row} side="mine" />
            <Cell row={row} side="other" />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ row, side }: { readonly row: PairedRow; readonly side: "mine" | "other" }): ReactNode {
  const text = row[side];
  const same = row.mine === row.other;
  const mine = side === "mine";
  return (
    <td
      className={cx(
        "whitespace-pre-wrap px-3 py-px [overflow-wrap:anywhere]",
        mine && "sm:border-r sm:border-default",
        !same && text !== null && (mine ? "bg-danger-dim" : "bg-success-dim"),
        // Line by line, an equal line is said once and a missing one not at all.
        ((same && !mine) || text === null) && "max-sm:hidden",
      )}
    >
      {same || text === null ? null : (
        <>
          <span aria-hidden className="sm:hidden">
            {mine ? "- " : "+ "}
          </span>
          <span className="sr-only">{mine ? "Only in yours: " : "Only in the other text: "}</span>
        </>
      )}
      {text}
    </td>
  );
}
