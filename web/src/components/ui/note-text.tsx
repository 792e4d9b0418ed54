import type { ReactNode } from "react";

/** The few marks of a resolution note: headings, lists, paragraphs, bold and code. Everything else is shown as written; no HTML. */
export function NoteText({ markdown }: { readonly markdown: string }): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: blocks of one text never move
  return blocksOf(markdown).map((block, index) => <BlockView key={index} block={block} />);
}

function BlockView({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case "heading":
      return <h3 className="mb-1 mt-4 text-bubble font-semibold text-heading first:mt-0">{inline(block.text)}</h3>;
    case "list":
      return (
        <ul className="my-1.5 list-disc space-y-1 pl-5">
          {block.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      );
    case "text":
      return <p className="my-1.5 whitespace-pre-wrap break-words">{inline(block.text)}</p>;
  }
}

type Block =
  | { readonly kind: "heading" | "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: string[] };

/** The blocks of a note. Exported for its test. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const line of markdown.split(/\r?\n/)) {
    const heading = /^#{1,6}\s+(.+)$/.exec(line)?.[1];
    const item = /^\s*(?:[-*]|\d+[.)])\s+(.+)$/.exec(line)?.[1];
    const last = blocks.at(-1);
    if (heading) {
      blocks.push({ kind: "heading", text: heading });
    } else if (item) {
      if (last?.kind === "list") {
        last.items.push(item);
      } else {
        blocks.push({ kind: "list", items: [item] });
      }
    } else if (line.trim() === "") {
      blocks.push({ kind: "text", text: "" });
    } else if (last?.kind === "text" && last.text !== "") {
      blocks[blocks.length - 1] = { kind: "text", text: `${last.text}\n${line}` };
    } else {
      blocks.push({ kind: "text", text: line });
    }
  }
  return blocks.filter((block) => block.kind === "list" || block.text !== "");
}

function inline(text: string): ReactNode {
  let at = 0;
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
    const key = at;
    at += part.length;
    if (part.startsWith("**") && part.length > 4) {
      return <strong key={key}>{part.slice(2, -2)}</strong>;
    }
    if (part.startsWith("`") && part.endsWith("`") && part.length > 2) {
      return (
        <code key={key} className="rounded-[4px] bg-code px-1 font-mono text-[0.92em]">
          {part.slice(1, -1)}
        </code>
      );
    }
    return part;
  });
}
