import { type CancellationTokenSource, EventEmitter, commands } from "vscode";

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
}

/** The runs of this window, newest last. Results stay until they are discarded or the window closes. */
export class Runs {
  private readonly all: Run[] = [];
  private readonly changed = new EventEmitter<void>();
  readonly onChange = this.changed.event;

  get latest(): Run | undefined {
    return this.all.at(-1);
  }

  get working(): readonly Run[] {
    return this.all.filter((each) => each.result === undefined);
  }

  of(jobId: string): Run | undefined {
    return this.all.find((each) => each.jobId === jobId);
  }

  add(run: Run): void {
    this.all.push(run);
    this.tell();
  }

  /** The run's answer has come; one that was asked for elsewhere is taken in, too. */
  settle(run: Run, result: EvolveResult): void {
    run.result = result;
    run.jobId = result.jobId;
    for (const other of this.all.filter((each) => each !== run && each.jobId === result.jobId)) {
      this.all.splice(this.all.indexOf(other), 1);
    }
    this.tell();
  }

  forget(run: Run): void {
    const index = this.all.indexOf(run);
    if (index >= 0) {
      this.all.splice(index, 1);
      this.tell();
    }
  }

  /** The server that knew these runs is gone. */
  forgetEnded(): void {
    const kept = this.working;
    this.all.splice(0, this.all.length, ...kept);
    this.tell();
  }

  /** An update belongs to the run it names, or to the oldest one that has no name yet. */
  hear(update: Update): void {
    const run = this.of(update.jobId) ?? this.working.find((each) => each.jobId === undefined);
    if (run !== undefined && run.result === undefined) {
      run.jobId = update.jobId;
      run.update = update;
      this.tell();
    }
  }

  tell(): void {
    void commands.executeCommand("setContext", "aw.working", this.working.length > 0);
    void commands.executeCommand("setContext", "aw.hasRun", this.all.length > 0);
    void commands.executeCommand("setContext", "aw.hasResults", this.all.some((each) => shown(each).length > 0));
    this.changed.fire();
  }
}

/** The candidates of a run by rank, without those that the writer has rejected. */
export function shown(run: Run): readonly Ranked[] {
  const all = run.result?.candidates ?? run.update?.leaderboard ?? [];
  return all.filter((each) => !run.vetoed.has(each.id));
}
