import { EventEmitter, ThemeColor, ThemeIcon, type TreeDataProvider, TreeItem } from "vscode";

import type { Ranked } from "./protocol";
import { ORIGINAL, type Run, type Runs, shown } from "./runs";
import { chance, facts, length } from "./wording";

export interface Entry {
  readonly run: Run;
  readonly candidate: Ranked;
}

/** A rewrite that is still being written. */
interface Unfinished {
  readonly text: string;
}

/** Characters of its end that fit into a row. */
const TAIL = 72;

/** The ranking of the run that is begun or looked at, while it is made and afterwards. */
export class Leaderboard implements TreeDataProvider<Entry | Unfinished> {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly runs: Runs) {
    runs.onChange(() => this.changed.fire());
  }

  /** One line on how far the run is. */
  get message(): string | undefined {
    const run = this.runs.current;
    if (run === undefined) {
      return undefined;
    }
    if (run.result === undefined) {
      const { update } = run;
      return update === undefined
        ? "Starting…"
        : `Generation ${update.generation} of ${update.generations} · ${update.callsDone} of ${update.callsTotal} calls`;
    }
    const marks = [run.result.status === "cancelled" && "stopped, best so far", run.result.stale && "the text has changed since"];
    return marks.filter(Boolean).join(" · ") || undefined;
  }

  getChildren(entry?: Entry | Unfinished): (Entry | Unfinished)[] {
    const run = this.runs.current;
    if (entry !== undefined || run === undefined) {
      return [];
    }
    const unfinished = run.result === undefined ? (run.update?.writing ?? []) : [];
    return [...shown(run).map((candidate) => ({ run, candidate })), ...unfinished.map((text) => ({ text }))];
  }

  getTreeItem(entry: Entry | Unfinished): TreeItem {
    return "text" in entry ? unfinished(entry) : this.finished(entry);
  }

  private finished({ run, candidate }: Entry): TreeItem {
    const own = candidate.id === ORIGINAL;
    const item = new TreeItem(own ? `${candidate.rank}  your text` : `${candidate.rank}  ${chance(candidate)}`);
    item.id = `${run.jobId ?? "?"}/${candidate.id}`;
    item.description = own ? "" : `${length(candidate)} · ${candidate.niche}${candidate.provisional ? " · provisional" : ""}`;
    item.iconPath = icon(run, candidate);
    item.contextValue = own ? "own" : `rewrite${run.result === undefined && !run.pinned.has(candidate.id) ? " steerable" : ""}`;
    item.tooltip = own ? candidate.text : `${candidate.text}\n\n${facts(candidate)}\n${criteria(candidate)}`;
    item.accessibilityInformation = {
      label: own ? `Rank ${candidate.rank}, your own text` : `Rank ${candidate.rank}, better than your text with ${facts(candidate)}`,
    };
    if (!own && run.result !== undefined) {
      item.command = { command: "aw.candidate.diff", title: "Show Differences", arguments: [{ run, candidate }] };
    }
    return item;
  }
}

function unfinished({ text }: Unfinished): TreeItem {
  const item = new TreeItem("writing");
  item.description = text.length > TAIL ? `…${text.slice(-TAIL)}` : text;
  item.iconPath = new ThemeIcon("loading~spin");
  item.tooltip = text;
  item.accessibilityInformation = { label: "A rewrite that is being written" };
  return item;
}

function icon(run: Run, candidate: Ranked): ThemeIcon {
  if (candidate.id === ORIGINAL) {
    return new ThemeIcon("account");
  }
  if (run.pinned.has(candidate.id)) {
    return new ThemeIcon("pinned");
  }
  return candidate.preferred ? new ThemeIcon("star-full", new ThemeColor("charts.yellow")) : new ThemeIcon("edit");
}

function criteria(candidate: Ranked): string {
  return candidate.criteria
    .map(({ label, id, delta }) => `${label || id}: ${delta > 0 ? "better" : delta < 0 ? "worse" : "equal"}`)
    .join("\n");
}
