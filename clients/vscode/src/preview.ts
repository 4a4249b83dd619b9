import { type Disposable, type DecorationOptions, Position, Range, type TextEditor, ThemeColor, window } from "vscode";

import type { PreviewResult } from "./protocol";

/** A rewrite shown over the text that it would replace: words to go struck through, new ones beside them. */
export class Preview implements Disposable {
  private readonly removed = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor("diffEditor.removedTextBackground"),
    textDecoration: "line-through",
  });
  private readonly added = window.createTextEditorDecorationType({});
  private readonly passage = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
  });
  private editor: TextEditor | undefined;

  /** Shows the rewrite in the editor; what was shown before goes. The buffer stays as it is. */
  show(editor: TextEditor, range: Range, preview: PreviewResult): void {
    if (this.editor !== editor) {
      this.clear();
    }
    this.editor = editor;
    const { removed, added } = decorations(editor, preview);
    editor.setDecorations(this.passage, [range]);
    editor.setDecorations(this.removed, removed);
    editor.setDecorations(this.added, added);
  }

  clear(): void {
    for (const kind of [this.removed, this.added, this.passage]) {
      this.editor?.setDecorations(kind, []);
    }
    this.editor = undefined;
  }

  dispose(): void {
    this.removed.dispose();
    this.added.dispose();
    this.passage.dispose();
  }
}

function decorations(editor: TextEditor, preview: PreviewResult): { removed: Range[]; added: DecorationOptions[] } {
  const { document } = editor;
  const removed: Range[] = [];
  const added: DecorationOptions[] = [];
  for (const part of preview.parts) {
    let offset = document.offsetAt(new Position(part.original.start.line, part.original.start.character));
    for (const word of part.words) {
      if (word.kind === "added") {
        added.push(inserted(document.positionAt(offset), word.text));
        continue;
      }
      const end = offset + word.text.length;
      if (word.kind === "removed" && word.text.trim() !== "") {
        removed.push(new Range(document.positionAt(offset), document.positionAt(end)));
      }
      offset = end;
    }
  }
  return { removed, added };
}

function inserted(at: Position, text: string): DecorationOptions {
  // An editor shows what is added on one line, and swallows ordinary spaces at its ends.
  const contentText = text.replace(/\s+/gu, "\u00a0");
  return {
    range: new Range(at, at),
    renderOptions: {
      before: { contentText, color: new ThemeColor("editor.foreground") },
      // Opaque: the words to go, beside them, would shine through a theme's own colour for insertions.
      light: { before: { backgroundColor: "#cbe9bd" } },
      dark: { before: { backgroundColor: "#2c4d25" } },
    },
  };
}
