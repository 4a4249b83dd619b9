import {
  type Disposable,
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  type TextEditor,
  ThemeIcon,
  commands,
  window,
  workspace,
} from "vscode";

import { copy } from "./apply";
import type { Preview } from "./preview";
import type { EvolveResult, PreviewResult, Ranked } from "./protocol";
import { ORIGINAL, type Run, rewrites, shown } from "./runs";
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

/** What an open list needs of whoever has opened it. */
export interface Host {
  readonly preview: Preview;
  readonly actions: Actions;
  /** The paragraph after this one, where several were asked for at once. */
  after(run: Run): Run | undefined;
  /** Opens the list of that paragraph. */
  next(run: Run): Promise<void>;
  refresh(run: Run): Promise<EvolveResult>;
  changesOf(run: Run, candidate: Ranked): Promise<PreviewResult>;
  closed(): void;
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

/** A list of one run's rewrites, open from its making until it is disposed of. */
export class RewriteList implements Disposable {
  private readonly list = window.createQuickPick<Row>();
  private readonly previews = new Map<string, PreviewResult>();
  private readonly lowered: boolean;
  private readonly watching: Disposable;
  private over = false;

  constructor(
    private readonly host: Host,
    readonly run: Run,
    private readonly editor: TextEditor,
  ) {
    this.lowered = run.result !== undefined && hides(run.result);
    this.list.matchOnDescription = true;
    this.list.matchOnDetail = true;
    this.list.ignoreFocusOut = true;
    this.watching = workspace.onDidChangeTextDocument((event) => {
      if (event.document === editor.document && event.contentChanges.length > 0) {
        host.preview.clear();
        void this.renew();
      }
    });
    this.list.onDidChangeActive(([row]) => this.look(row?.candidate));
    this.list.onDidHide(() => this.dispose());
    this.list.onDidAccept(() => this.accept());
    this.list.onDidTriggerItemButton(({ item, button }) => this.onRow(item, button));
    this.list.onDidTriggerButton((button) => this.onTitle(button));
  }

  /** Show the list, and what each rewrite changes as soon as that is known. */
  async show(): Promise<void> {
    this.draw();
    this.list.show();
    if (this.lowered) {
      align("Center");
    }
    await this.load();
  }

  dispose(): void {
    if (this.over) {
      return;
    }
    this.over = true;
    this.host.preview.clear();
    this.watching.dispose();
    this.list.dispose();
    this.host.closed();
    if (this.lowered) {
      align("Top");
    }
  }

  private draw(): void {
    const { result } = this.run;
    if (result === undefined || this.over) {
      return;
    }
    const before = this.list.activeItems[0]?.candidate?.id;
    this.list.title = heading(this.run, result);
    this.list.placeholder = result.stale
      ? "The text has changed since: rewrites can be copied, not applied. Undo, or re-run."
      : "↑ ↓ preview each in place · Enter applies · Escape leaves your text as it is";
    this.list.buttons = [
      ...(this.host.after(this.run) === undefined ? [] : [NEXT]),
      ...(result.stale ? [AGAIN] : []),
      COMPARE,
      REPORT,
      DISCARD,
    ];
    this.list.items = rows(this.run, this.previews);
    const again = this.list.items.find((each) => each.candidate?.id === before);
    if (before !== undefined && again !== undefined) {
      this.list.activeItems = [again];
    }
  }

  /** Preview a rewrite in place of the text. */
  private look(candidate: Ranked | undefined): void {
    const { result } = this.run;
    const shownPreview = candidate && this.previews.get(candidate.id);
    if (result === undefined || result.stale || shownPreview === undefined || this.over) {
      this.host.preview.clear();
    } else {
      this.host.preview.show(this.editor, toRange(result), shownPreview);
    }
  }

  private async load(): Promise<void> {
    await Promise.all(
      rewrites(this.run).map(async (each) => this.previews.set(each.id, await this.host.changesOf(this.run, each))),
    );
    this.draw();
    this.look(this.list.activeItems[0]?.candidate);
  }

  /** Take in that the document has changed: the passage may be another one now, or be itself again. */
  private async renew(): Promise<void> {
    const was = this.run.result?.stale;
    const { stale } = await this.host.refresh(this.run);
    if (stale !== was || !stale) {
      this.previews.clear();
      if (stale) {
        this.look(undefined);
      } else {
        await this.load();
      }
      this.draw();
    }
  }

  private async accept(): Promise<void> {
    const candidate = this.list.activeItems[0]?.candidate;
    this.dispose();
    if (candidate !== undefined && (await this.host.actions.apply(this.run, candidate))) {
      await this.host.next(this.run);
    }
  }

  private async onRow({ candidate }: Row, button: QuickInputButton): Promise<void> {
    if (candidate === undefined) {
      return;
    }
    const { actions } = this.host;
    switch (button) {
      case DIFF:
        this.host.preview.clear();
        await showDifferences(this.run, candidate);
        break;
      case COPY:
        await copy(candidate);
        break;
      case PIN:
      case UNPIN:
        if (this.run.pinned.has(candidate.id)) {
          actions.unpin(this.run, candidate);
        } else {
          await actions.pin(this.run, candidate);
        }
        this.draw();
        break;
      case REJECT:
        await actions.reject(this.run, candidate);
        this.draw();
        this.look(this.list.activeItems[0]?.candidate);
        break;
    }
  }

  private async onTitle(button: QuickInputButton): Promise<void> {
    this.dispose();
    const { actions } = this.host;
    switch (button) {
      case NEXT:
        await this.host.next(this.run);
        break;
      case COMPARE:
        await compareAll(this.run);
        break;
      case REPORT:
        await actions.report(this.run);
        break;
      case DISCARD:
        await actions.discard(this.run);
        break;
      case AGAIN:
        await actions.rerun(this.run);
        break;
    }
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
export function hides({ range, candidates }: EvolveResult): boolean {
  return range.start.line <= 2 * candidates.length + 2;
}

/** Move the list that is open. Older versions of VS Code cannot, and leave it where it is. */
function align(place: "Top" | "Center"): void {
  commands.executeCommand(`workbench.action.alignQuickInput${place}`).then(undefined, () => undefined);
}

export function toRange({ range: { start, end } }: EvolveResult): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
