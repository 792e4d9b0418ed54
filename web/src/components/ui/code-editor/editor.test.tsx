import { EditorView } from "@codemirror/view";
import { act, screen, waitFor } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { expect, test } from "vitest";
import { renderPart } from "@/test/render";
import { CodeEditor, type CodeLanguage } from "../code-editor";

const SCRIPT = "if ($true) {\n    Get-Item '{{ path }}' # uses «secret:1»\n}\n";

function Part({ language = "powershell" }: { readonly language?: CodeLanguage }): ReactNode {
  const [text, setText] = useState(SCRIPT);
  return (
    <>
      <CodeEditor label="Script" language={language} value={text} onChange={setText} />
      <output>{text}</output>
    </>
  );
}

async function inside(): Promise<{ readonly content: HTMLElement; readonly view: EditorView }> {
  return await waitFor(() => {
    const content = document.querySelector("[data-editor]")?.shadowRoot?.querySelector<HTMLElement>(".cm-content");
    const view = content ? EditorView.findFromDOM(content) : null;
    if (!(content && view)) {
      throw new Error("The editor is not there yet");
    }
    return { content, view };
  });
}

test("has its name, says how to leave, and tells what is typed", async () => {
  renderPart(<Part />);
  const { content, view } = await inside();
  expect(content).toHaveAttribute("aria-label", "Script");
  expect(content).toHaveAttribute("role", "textbox");
  expect(content.getAttribute("aria-description")).toContain("Escape");
  act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: "Get-Date" } }));
  expect(screen.getByRole("status")).toHaveTextContent("Get-Date");
});

test("marks placeholders and masked secrets, and leaves the text as it is", async () => {
  renderPart(<Part />);
  const { content, view } = await inside();
  expect(content.querySelector(".cm-placeholder-name")).toHaveTextContent("{{ path }}");
  expect(content.querySelector(".cm-masked-secret")).toHaveTextContent("«secret:1»");
  expect(view.state.doc.toString()).toBe(SCRIPT);
});

test("Tab indents; after Esc it belongs to the page, until something else is typed", async () => {
  renderPart(<Part />);
  const { content, view } = await inside();
  const press = (key: string) => {
    const code = { Tab: 9, Escape: 27, a: 65 }[key] ?? 0;
    const event = new KeyboardEvent("keydown", { key, keyCode: code, bubbles: true, cancelable: true });
    act(() => {
      content.dispatchEvent(event);
    });
    return event.defaultPrevented;
  };
  expect(press("Tab")).toBe(true);
  expect(view.state.doc.toString()).toBe(`    ${SCRIPT}`);
  expect(press("Escape")).toBe(true);
  expect(press("Tab")).toBe(false);
  expect(press("Escape"), "a second one is for the layer around it").toBe(false);
  press("a");
  expect(press("Tab")).toBe(true);
});
