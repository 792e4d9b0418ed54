import { type ComponentType, type KeyboardEvent, lazy, type ReactNode, Suspense, useState } from "react";
import { cx } from "@/lib/cx";

export type CodeLanguage = "powershell" | "bash" | "python" | "text";

export interface CodeEditorProps {
  readonly value: string;
  /** Absent: the text can be read, searched, folded and copied, not changed. */
  readonly onChange?: (text: string) => void;
  readonly language: CodeLanguage;
  /** Its accessible name. */
  readonly label: string;
  /** As high as what it stands in, instead of as high as its text. */
  readonly fill?: boolean;
}

/** What is said of the keys: Tab indents here, so that there must be a way out. */
export const EDITOR_KEYS = "Tab indents. Press Escape, then Tab, to leave.";
const FRAME =
  "rounded-md border border-control bg-code text-hint leading-[1.6] text-primary focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-[var(--accent-edge)] max-sm:text-row";

// Loaded on first use. Where that fails the text is still there to be worked on, in a plain field.
const Loaded = lazy<ComponentType<CodeEditorProps>>(() =>
  import("./code-editor/editor").catch(() => ({ default: PlainField })),
);

/** A script to read and change: colours, search, folding, wrapped lines, marked placeholders and masked secrets. */
export function CodeEditor(props: CodeEditorProps): ReactNode {
  return (
    <div className={cx(FRAME, "overflow-auto", props.fill ? "h-full" : "max-h-[46dvh] min-h-32")}>
      <Suspense
        fallback={
          <pre aria-busy="true" className="whitespace-pre-wrap px-3 py-2.5 font-mono [overflow-wrap:anywhere]">
            {props.value}
          </pre>
        }
      >
        <Loaded {...props} />
      </Suspense>
    </div>
  );
}

/** Tab indents, Esc then Tab leaves, as in the editor. */
function PlainField({ value, onChange, label }: CodeEditorProps): ReactNode {
  const [leaving, setLeaving] = useState(false);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape" && !leaving) {
      event.preventDefault();
      setLeaving(true);
      return;
    }
    if (event.key === "Tab" && !leaving && !event.shiftKey && onChange) {
      event.preventDefault();
      const { selectionStart: start, selectionEnd: end } = event.currentTarget;
      onChange(`${value.slice(0, start)}    ${value.slice(end)}`);
      const field = event.currentTarget;
      requestAnimationFrame(() => field.setSelectionRange(start + 4, start + 4));
      return;
    }
    setLeaving(false);
  };
  return (
    <textarea
      aria-label={label}
      aria-description={EDITOR_KEYS}
      spellCheck={false}
      readOnly={!onChange}
      rows={Math.min(16, Math.max(6, value.split("\n").length + 1))}
      value={value}
      onChange={(event) => onChange?.(event.target.value)}
      onKeyDown={onKeyDown}
      className="block w-full resize-y bg-transparent px-3 py-2.5 font-mono outline-none max-sm:text-field"
    />
  );
}
