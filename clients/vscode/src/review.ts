import {
  type Disposable,
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  type TextEditor,
  TextEditorRevealType,
  ThemeIcon,
  Uri,
  commands,
  window,
  workspace,
} from "vscode";

import { copy } from "./apply";
import { Preview } from "./preview";
import { PREVIEW, type PreviewParams, type PreviewResult, RESULTS, type EvolveResult, type Ranked } from "./protocol";
import { ORIGINAL, type Run, type Runs, rewrites, shown } from "./runs";
import type { Connection } from "./server/connection";
import { changes, facts } from "./wording";
import { compareAll, showDifferences } from "./versions";

/** What the list has others do. */
export interface Actions {
  apply(run: Run, candidate: Ranked): Promise<boolean>;
  pin(run: Run, candidate: Ranked): Promise<void>;
  unpin(run: Run, candidate: Ranked): void;
  reject(run: Run, candidate: Ranked): Promise<void>;
  discard(run: Run): Promise<void>;
  report(run: Run): Promise<void>;
  rerun(run: Run): Promise<void>;
}

interface Row extends QuickPickItem {
  readonly candidate?: Ranked;
}

const DIFF: QuickInputButton = { iconPath: new ThemeIcon("diff"), tooltip: "Show differences side by side" };
const COPY: QuickInputButton = { iconPath: new ThemeIcon("copy"), tooltip: "Copy this rewrite" };
const PIN: QuickInputButton = { iconPath: new ThemeIcon("pin"), tooltip: "Pin: keep at the top of this list" };
const UNPIN: QuickInputButton = { iconPath: new ThemeIcon("pinned"), tooltip: "Unpin" };
const REJECT: QuickInputButton = { iconPath: new ThemeIcon("close"), tooltip: "Reject this rewrite" };
const COMPARE: QuickInputButton = { iconPath: new ThemeIcon("diff-multiple"), tooltip: "Compare all" };
const REPORT: QuickInputButton = { iconPath: new ThemeIcon("graph"), tooltip: "Open the report of this run" };
const DISCARD: QuickInputButton = { iconPath: new ThemeIcon("trash"), tooltip: "Discard these rewrites" };
const NEXT: QuickInputButton = { iconPath: new ThemeIcon("arrow-down"), tooltip: "Next paragraph" };
const AGAIN: QuickInputButton = { iconPath: new ThemeIcon("refresh"), tooltip: "Re-run on the text as it is now" };

/** The list of rewrites over the editor. Moving through it previews each; only Enter changes the text. */
export class Review implements Disposable {
  private readonly preview = new Preview();
  private open: (Disposable & { readonly run: Run }) | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly runs: Runs,
    private readonly actions: Actions,
  ) {}

  /** The run whose list is open. */
  get run(): Run | undefined {
    return this.open?.run;
  }

  /** Open the list for a run that has ended; its place and its worth are asked anew. */
  async show(run: Run): Promise<void> {
    this.open?.dispose();
    this.runs.choose(run);
    const editor = await this.reveal(await this.refresh(run));
    const list = window.createQuickPick<Row>();
    const previews = new Map<string, PreviewResult>();
    let over = false;
    list.matchOnDescription = true;
    list.matchOnDetail = true;
    list.ignoreFocusOut = true;
    const lowered = run.result !== undefined && hides(run.result);

    const draw = (): void => {
      const { result } = run;
      if (result === undefined || over) {
        return;
      }
      const before = list.activeItems[0]?.candidate?.id;
      list.title = heading(run, result);
      list.placeholder = result.stale
        ? "The text has changed since: rewrites can be copied, not applied. Undo, or re-run."
        : "↑ ↓ preview each in place · Enter applies · Escape leaves your text as it is";
      list.buttons = [
        ...(this.runs.after(run) === undefined ? [] : [NEXT]),
        ...(result.stale ? [AGAIN] : []),
        COMPARE,
        REPORT,
        DISCARD,
      ];
      list.items = rows(run, previews);
      const again = list.items.find((each) => each.candidate?.id === before);
      if (before !== undefined && again !== undefined) {
        list.activeItems = [again];
      }
    };
    const look = async (candidate: Ranked | undefined): Promise<void> => {
      const { result } = run;
      const shownPreview = candidate && previews.get(candidate.id);
      if (result === undefined || result.stale || candidate === undefined || shownPreview === undefined || over) {
        this.preview.clear();
      } else {
        this.preview.show(editor, toRange(result), shownPreview);
      }
    };
    const load = async (): Promise<void> => {
      await Promise.all(
        rewrites(run).map(async ({ id }) => {
          const params: PreviewParams = { jobId: run.jobId ?? "", candidateId: id, format: "words" };
          previews.set(id, await this.connection.request<PreviewResult>(PREVIEW, params));
        }),
      );
      draw();
      await look(list.activeItems[0]?.candidate);
    };
    const renew = async (): Promise<void> => {
      const was = run.result?.stale;
      const { stale } = await this.refresh(run);
      if (stale !== was || !stale) {
        previews.clear();
        await (stale ? look(undefined) : load());
        draw();
      }
    };
    const end = (): void => {
      if (!over) {
        over = true;
        this.preview.clear();
        watching.dispose();
        list.dispose();
        this.open = undefined;
        if (lowered) {
          align("Top");
        }
      }
    };
    const watching = workspace.onDidChangeTextDocument((event) => {
      if (event.document === editor.document && event.contentChanges.length > 0) {
        this.preview.clear();
        void renew();
      }
    });
    list.onDidChangeActive(([row]) => void look(row?.candidate));
    list.onDidHide(end);
    list.onDidAccept(async () => {
      const candidate = list.activeItems[0]?.candidate;
      end();
      if (candidate !== undefined && (await this.actions.apply(run, candidate))) {
        await this.next(run);
      }
    });
    list.onDidTriggerItemButton(async ({ item, button }) => {
      const { candidate } = item;
      if (candidate === undefined) {
        return;
      }
      switch (button) {
        case DIFF:
          this.preview.clear();
          await showDifferences(run, candidate);
          break;
        case COPY:
          await copy(candidate);
          break;
        case PIN:
        case UNPIN:
          if (run.pinned.has(candidate.id)) {
            this.actions.unpin(run, candidate);
          } else {
            await this.actions.pin(run, candidate);
          }
          draw();
          break;
        case REJECT:
          await this.actions.reject(run, candidate);
          draw();
          await look(list.activeItems[0]?.candidate);
          break;
      }
    });
    list.onDidTriggerButton(async (button) => {
      end();
      switch (button) {
        case NEXT:
          await this.next(run);
          break;
        case COMPARE:
          await compareAll(run);
          break;
        case REPORT:
          await this.actions.report(run);
          break;
        case DISCARD:
          await this.actions.discard(run);
          break;
        case AGAIN:
          await this.actions.rerun(run);
          break;
      }
    });
    this.open = { run, dispose: end };
    draw();
    list.show();
    if (lowered) {
      align("Center");
    }
    await load();
  }

  dispose(): void {
    this.open?.dispose();
    this.preview.dispose();
  }

  /** Go on with the paragraph after this one, where several were asked for at once. */
  private async next(run: Run): Promise<void> {
    const after = this.runs.after(run);
    if (after !== undefined) {
      await this.show(after);
    }
  }

  private async refresh(run: Run): Promise<EvolveResult> {
    const result = await this.connection.request<EvolveResult>(RESULTS, { jobId: run.jobId ?? "" });
    this.runs.settle(run, result);
    return result;
  }

  private async reveal(result: EvolveResult): Promise<TextEditor> {
    const uri = Uri.parse(result.uri);
    const open = window.visibleTextEditors.find((each) => each.document.uri.toString() === uri.toString());
    const editor = open ?? (await window.showTextDocument(uri));
    // A list that is lowered leaves room above it; one at the top, in the middle of the editor.
    editor.revealRange(toRange(result), hides(result) ? TextEditorRevealType.AtTop : TextEditorRevealType.InCenter);
    return editor;
  }
}

