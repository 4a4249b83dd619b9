import { CodeLens, type CodeLensProvider, type TextDocument, workspace } from "vscode";

import { type EvolveResult, RESULTS } from "./protocol";
import { toRange } from "./rewriteList";
import { type Runs, rewrites } from "./runs";
import type { Connection } from "./server/connection";
import { counted } from "./wording";

/** A line above each paragraph that has rewrites, if the writer wants it. */
export class Lens implements CodeLensProvider {
  readonly onDidChangeCodeLenses;

  constructor(
    private readonly connection: Connection,
    private readonly runs: Runs,
  ) {
    this.onDidChangeCodeLenses = runs.onChange;
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    if (!workspace.getConfiguration("aw", document).get("codeLens", false)) {
      return [];
    }
    const found = this.runs.within(document.uri.toString()).map(async (run) => {
      // Where the passage is by now, and whether it still reads as it did.
      const now = await this.connection.request<EvolveResult>(RESULTS, { jobId: run.jobId });
      const title = `▲ ${counted(rewrites(run).length)} ready`;
      return now.stale ? [] : [new CodeLens(toRange(now), { command: "aw.showResults", title, arguments: [{ run }] })];
    });
    return (await Promise.all(found)).flat();
  }
}
