import { EditorView } from "@codemirror/view";
import { act, waitFor } from "@testing-library/react";

/** The script editor that is shown: it stands in a shadow root, which queries of the page do not look into. */
async function editor(): Promise<EditorView> {
  return await waitFor(() => {
    const content = document.querySelector("[data-editor]")?.shadowRoot?.querySelector<HTMLElement>(".cm-content");
    const view = content ? EditorView.findFromDOM(content) : null;
    if (!view) {
      throw new Error("No script editor is shown");
    }
    return view;
  });
}

export async function scriptText(): Promise<string> {
  return (await editor()).state.doc.toString();
}

/** Replaces the script as a person would: select all, then type. */
export async function writeScript(text: string): Promise<void> {
  const view = await editor();
  act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.type" }));
}