/** By rank with the writer's own text between; what the writer has pinned comes first. */
function rows(run: Run, previews: ReadonlyMap<string, PreviewResult>): Row[] {
  const pinned = rewrites(run).filter(({ id }) => run.pinned.has(id));
  const ranked = shown(run).filter(({ id }) => !run.pinned.has(id));
  return [
    ...(pinned.length > 0 ? [separator("Pinned")] : []),
    ...pinned.map((each) => row(each, previews.get(each.id), UNPIN)),
    ...(pinned.length > 0 ? [separator("Ranked")] : []),
    ...ranked.map((each) => (each.id === ORIGINAL ? separator("Your text ranks here") : row(each, previews.get(each.id), PIN))),
  ];
}

function row(candidate: Ranked, preview: PreviewResult | undefined, pin: QuickInputButton): Row {
  return {
    candidate,
    label: String(candidate.rank),
    // A picture is not read out; the words that say the same are.
    ...(candidate.preferred ? { iconPath: new ThemeIcon("star-full") } : {}),
    description: `${facts(candidate)}${candidate.preferred ? " · preferred" : ""}`,
    detail: preview === undefined ? candidate.title : changes(preview),
    buttons: [DIFF, COPY, pin, REJECT],
  };
}

function separator(label: string): Row {
  return { label, kind: QuickPickItemKind.Separator };
}

function heading(run: Run, result: EvolveResult): string {
  const count = result.candidates.length - 1;
  const place = run.paragraphs.indexOf(result.jobId);
  const paragraph = place < 0 ? "" : `Paragraph ${place + 1} of ${run.paragraphs.length} · `;
  const first = result.status === "cancelled" ? "Stopped; best so far" : "Rewrites";
  const verdict =
    result.originalRank === 1 ? `your text ranked first of ${count + 1}` : `${result.originalRank - 1} of ${count} above your text`;
  return `${paragraph}${first}: ${verdict}${result.stale ? " (text changed)" : ""}`;
}

/** Whether the list would cover the passage: near the beginning of a document, scrolling does not help. */
function hides({ range, candidates }: EvolveResult): boolean {
  return range.start.line <= 2 * candidates.length + 2;
}

/** Move the list that is open. Older versions of VS Code cannot, and leave it where it is. */
function align(place: "Top" | "Center"): void {
  commands.executeCommand(`workbench.action.alignQuickInput${place}`).then(undefined, () => undefined);
}

export function toRange({ range: { start, end } }: EvolveResult): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
