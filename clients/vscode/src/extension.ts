import * as path from "node:path";
import { type ExtensionContext, type TextDocument, Uri, commands, languages, window, workspace } from "vscode";

import { apply, copy } from "./apply";
import { menu, askRubric, selectModel, selectRubric } from "./choose";
import { tellEnd } from "./endings";
import { Evolving, type Wishes } from "./evolve";
import { type Entry, Leaderboard } from "./leaderboard";
import { Lens } from "./lens";
import * as protocol from "./protocol";
import { Report } from "./report";
import { Review } from "./review";
import { Runs, type Run, hasRewrites, shown, touch } from "./runs";
import { Connection } from "./server/connection";
import { NoServer } from "./server/find";
import { statusItem } from "./status";
import { SCHEME, Versions, compareAll, showDifferences } from "./versions";

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("AW", { log: true });
  const connection = new Connection(context, log);
  const runs = new Runs();
  const report = new Report(connection);
  const evolving: Evolving = new Evolving(connection, runs, (run) =>
    tell(hasRewrites(run) ? run : (runs.after(run) ?? run)),
  );
  const tell = (run: Run): Promise<void> =>
    tellEnd(run, { show: () => results(run), open: review.run, again: (wishes) => evolving.run(run.params, wishes), log });
  const rerun = (params: protocol.EvolveParams): Promise<void> => evolving.run(params);
  const take = (run: Run, candidate: protocol.Ranked): Promise<boolean> => apply(connection, run, candidate, rerun);
  const steer = async (run: Run, wish: Pick<protocol.SteerParams, "pin" | "veto">): Promise<void> => {
    run.pinned = new Set([...run.pinned, ...(wish.pin ?? [])]);
    run.vetoed = new Set([...run.vetoed, ...(wish.veto ?? [])]);
    runs.tell();
    await connection.request(protocol.STEER, { jobId: run.jobId, ...wish });
    if (run.result !== undefined) {
      runs.settle(run, await connection.request<protocol.EvolveResult>(protocol.RESULTS, { jobId: run.jobId }));
    }
  };
  const review = new Review(connection, runs, {
    apply: take,
    pin: (run, { id }) => steer(run, { pin: [id] }),
    unpin: (run, { id }) => {
      run.pinned = new Set([...run.pinned].filter((each) => each !== id));
      runs.tell();
    },
    reject: (run, { id }) => steer(run, { veto: [id] }),
    discard: async (run) => {
      runs.forget(run);
      await connection.request(protocol.DISCARD, { jobId: run.jobId });
    },
    report: (run) => report.show(run),
    rerun: (run) => rerun(run.result === undefined ? run.params : { ...run.params, range: run.result.range }),
  });
  const results = async (run: Run): Promise<void> => {
    if (run.result === undefined || workspace.getConfiguration("aw").get("results.view") === "panel") {
      runs.choose(run);
      await commands.executeCommand("aw.leaderboard.focus");
    } else {
      await review.show(run);
    }
  };
  const leaderboard = new Leaderboard(runs);
  const tree = window.createTreeView("aw.leaderboard", { treeDataProvider: leaderboard });
  runs.onChange(() => (tree.message = leaderboard.message ?? ""));
  connection.onState(() => {
    if (connection.state === "starting") {
      runs.forgetEnded();
    }
  });
  connection.onUpdate((update) => runs.hear(update));

  // A code action's command starts a run at once and forgets it; here it is waited for, shown and can be stopped.
  connection.intercept = async (name, args, next) => {
    const run = runs.of(args[0]?.jobId);
    switch (name) {
      case protocol.COMMAND_EVOLVE:
        return guarded(() => evolving.run(args[0]));
      case protocol.COMMAND_CANCEL:
        return guarded(async () => evolving.stop());
      case protocol.COMMAND_RESULTS:
        return run === undefined ? commands.executeCommand("aw.leaderboard.focus") : guarded(() => results(run));
      case protocol.COMMAND_COMPARE:
        return run === undefined ? next(name, args) : guarded(() => compareAll(run));
      case protocol.COMMAND_APPLY: {
        const candidate = run && shown(run).find((each) => each.id === args[0]?.candidateId);
        return run === undefined || candidate === undefined ? next(name, args) : guarded(() => take(run, candidate));
      }
      default:
        return next(name, args);
    }
  };

  /** The first document of prose starts the server, so that its paragraphs have code actions. */
  const lookedAt = (document: TextDocument): void => {
    if (connection.state === "stopped" && languages.match(connection.selector, document) > 0) {
      void connection.ready({ quiet: true }).catch((error: unknown) => log.warn(String(error)));
    }
  };
  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof NoServer)) {
        log.error(error instanceof Error ? error : String(error));
        const sentence = error instanceof Error ? error.message : String(error);
        if ((await window.showErrorMessage(`AW: ${sentence}`, "Show Output")) !== undefined) {
          log.show();
        }
      }
    }
  };
  const evolve = async (ask: () => Promise<Wishes | undefined>): Promise<void> => {
    const editor = window.activeTextEditor;
    if (editor === undefined) {
      void window.showInformationMessage("AW: open a document and stand in a paragraph.");
      return;
    }
    const wishes = await ask();
    if (wishes !== undefined) {
      await evolving.selection(editor, wishes);
    }
  };
  const withCurrent = (act: (run: Run) => Promise<unknown>) => async (): Promise<void> => {
    const run = runs.current;
    if (run === undefined || !hasRewrites(run)) {
      void window.showInformationMessage("AW: nothing was evolved yet.");
    } else {
      await act(run);
    }
  };
  /** The run whose passage the cursor stands in. */
  const here = async (): Promise<Run | undefined> => {
    const { document, selection } = window.activeTextEditor ?? {};
    for (const run of document === undefined ? [] : runs.within(document.uri.toString())) {
      const { range } = await connection.request<protocol.EvolveResult>(protocol.RESULTS, { jobId: run.jobId });
      if (selection !== undefined && touch(range, selection)) {
        return run;
      }
    }
    return undefined;
  };
  const actions: Readonly<Record<string, (entry: Entry) => Promise<unknown>>> = {
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
      const asked = entry?.run ?? (await here());
      return asked === undefined ? withCurrent(results)() : results(asked);
    },
    compareAll: withCurrent(compareAll),
    openReport: withCurrent((run) => report.show(run)),
    selectModel: () => selectModel(connection),
    selectRubric: () => selectRubric(connection, window.activeTextEditor),
    installServer: () => connection.install(),
    restartServer: () => connection.restart(),
    showOutput: async () => log.show(),
    openSample: () => openSample(context),
    menu: () => menu(runs.working.length > 0),
    "candidate.apply": ({ run, candidate }) => take(run, candidate),
    "candidate.diff": ({ run, candidate }) => showDifferences(run, candidate),
    "candidate.copy": ({ candidate }) => copy(candidate),
    "candidate.pin": ({ run, candidate }) => steer(run, { pin: [candidate.id] }),
    "candidate.reject": ({ run, candidate }) => steer(run, { veto: [candidate.id] }),
  };
  context.subscriptions.push(
    log,
    connection,
    report,
    review,
    tree,
    statusItem(connection),
    languages.registerCodeLensProvider(connection.selector, new Lens(connection, runs)),
    workspace.registerTextDocumentContentProvider(SCHEME, new Versions(runs)),
    ...Object.entries(actions).map(([name, act]) => commands.registerCommand(`aw.${name}`, (entry: Entry) => guarded(() => act(entry)))),
    workspace.onDidGrantWorkspaceTrust(() => void guarded(() => connection.restart())),
  );
  // What woke the extension may be no document, or one that is not among them yet.
  context.subscriptions.push(workspace.onDidOpenTextDocument(lookedAt));
  workspace.textDocuments.forEach(lookedAt);
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
