import { type Disposable, type TextEditor, TextEditorRevealType, Uri, window } from "vscode";

import { Preview } from "./preview";
import { type EvolveResult, PREVIEW, type PreviewParams, type PreviewResult, RESULTS } from "./protocol";
import { type Actions, type Host, RewriteList, hides, toRange } from "./rewriteList";
import type { Run, Runs } from "./runs";
import type { Connection } from "./server/connection";

/** The list of rewrites over the editor. Moving through it previews each; only Enter changes the text. */
export class Review implements Disposable {
  private readonly preview = new Preview();
  private readonly host: Host;
  private open: RewriteList | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly runs: Runs,
    actions: Actions,
  ) {
    this.host = {
      preview: this.preview,
      actions,
      after: (run) => runs.after(run),
      next: (run) => this.next(run),
      refresh: (run) => this.refresh(run),
      changesOf: (run, { id }) => {
        const params: PreviewParams = { jobId: run.jobId ?? "", candidateId: id, format: "words" };
        return connection.request<PreviewResult>(PREVIEW, params);
      },
      closed: () => (this.open = undefined),
    };
  }

  /** The run whose list is open. */
  get run(): Run | undefined {
    return this.open?.run;
  }

  /** Open the list for a run that has ended; its place and its worth are asked anew. */
  async show(run: Run): Promise<void> {
    this.open?.dispose();
    this.runs.choose(run);
    const editor = await this.reveal(await this.refresh(run));
    this.open = new RewriteList(this.host, run, editor);
    await this.open.show();
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
