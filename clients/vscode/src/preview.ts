import { type Disposable, type DecorationOptions, Position, Range, type TextDocument, type TextEditor, ThemeColor, window } from "vscode";

import type { DiffPart, PreviewResult } from "./protocol";

interface Decorations {
  readonly removed: Range[];
  readonly added: DecorationOptions[];
  readonly hidden: Range[];
}

/**
 * A rewrite shown over the text that it would replace: words to go struck through, new ones beside them. Sentences
 * that are written anew stand in the place of the old ones.
 */
export class Preview implements Disposable {
  private readonly removed = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor("diffEditor.removedTextBackground"),
    textDecoration: "line-through",
  });
  private readonly added = window.createTextEditorDecorationType({});
  private readonly hidden = window.createTextEditorDecorationType({ textDecoration: "none; display: none" });
  private readonly passage = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
  });
  private editor: TextEditor | undefined;

  /** Show the rewrite in the editor; what was shown before goes. The buffer stays as it is. */
  show(editor: TextEditor, range: Range, preview: PreviewResult): void {
    if (this.editor !== editor) {
      this.clear();
    }
    this.editor = editor;
    const { removed, added, hidden } = decorations(editor, preview);
    editor.setDecorations(this.passage, [range]);
    editor.setDecorations(this.removed, removed);
    editor.setDecorations(this.added, added);
    editor.setDecorations(this.hidden, hidden);
  }

  clear(): void {
    for (const kind of [this.removed, this.added, this.hidden, this.passage]) {
      this.editor?.setDecorations(kind, []);
    }
    this.editor = undefined;
  }

  dispose(): void {
    this.removed.dispose();
    this.added.dispose();
    this.hidden.dispose();
    this.passage.dispose();
  }
}

/**
 * More new letters, and a larger share of the old ones, cannot be read between them, and push the rest of their lines
 * out of sight: an editor does not wrap what is only drawn.
 */
const FEW = { letters: 40, share: 0.25 };

function decorations(editor: TextEditor, { parts }: PreviewResult): Decorations {
  const found: Decorations = { removed: [], added: [], hidden: [] };
  for (const changed of rows(parts)) {
    const words = changed.flatMap((part) => part.words);
    const fresh = length(words.filter((each) => each.kind === "added"));
    const old = length(words.filter((each) => each.kind !== "added"));
    const few = fresh <= FEW.letters || fresh <= FEW.share * old;
    (few ? beside : instead)(editor.document, changed, found);
  }
  return found;
}

/** Sentences that are changed one after another; what stays as it is lies between. */
function rows(parts: readonly DiffPart[]): DiffPart[][] {
  const found: DiffPart[][] = [[]];
  for (const part of parts) {
    if (part.kind === "same") {
      found.push([]);
    } else {
      found.at(-1)?.push(part);
    }
  }
  return found.filter((row) => row.length > 0);
}

/** Words to go are struck through, new ones stand beside them. */
function beside(document: TextDocument, parts: readonly DiffPart[], { removed, added }: Decorations): void {
  for (const part of parts) {
    let offset = start(document, part);
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
}

/**
 * The new sentences stand where the old ones are, which are hidden. An editor breaks its lines by the text below,
 * so each old word makes room for its share of the new ones.
 */
function instead(document: TextDocument, parts: readonly DiffPart[], { added, hidden }: Decorations): void {
  const before = parts.flatMap((part) =>
    [...part.before.matchAll(/\S+[^\S\n]*/gu)].map((found) => ({ at: start(document, part) + found.index, text: found[0] })),
  );
  const after = parts.map((part) => part.after).join("").match(/\S+\s*/gu) ?? [];
  if (before.length === 0) {
    beside(document, parts, { added, hidden, removed: [] });
    return;
  }
  const perLetter = after.join("").length / length(before);
  let [passed, placed, next] = [0, 0, 0];
  for (const { at, text } of before) {
    passed += text.length;
    let share = "";
    for (let word = after[next]; word !== undefined && placed < passed * perLetter; word = after[++next]) {
      share += word;
      placed += word.length;
    }
    hidden.push(new Range(document.positionAt(at), document.positionAt(at + text.length)));
    if (share !== "") {
      added.push(inserted(document.positionAt(at), share));
    }
  }
}

function length(words: readonly { readonly text: string }[]): number {
  return words.reduce((sum, { text }) => sum + text.length, 0);
}

function start(document: TextDocument, { original }: DiffPart): number {
  return document.offsetAt(new Position(original.start.line, original.start.character));
}

function inserted(at: Position, text: string): DecorationOptions {
  // An editor shows what is added on one line, and swallows ordinary spaces at its ends.
  const contentText = text.replace(/\s+/gu, "\u00a0");
  return {
    range: new Range(at, at),
    renderOptions: {
      before: { contentText, color: new ThemeColor("editor.foreground"), backgroundColor: new ThemeColor("aw.insertedTextBackground") },
    },
  };
}
