import { type LogOutputChannel, commands, window, workspace } from "vscode";

import type { EvolveResult, Reason } from "./protocol";
import type { Wishes } from "./evolve";
import { type Run, rewrites } from "./runs";
import { counted } from "./wording";

interface Next {
  show(): Promise<void>;
  /** The run whose list the writer has before them: no other takes its place unasked. */
  readonly open: Run | undefined;
  again(wishes: Wishes): Promise<void>;
  readonly log: LogOutputChannel;
}

type Offer = readonly [label: string, act: () => unknown];

/** Say how a run ended and offer what helps; for a run with rewrites, open its list instead. */
export async function tellEnd(run: Run, next: Next): Promise<void> {
  const { result } = run;
  if (result === undefined || result.status === "superseded") {
    return;
  }
  const count = rewrites(run).length;
  if (result.status === "refused" || result.status === "failed") {
    await say(result, offers(result.reason as Reason | undefined, next), count > 0 ? next.show : undefined);
    return;
  }
  for (const notice of result.notices) {
    next.log.info(notice);
  }
  if (count > 0) {
    await present(run, count, next);
  } else if (result.status === "cancelled") {
    void window.showInformationMessage("AW: cancelled. Nothing yet.");
  } else {
    void window.showInformationMessage(`AW: ${result.message ?? result.notices.at(-1) ?? "No rewrite to show; your text stands."}`);
  }
}

/** The list comes by itself only where the writer looks at the text and has no other list before them. */
async function present(run: Run, count: number, next: Next): Promise<void> {
  const wanted = workspace.getConfiguration("aw").get("notifyWhenDone");
  if (wanted === "none" || next.open === run) {
    return;
  }
  const inSight = window.visibleTextEditors.some((each) => each.document.uri.toString() === run.result?.uri);
  if (wanted !== "ask" && inSight && next.open === undefined) {
    await next.show();
  } else if ((await window.showInformationMessage(`AW: ${counted(count)} ready.`, "Show")) !== undefined) {
    await next.show();
  }
}

async function say(result: EvolveResult, helps: readonly Offer[], show: (() => Promise<void>) | undefined): Promise<void> {
  const all: readonly Offer[] = show === undefined ? helps : [["Show What Was Found", show], ...helps];
  const sentence = `AW: ${result.message ?? "The run could not be done."}`;
  const labels = all.map(([label]) => label);
  const answer = await (result.status === "failed"
    ? window.showErrorMessage(sentence, ...labels)
    : window.showWarningMessage(sentence, ...labels));
  await all.find(([label]) => label === answer)?.[1]();
}

function offers(reason: Reason | undefined, next: Next): Offer[] {
  const model: Offer = ["Select Model…", () => commands.executeCommand("aw.selectModel")];
  const output: Offer = ["Show Output", () => next.log.show()];
  switch (reason) {
    case "modelMissing":
    case "modelDamaged":
    case "modelUnsupported":
    case "noMemory":
      return [model, output];
    case "unsupportedLanguage":
      return [["It Is English", () => next.again({ language: "en" })], model];
    case "unsupportedInstruction":
      return [["Choose a Rubric…", () => commands.executeCommand("aw.evolveWithRubric")], model];
    case "tooLong":
    case "ambiguous":
      return [["Paragraph by Paragraph", () => next.again({ split: true })]];
    case "unknownRubric":
      return [["Select Rubric…", () => commands.executeCommand("aw.selectRubric")]];
    case "workerDied":
    case "internal":
      return [["Try Again", () => next.again({})], output];
    default:
      return [];
  }
}
