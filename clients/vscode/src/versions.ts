import * as path from "node:path";
import { type TextDocumentContentProvider, Uri, commands } from "vscode";

import type { EvolveResult, Ranked } from "./protocol";
import { ORIGINAL, type Run, type Runs, rewrites } from "./runs";
import { chance, counted } from "./wording";

export const SCHEME = "aw-rewrite";

/** Each candidate's text as a read-only document, for comparisons. */
export class Versions implements TextDocumentContentProvider {
  constructor(private readonly runs: Runs) {}

  provideTextDocumentContent(uri: Uri): string {
    const [jobId, candidateId] = uri.query.split("/");
    const result = this.runs.of(jobId ?? "")?.result;
    if (candidateId === ORIGINAL) {
      return result?.original ?? "";
    }
    return result?.candidates.find((each) => each.id === candidateId)?.text ?? "";
  }
}

/** Open the rewrite beside the text that it would replace. */
export async function showDifferences(run: Run, candidate: Ranked): Promise<void> {
  if (run.result !== undefined) {
    const { result } = run;
    const title = `Your text ↔ rewrite ${candidate.rank} (${chance(candidate)})`;
    await commands.executeCommand("vscode.diff", address(result, ORIGINAL, "your text"), named(result, candidate), title);
  }
}

/** Open every rewrite beside the text that it would replace. */
export async function compareAll(run: Run): Promise<void> {
  if (run.result !== undefined) {
    const { result } = run;
    const all = rewrites(run);
    const rows = all.map((each) => [named(result, each), address(result, ORIGINAL, "your text"), named(result, each)]);
    await commands.executeCommand("vscode.changes", `${counted(all.length)} of your text`, rows);
  }
}

function named(result: EvolveResult, candidate: Ranked): Uri {
  return address(result, candidate.id, `${candidate.rank} · ${chance(candidate)}`);
}

/** The document's own ending lets the editor colour it as the document. */
function address(result: EvolveResult, candidateId: string, name: string): Uri {
  const ending = path.extname(Uri.parse(result.uri).path);
  return Uri.from({ scheme: SCHEME, path: `/${name}${ending}`, query: `${result.jobId}/${candidateId}` });
}
