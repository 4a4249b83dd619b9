import { CancellationTokenSource, EventEmitter, commands } from "vscode";
import type { Position, Range } from "vscode-languageserver-protocol";

import type { EvolveParams, EvolveResult, Ranked, Update } from "./protocol";

/** The writer's own text among the candidates. */
export const ORIGINAL = "original";

/** One run of this window: what was asked, and what is known of it. */
export interface Run {
  readonly params: EvolveParams;
  readonly cancelling: CancellationTokenSource;
  jobId: string | undefined;
  update: Update | undefined;
  result: EvolveResult | undefined;
  pinned: ReadonlySet<string>;
  vetoed: ReadonlySet<string>;
  /** The job ids of all paragraphs that were asked for at once, in order; none for a run on its own. */
  paragraphs: readonly string[];
}

/** A run that is about to be asked for. */
export function begun(params: EvolveParams): Run {
  return {
    params,
    cancelling: new CancellationTokenSource(),
    jobId: undefined,
    update: undefined,
    result: undefined,
    pinned: new Set(),
    vetoed: new Set(),
    paragraphs: [],
  };
}

/** The runs of this window, newest last. Results stay until they are discarded or the window closes. */
export class Runs {
  private readonly all: Run[] = [];
  private readonly changed = new EventEmitter<void>();
  private chosen: Run | undefined;
  readonly onChange = this.changed.event;

  /** The run that was asked for last. */
  get latest(): Run | undefined {
    return this.all.at(-1);
  }

  /** What there is to look at: the run begun or looked at last, or else the newest that has rewrites. */
  get current(): Run | undefined {
    const chosen = this.chosen;
    return chosen !== undefined && (chosen.result === undefined || hasRewrites(chosen)) ? chosen : this.all.findLast(hasRewrites);
  }

  get working(): readonly Run[] {
    return this.all.filter((each) => each.result === undefined);
  }

  has(run: Run): boolean {
    return this.all.includes(run);
  }

  of(jobId: string): Run | undefined {
    return this.all.find((each) => each.jobId === jobId);
  }

  /** The runs in this document that have rewrites to show, the newest first. */
  within(uri: string): readonly Run[] {
    return this.all.filter((each) => each.result?.uri === uri && hasRewrites(each)).toReversed();
  }

  /** The run of the next paragraph that has rewrites, where several were asked for at once. */
  after(run: Run): Run | undefined {
    const later = run.paragraphs.slice(run.paragraphs.indexOf(run.jobId ?? "") + 1);
    return later.map((jobId) => this.of(jobId)).find((each) => each !== undefined && hasRewrites(each));
  }

  add(run: Run): void {
    this.all.push(run);
    this.tell();
  }

  choose(run: Run): void {
    if (this.chosen !== run) {
      this.chosen = run;
      this.tell();
    }
  }

  /** The run's answer has come, or a newer one. */
  settle(run: Run, result: EvolveResult): void {
    run.result = result;
    run.jobId = result.jobId || undefined;
    this.tell();
  }

  forget(run: Run): void {
    this.drop(run);
    this.tell();
  }

  /** The server that knew these runs is gone. */
  forgetEnded(): void {
    for (const run of this.all.filter((each) => each.result !== undefined)) {
      this.drop(run);
    }
    this.tell();
  }

  /** An update belongs to the run it names, or else to one that waits for its name. */
  hear(update: Update): void {
    const run = this.of(update.jobId) ?? this.unnamed(update);
    if (run !== undefined && run.result === undefined) {
      run.jobId = update.jobId;
      run.update = update;
      this.tell();
    }
  }

  tell(): void {
    void commands.executeCommand("setContext", "aw.working", this.working.length > 0);
    void commands.executeCommand("setContext", "aw.hasRun", this.all.length > 0);
    void commands.executeCommand("setContext", "aw.hasResults", this.all.some(hasRewrites));
    this.changed.fire();
  }

  /** The one at the update's place, or the oldest: a run that waited may have been moved by typing above it. */
  private unnamed({ uri, range }: Update): Run | undefined {
    // A run paragraph by paragraph is heard of under one name after another.
    const waiting = this.working.filter(({ jobId, params }) => (jobId === undefined || params.split) && params.textDocument.uri === uri);
    return waiting.find(({ params }) => params.range !== undefined && touch(params.range, range)) ?? waiting[0];
  }

  private drop(run: Run): void {
    const index = this.all.indexOf(run);
    if (index >= 0) {
      this.all.splice(index, 1);
    }
    if (this.chosen === run) {
      this.chosen = undefined;
    }
  }
}

/** The candidates of a run by rank, without those that the writer has rejected. */
export function shown(run: Run): readonly Ranked[] {
  const all = run.result?.candidates ?? run.update?.leaderboard ?? [];
  return all.filter((each) => !run.vetoed.has(each.id));
}

export function rewrites(run: Run): readonly Ranked[] {
  return shown(run).filter((each) => each.id !== ORIGINAL);
}

export function hasRewrites(run: Run): boolean {
  return rewrites(run).length > 0;
}

/** Whether the ranges have a place in common, be it only an end. */
export function touch(one: Range, other: Range): boolean {
  return !before(one.end, other.start) && !before(other.end, one.start);
}

function before(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
