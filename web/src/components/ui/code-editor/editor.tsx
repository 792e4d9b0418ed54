import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { type ReactNode, useEffect, useRef } from "react";
import { type CodeEditorProps, EDITOR_KEYS } from "../code-editor";
import { languageSupport } from "./language";
import { marks } from "./marks";
import { look } from "./theme";

/** Text that was set from outside: not a change a person made. */
const given = Annotation.define<boolean>();

/**
 * CodeMirror in a shadow root: there it adopts its style sheets, where in the page it would write a style element, which the
 * content policy refuses. Colours come in as custom properties.
 */
export default function Editor({ value, onChange, language, label }: CodeEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const first = useRef(value);
  const changed = useRef(onChange);
  changed.current = onChange;
  const editable = onChange !== undefined;

  useEffect(() => {
    const element = host.current;
    if (!element) {
      return undefined;
    }
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ doc: first.current, extensions: extensions(language, label, editable) }),
      dispatchTransactions: (transactions, self) => {
        self.update(transactions);
        if (transactions.some((one) => one.docChanged && !one.annotation(given))) {
          first.current = self.state.doc.toString();
          changed.current?.(first.current);
        }
      },
    });
    view.current = editor;
    return () => {
      first.current = editor.state.doc.toString();
      editor.destroy();
    };
  }, [language, label, editable]);

  useEffect(() => {
    const editor = view.current;
    if (editor && value !== editor.state.doc.toString()) {
      editor.dispatch({
        changes: { from: 0, to: editor.state.doc.length, insert: value },
        annotations: given.of(true),
      });
    }
  }, [value]);

  return <div ref={host} data-editor={label} className="font-mono" />;
}

function extensions(language: CodeEditorProps["language"], label: string, editable: boolean): Extension {
  return [
    lineNumbers(),
    codeFolding(),
    foldGutter({ openText: "⌄", closedText: "›" }),
    history(),
    indentOnInput(),
    indentUnit.of("    "),
    bracketMatching(),
    highlightSelectionMatches(),
    search({ top: true }),
    leaveByEscape,
    keymap.of([...searchKeymap, ...historyKeymap, ...foldKeymap, indentWithTab, ...defaultKeymap]),
    EditorView.lineWrapping,
    EditorState.readOnly.of(!editable),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-description": EDITOR_KEYS,
      "aria-readonly": String(!editable),
    }),
    languageSupport(language),
    marks,
    look,
  ];
}

/** Esc hands Tab back to the page until another key is pressed; a second Esc belongs to the layer around the editor. */
const leaveByEscape = EditorView.domEventHandlers({
  keydown: (event, view) => {
    if (event.key === "Escape") {
      const again = view.dom.dataset.leaving !== undefined;
      view.dom.dataset.leaving = "";
      view.setTabFocusMode(true);
      return !again;
    }
    if (event.key !== "Tab" && event.key !== "Shift") {
      stay(view);
    }
    return false;
  },
  blur: (_event, view) => stay(view),
});

function stay(view: EditorView): void {
  delete view.dom.dataset.leaving;
  view.setTabFocusMode(false);
}
