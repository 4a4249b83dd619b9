import * as path from "node:path";
import { type ExtensionContext, Uri, window, workspace } from "vscode";

import { copy } from "./apply";
import { askRubric, menu, selectModel, selectRubric } from "./choose";
import type { Evolving, Wishes } from "./evolve";
import type { Entry } from "./leaderboard";
import * as protocol from "./protocol";
import type { Report } from "./report";
import { type Run, type Runs, hasRewrites, touch } from "./runs";
import type { Connection } from "./server/connection";
import { compareAll, showDifferences } from "./versions";

/** What the commands of the palette, the menus and the leaderboard work with. */
export interface Parts {
  readonly context: ExtensionContext;
  readonly connection: Connection;
  readonly runs: Runs;
  readonly report: Report;
  readonly evolving: Evolving;
  readonly showLog: () => void;
  readonly results: (run: Run) => Promise<void>;
  readonly take: (run: Run, candidate: protocol.Ranked) => Promise<boolean>;
  readonly steer: (run: Run, wish: Pick<protocol.SteerParams, "pin" | "veto">) => Promise<void>;
}

type Command = (entry: Entry) => Promise<unknown>;

/** Every command of the extension, by its name without the prefix `aw.`. */
export function commandTable(parts: Parts): Readonly<Record<string, Command>> {
  const { connection, evolving, report, results, runs, steer, take } = parts;
  const evolve = (ask: () => Promise<Wishes | undefined>): Promise<void> => evolveHere(evolving, ask);
  const withCurrent = (action: (run: Run) => Promise<unknown>) => (): Promise<void> => onCurrent(runs, action);
  return {
    evolveSelection: () => evolve(async () => ({})),
    evolveWithInstruction: () => evolve(askInstruction),
    evolveWithRubric: () =>
      evolve(async () => {
        const rubric = await askRubric(connection, window.activeTextEditor);
        return rubric === undefined ? undefined : { rubric };
      }),
    repeatLast: () => evolve(async () => repeated(runs.latest)),
    stop: async () => evolving.stop(),
    showResults: async (entry) => {
      const asked = entry?.run ?? (await here(connection, runs));
      return asked === undefined ? withCurrent(results)() : results(asked);
    },
    compareAll: withCurrent(compareAll),
    openReport: withCurrent((run) => report.show(run)),
    selectModel: () => selectModel(connection),
    selectRubric: () => selectRubric(connection, window.activeTextEditor),
    installServer: () => connection.install(),
    restartServer: () => connection.restart(),
    showOutput: async () => parts.showLog(),
    openSample: () => openSample(parts.context),
    menu: () => menu(runs.working.length > 0),
    "candidate.apply": ({ run, candidate }) => take(run, candidate),
    "candidate.diff": ({ run, candidate }) => showDifferences(run, candidate),
    "candidate.copy": ({ candidate }) => copy(candidate),
    "candidate.pin": ({ run, candidate }) => steer(run, { pin: [candidate.id] }),
    "candidate.reject": ({ run, candidate }) => steer(run, { veto: [candidate.id] }),
  };
}

/** Evolve what is selected in the active editor, with the wishes that the writer states when asked. */
async function evolveHere(evolving: Evolving, ask: () => Promise<Wishes | undefined>): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) {
    void window.showInformationMessage("AW: open a document and stand in a paragraph.");
    return;
  }
  const wishes = await ask();
  if (wishes !== undefined) {
    await evolving.selection(editor, wishes);
  }
}

async function onCurrent(runs: Runs, action: (run: Run) => Promise<unknown>): Promise<void> {
  const run = runs.current;
  if (run === undefined || !hasRewrites(run)) {
    void window.showInformationMessage("AW: nothing was evolved yet.");
  } else {
    await action(run);
  }
}

/** The run whose passage the cursor stands in. */
async function here(connection: Connection, runs: Runs): Promise<Run | undefined> {
  const { document, selection } = window.activeTextEditor ?? {};
  for (const run of document === undefined ? [] : runs.within(document.uri.toString())) {
    const { range } = await connection.request<protocol.EvolveResult>(protocol.RESULTS, { jobId: run.jobId });
    if (selection !== undefined && touch(range, selection)) {
      return run;
    }
  }
  return undefined;
}

async function askInstruction(): Promise<Wishes | undefined> {
  const instruction = await window.showInputBox({
    title: "Evolve with an instruction",
    prompt: "What should the rewrites do?",
    placeHolder: "Make it friendlier, and say who decides",
  });
  return instruction ? { instruction } : undefined;
}

function repeated(run: Run | undefined): Wishes {
  const { rubric, instruction, split } = run?.params ?? {};
  return {
    ...(rubric === undefined ? {} : { rubric }),
    ...(instruction === undefined ? {} : { instruction }),
    ...(split === undefined ? {} : { split }),
  };
}

async function openSample(context: ExtensionContext): Promise<void> {
  const file = Uri.file(path.join(context.extensionPath, "media", "walkthrough", "sample-draft.md"));
  const content = new TextDecoder().decode(await workspace.fs.readFile(file));
  await window.showTextDocument(await workspace.openTextDocument({ language: "markdown", content }));
}
