import { CancellationTokenSource, ProgressLocation, type Selection, type TextEditor, window } from "vscode";
import { type ProgressToken, WorkDoneProgress } from "vscode-languageclient/node";

import { CANCEL, EVOLVE, type EvolveParams, type EvolveResult } from "./protocol";
import type { Run, Runs } from "./runs";
import type { Connection } from "./server/connection";

/** What a run is asked for beside its place. */
export type Wishes = Pick<EvolveParams, "rubric" | "instruction" | "split">;

/** Starts runs, shows their progress, and stops them. */
export class Evolving {
  private count = 0;

  constructor(
    private readonly connection: Connection,
    private readonly runs: Runs,
    private readonly ended: (run: Run) => Promise<void>,
  ) {}

  /** Evolves the selection, or the paragraph that the cursor stands in. */
  async selection(editor: TextEditor, wishes: Wishes): Promise<void> {
    const filled = editor.selections.filter((each) => !each.isEmpty);
    if (filled.length > 1) {
      void window.showInformationMessage(`AW: working on the first of ${filled.length} selections.`);
    }
    await this.run(place(editor, filled[0] ?? editor.selection), wishes);
  }

  /** Runs with these parameters; resolves when the run has ended and its end was told. */
  async run(at: EvolveParams, wishes: Wishes = {}): Promise<void> {
    const client = await this.connection.ready();
    const run: Run = {
      params: { ...at, ...wishes },
      cancelling: new CancellationTokenSource(),
      jobId: undefined,
      update: undefined,
      result: undefined,
      pinned: new Set(),
      vetoed: new Set(),
    };
    this.runs.add(run);
    try {
      await window.withProgress(
        { location: ProgressLocation.Notification, title: "AW", cancellable: true },
        async (progress, token) => {
          const workDoneToken: ProgressToken = `aw-vscode-${++this.count}`;
          let done = 0;
          const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
            if (value.kind === "end") {
              return;
            }
            const percentage = value.percentage ?? done;
            progress.report({
              increment: Math.max(0, percentage - done),
              ...(value.message === undefined ? {} : { message: value.message }),
            });
            done = Math.max(done, percentage);
          });
          token.onCancellationRequested(() => run.cancelling.cancel());
          progress.report({ message: "starting" });
          try {
            const params: EvolveParams = { ...run.params, workDoneToken };
            // A cancelled request is answered, too: with the best so far.
            this.runs.settle(run, await client.sendRequest<EvolveResult>(EVOLVE, params, run.cancelling.token));
          } finally {
            listening.dispose();
          }
        },
      );
    } catch (error) {
      this.runs.forget(run);
      if (this.connection.state === "failed") {
        throw new Error("The server ended during the run. Your text is unchanged; the server is started again.");
      }
      if (!run.cancelling.token.isCancellationRequested) {
        throw error;
      }
      return;
    }
    await this.ended(run);
  }

  /** Stops every run and keeps what was found; asked again before that is answered, discards it. */
  async stop(): Promise<void> {
    for (const run of this.runs.working) {
      if (run.cancelling.token.isCancellationRequested && run.jobId !== undefined) {
        await this.connection.request(CANCEL, { jobId: run.jobId, keep: false });
      }
      run.cancelling.cancel();
    }
  }
}

function place(editor: TextEditor, selection: Selection): EvolveParams {
  const { document } = editor;
  return {
    textDocument: { uri: document.uri.toString(), version: document.version },
    range: {
      start: { line: selection.start.line, character: selection.start.character },
      end: { line: selection.end.line, character: selection.end.character },
    },
  };
}
