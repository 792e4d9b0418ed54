import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const chip = (role: string) => ({
  backgroundColor: `rgb(var(--${role}-tint) / var(--pill))`,
  borderRadius: "3px",
  padding: "0 2px",
});

/** The frame around it gives size, ground and focus ring; everything here is colour from the tokens. */
const theme = EditorView.theme({
  "&": { color: "var(--text-primary)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit" },
  ".cm-content": { caretColor: "var(--text-heading)", padding: "10px 0", minHeight: "108px" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-gutters": { color: "var(--text-muted)", backgroundColor: "transparent", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 2px 0 10px", minWidth: "30px" },
  ".cm-foldGutter .cm-gutterElement": { width: "14px", cursor: "pointer", textAlign: "center" },
  ".cm-foldPlaceholder": {
    color: "var(--text-muted-foreground)",
    backgroundColor: "var(--bg-elevated)",
    border: "1px solid var(--border-hover)",
    padding: "0 5px",
  },
  ".cm-selectionMatch": { backgroundColor: "rgb(var(--info-tint) / var(--dim-strong))" },
  ".cm-searchMatch": { backgroundColor: "rgb(var(--warning-tint) / var(--pill))", textDecoration: "underline" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--warning-edge)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "rgb(var(--accent-tint) / var(--pill))" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "rgb(var(--danger-tint) / var(--pill))" },
  ".cm-placeholder-name": { ...chip("purple"), color: "var(--purple-text)" },
  ".cm-masked-secret": {
    color: "var(--text-primary)",
    backgroundColor: "var(--bg-elevated)",
    border: "1px solid var(--border-hover)",
    borderRadius: "4px",
    padding: "0 4px",
  },
  ".cm-panels": { color: "var(--text-primary)", backgroundColor: "var(--bg-card)", fontFamily: "var(--font-sans)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--border-default)" },
  ".cm-search": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px", padding: "6px 34px 6px 10px" },
  ".cm-search br": { display: "none" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button": { margin: "0" },
  ".cm-textfield": {
    fontFamily: "inherit",
    color: "var(--text-primary)",
    backgroundColor: "var(--bg-input)",
    border: "1px solid var(--border-control)",
    borderRadius: "5px",
    padding: "3px 8px",
    fontSize: "inherit",
  },
  ".cm-button": {
    fontFamily: "inherit",
    color: "var(--text-primary)",
    backgroundImage: "none",
    backgroundColor: "var(--bg-card)",
    border: "1px solid var(--border-hover)",
    borderRadius: "6px",
    padding: "3px 9px",
    fontSize: "inherit",
    textTransform: "capitalize",
  },
  ".cm-panel.cm-search [name=close]": {
    color: "var(--text-muted-foreground)",
    fontSize: "18px",
    width: "24px",
    height: "24px",
    top: "6px",
    right: "6px",
  },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", fontSize: "inherit" },
  ".cm-button:focus-visible, .cm-textfield:focus-visible": { outline: "2px solid var(--accent-edge)" },
});

const colour = (name: string) => ({ color: `var(--code-${name})` });

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], ...colour("keyword") },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.escape], ...colour("string") },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], ...colour("number") },
  {
    tag: [tags.function(tags.variableName), tags.standard(tags.variableName), tags.standard(tags.name)],
    ...colour("function"),
  },
  {
    tag: [tags.special(tags.variableName), tags.definition(tags.variableName), tags.propertyName, tags.attributeName],
    ...colour("variable"),
  },
  { tag: [tags.typeName, tags.className, tags.namespace], ...colour("type") },
  { tag: [tags.comment, tags.meta], ...colour("comment") },
]);

export const look: Extension = [theme, syntaxHighlighting(highlight)];
