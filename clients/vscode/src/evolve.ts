import { ProgressLocation, type Selection, type TextEditor, window } from "vscode";
import { type LanguageClient, type ProgressToken, WorkDoneProgress } from "vscode-languageclient/node";

import { DISCARD, EVOLVE, type EvolveParams, type EvolveResult, RESULTS } from "./protocol";
import { type Run, type Runs, begun } from "./runs";
import type { Connection } from "./server/connection";

/** What a run is asked for beside its place. */
export type Wishes = Pick<EvolveParams, "rubric" | "instruction" | "split" | "language">;

/** Starts runs, shows their progress, and stops them. */
export class Evolving {
  private count = 0;

  constructor(
    private readonly connection: Connection,
    private readonly runs: Runs,
    private readonly ended: (run: Run) => Promise<void>,
  ) {}

  /** Evolve the selection, or the paragraph that the cursor stands in. */
  async selection(editor: TextEditor, wishes: Wishes): Promise<void> {
    const filled = editor.selections.filter((each) => !each.isEmpty);
    if (filled.length > 1) {
      void window.showInformationMessage(`AW: working on the first of ${filled.length} selections.`);
    }
    await this.run(place(editor, filled[0] ?? editor.selection), wishes);
  }

  /** Run with these parameters; resolve when the run has ended and its end was told. */
  async run(at: EvolveParams, wishes: Wishes = {}): Promise<void> {
    const client = await this.connection.ready();
    const run = begun({ ...at, ...wishes });
    this.runs.add(run);
    this.runs.choose(run);
    let answered: Run | undefined;
    try {
      answered = await window.withProgress(
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
            return await this.take(client, run, await client.sendRequest<EvolveResult>(EVOLVE, params, run.cancelling.token));
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
    if (answered !== undefined) {
      await this.ended(answered);
    }
  }

  /** Stop every run and keep what was found; asked again before that is answered, discard it. */
  stop(): void {
    for (const run of this.runs.working) {
      if (run.cancelling.token.isCancellationRequested) {
        this.runs.forget(run);
      }
      run.cancelling.cancel();
    }
  }

  /** The run that was answered; none if it was discarded meanwhile. */
  private async take(client: LanguageClient, run: Run, result: EvolveResult): Promise<Run | undefined> {
    const { jobId, also = [] } = result;
    if (!this.runs.has(run)) {
      await Promise.all([jobId, ...also].filter(Boolean).map((each) => client.sendRequest(DISCARD, { jobId: each })));
      return undefined;
    }
    const known = this.runs.of(jobId);
    if (known !== undefined && known !== run) {
      // The same was asked for before: what the writer did with its rewrites stays.
      this.runs.forget(run);
      this.runs.choose(known);
      this.runs.settle(known, result);
      return known;
    }
    this.runs.settle(run, result);
    run.paragraphs = also.length > 0 ? [jobId, ...also] : [];
    for (const other of also) {
      const paragraph = begun(run.params);
      paragraph.paragraphs = run.paragraphs;
      this.runs.settle(paragraph, await client.sendRequest<EvolveResult>(RESULTS, { jobId: other }));
      this.runs.add(paragraph);
    }
    return run;
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
