import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const MARKED = /(?<placeholder>\{\{\s*[\w.-]+\s*\}\})|(?<secret>«secret:\d+»)/g;
const PLACEHOLDER = Decoration.mark({
  class: "cm-placeholder-name",
  attributes: { title: "Filled in when it is run" },
});
const SECRET = Decoration.mark({
  class: "cm-masked-secret",
  attributes: { title: "A masked secret. It is not stored." },
});

/** Placeholders and masked secrets of the lines that are shown. */
function find(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (const match of view.state.doc.sliceString(from, to).matchAll(MARKED)) {
      const start = from + match.index;
      found.add(start, start + match[0].length, match.groups?.secret === undefined ? PLACEHOLDER : SECRET);
    }
  }
  return found.finish();
}

export const marks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = find(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) {
        this.decorations = find(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
