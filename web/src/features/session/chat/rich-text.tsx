import { Lock } from "lucide-react";
import { memo, type ReactNode, useMemo, useRef } from "react";
import { cx } from "@/lib/cx";
import { type Grown, growBlocks } from "../model/grow-blocks";
import { applyMarks, type Block, type Mark, type Piece } from "../model/rich-text";
import { EvidenceMark } from "./evidence-mark";

/** What a mark in a message says: the fact it proves, or the place *Show in chat* points at. */
export interface TextMark {
  readonly factId: string | null;
  readonly factText: string;
  readonly shown: boolean;
}

interface RichTextProps {
  readonly text: string;
  readonly marks?: ReadonlyArray<Mark<TextMark>>;
  /** A caret after the last word while text is arriving. */
  readonly caret?: boolean;
}

const NO_MARKS: ReadonlyArray<Mark<TextMark>> = [];

/** Message text: paragraphs, lists, code, masked secrets as chips and proven words underlined. Never HTML. */
export function RichText({ text, marks = NO_MARKS, caret = false }: RichTextProps): ReactNode {
  const blocks = useBlocks(text);
  return (
    <>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one text only ever grow at the end
        <BlockView key={index} block={block} marks={marks} caret={caret && index === blocks.length - 1} />
      ))}
      {caret && blocks.length === 0 ? <Caret /> : null}
    </>
  );
}

/** The blocks of a text that mostly grows at its end: those that are finished stay the same objects and are not rendered again. */
function useBlocks(text: string): readonly Block[] {
  const grown = useRef<Grown | null>(null);
  return useMemo(() => {
    grown.current = growBlocks(grown.current, text);
    return grown.current.blocks;
  }, [text]);
}

interface BlockProps {
  readonly block: Block;
  readonly marks: ReadonlyArray<Mark<TextMark>>;
  readonly caret: boolean;
}

const BlockView = memo(function BlockView({ block, marks, caret }: BlockProps): ReactNode {
  const tail = caret ? <Caret /> : null;
  switch (block.kind) {
    case "code":
      return (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls sideways must be reachable by keyboard
          tabIndex={0}
          className="mt-2 overflow-x-auto rounded-md border border-default bg-code px-2.75 py-2 font-mono text-hint leading-[1.6] text-primary first:mt-0"
        >
          <code>
            {block.runs.map((run, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of one listing only ever grow at the end
              <CodeRun key={index} pieces={run} marks={marks} caret={caret && index === block.runs.length - 1} />
            ))}
            {block.runs.length === 0 ? tail : null}
          </code>
        </pre>
      );
    case "heading":
      return (
        <p className="mt-2.5 font-semibold text-heading first:mt-0">
          <Pieces pieces={block.pieces} marks={marks} />
          {tail}
        </p>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List className={cx("mt-2 space-y-1 pl-5 first:mt-0", block.ordered ? "list-decimal" : "list-disc")}>
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one text only ever grow at the end
            <li key={index}>
              <Pieces pieces={item} marks={marks} />
              {index === block.items.length - 1 ? tail : null}
            </li>
          ))}
        </List>
      );
    }
    case "paragraph":
      return (
        <p className="mt-2 whitespace-pre-wrap first:mt-0">
          <Pieces pieces={block.pieces} marks={marks} />
          {tail}
        </p>
      );
  }
});

interface RunProps {
  readonly pieces: readonly Piece[];
  readonly marks: ReadonlyArray<Mark<TextMark>>;
  readonly caret: boolean;
}

const CodeRun = memo(
  function CodeRun({ pieces, marks, caret }: RunProps): ReactNode {
    return (
      <span className="block">
        <Pieces pieces={pieces} marks={marks} />
        {caret ? <Caret /> : null}
      </span>
    );
  },
  (before, now) => before.caret === now.caret && before.marks === now.marks && sameText(before.pieces, now.pieces),
);

function sameText(before: readonly Piece[], now: readonly Piece[]): boolean {
  return (
    before.length === now.length &&
    before.every((piece, at) => piece.end === now[at]?.end && piece.text === now[at].text)
  );
}

function Pieces({
  pieces,
  marks,
}: {
  readonly pieces: readonly Piece[];
  readonly marks: ReadonlyArray<Mark<TextMark>>;
}): ReactNode {
  return applyMarks(pieces, marks).map(({ piece, mark }) =>
    mark ? (
      <EvidenceMark key={piece.start} mark={mark.value}>
        <PieceView piece={piece} />
      </EvidenceMark>
    ) : (
      <PieceView key={piece.start} piece={piece} />
    ),
  );
}

function PieceView({ piece }: { readonly piece: Piece }): ReactNode {
  if (piece.secret !== null) {
    return <SecretChip number={piece.secret} />;
  }
  if (piece.code && !piece.text.includes("\n") && piece.text.length < 400) {
    return <InlineCode>{piece.text}</InlineCode>;
  }
  return piece.strong ? <strong className="font-semibold">{piece.text}</strong> : piece.text;
}

/** Inside a `pre` the frame of inline code is taken off again by the parent's own look. */
function InlineCode({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <code className="rounded-sm bg-code px-1 py-px font-mono text-[0.92em] [pre_&]:bg-transparent [pre_&]:p-0 [pre_&]:text-[1em]">
      {children}
    </code>
  );
}

/** A masked secret: the same secret has the same number wherever it stands. */
export function SecretChip({ number }: { readonly number: number }): ReactNode {
  return (
    <span className="inline-flex h-4.75 items-center gap-1 whitespace-nowrap rounded-[6px] border border-hover bg-elevated px-1.5 align-[-3px] font-mono text-mono leading-none text-primary">
      <Lock size={12} aria-hidden />
      <span className="sr-only">Masked </span>secret {number}
    </span>
  );
}

function Caret(): ReactNode {
  return (
    <span aria-hidden className="ml-0.5 inline-block h-[1.05em] w-0.5 rounded-[1px] bg-warning-edge align-[-0.16em]" />
  );
}
