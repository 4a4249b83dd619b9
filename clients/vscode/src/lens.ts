import { CodeLens, type CodeLensProvider, type TextDocument, workspace } from "vscode";

import { toRange } from "./review";
import { ORIGINAL, type Runs, shown } from "./runs";

/** A line above a paragraph that has rewrites, if the writer wants it. */
export class Lens implements CodeLensProvider {
  readonly onDidChangeCodeLenses;

  constructor(private readonly runs: Runs) {
    this.onDidChangeCodeLenses = runs.onChange;
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const run = this.runs.latest;
    const { result } = run ?? {};
    const wanted = workspace.getConfiguration("aw", document).get("codeLens", false);
    if (!wanted || run === undefined || result === undefined || result.stale || result.uri !== document.uri.toString()) {
      return [];
    }
    const count = shown(run).filter((each) => each.id !== ORIGINAL).length;
    return count === 0 ? [] : [new CodeLens(toRange(result), { command: "aw.showResults", title: `▲ ${count} rewrites ready` })];
  }
}
