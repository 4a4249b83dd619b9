import { env, window } from "vscode";

import { APPLY, type ApplyParams, type ApplyResult, type EvolveParams, type Ranked } from "./protocol";
import type { Run } from "./runs";
import type { Connection } from "./server/connection";

type Choice = NonNullable<ApplyResult["choices"]>[number];

const LABELS: Readonly<Record<Choice, string>> = {
  rerun: "Re-run on the New Text",
  copy: "Copy This Rewrite",
  merge: "Merge",
};

/**
 * Ask the server to put the rewrite into the document; it refuses if the text has changed, and the writer
 * chooses what then. Whether the document has the rewrite afterwards.
 */
export async function apply(
  connection: Connection,
  run: Run,
  candidate: Ranked,
  rerun: (params: EvolveParams) => Promise<void>,
  onStale: "merge" | "refuse" = "refuse",
): Promise<boolean> {
  if (run.jobId === undefined) {
    return false;
  }
  const params: ApplyParams = { jobId: run.jobId, candidateId: candidate.id, onStale };
  const { outcome, message, choices = [] } = await connection.request<ApplyResult>(APPLY, params);
  if (outcome === "applied" || outcome === "merged") {
    window.setStatusBarMessage(`$(check) AW: ${message}`, 5_000);
    return true;
  }
  const answer = await window.showWarningMessage(`AW: ${message}`, ...choices.map((each) => LABELS[each]));
  switch (choices.find((each) => LABELS[each] === answer)) {
    case "rerun": {
      const range = run.result?.range;
      const { workDoneToken: _, ...asked } = run.params;
      await rerun(range === undefined ? asked : { ...asked, range });
      return false;
    }
    case "copy":
      await copy(candidate);
      return false;
    case "merge":
      return apply(connection, run, candidate, rerun, "merge");
    case undefined:
      return false;
  }
}

export async function copy(candidate: Ranked): Promise<void> {
  await env.clipboard.writeText(candidate.text);
  window.setStatusBarMessage(`$(copy) AW: rewrite ${candidate.rank} copied`, 5_000);
}
