import { type ExtensionContext, type LogOutputChannel, type TextDocument, commands, languages, window, workspace } from "vscode";

import { apply } from "./apply";
import { type Parts, commandTable } from "./commands";
import { tellEnd } from "./endings";
import { Evolving } from "./evolve";
import { type Entry, Leaderboard } from "./leaderboard";
import { Lens } from "./lens";
import * as protocol from "./protocol";
import { Report } from "./report";
import { Review } from "./review";
import { Runs, type Run, hasRewrites, shown } from "./runs";
import { Connection } from "./server/connection";
import { NoServer } from "./server/find";
import { statusItem } from "./status";
import { SCHEME, Versions, compareAll } from "./versions";

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
  const steer = steering(connection, runs);
  const review = reviewing({ connection, runs, report, take, steer, rerun });
  const results = async (run: Run): Promise<void> => {
    if (run.result === undefined || workspace.getConfiguration("aw").get("results.view") === "panel") {
      runs.choose(run);
      await commands.executeCommand("aw.leaderboard.focus");
    } else {
      await review.show(run);
    }
  };
  const guarded = guard(log);
  const parts: Parts = { context, connection, runs, report, evolving, showLog: () => log.show(), results, take, steer };
  connection.intercept = intercepting(parts, guarded);
  connection.onState(() => {
    if (connection.state === "starting") {
      runs.forgetEnded();
    }
  });
  connection.onUpdate((update) => runs.hear(update));
  context.subscriptions.push(
    log,
    connection,
    report,
    review,
    leaderboard(runs),
    statusItem(connection),
    languages.registerCodeLensProvider(connection.selector, new Lens(connection, runs)),
    workspace.registerTextDocumentContentProvider(SCHEME, new Versions(runs)),
    ...Object.entries(commandTable(parts)).map(([name, command]) =>
      commands.registerCommand(`aw.${name}`, (entry: Entry) => guarded(() => command(entry))),
    ),
    workspace.onDidGrantWorkspaceTrust(() => void guarded(() => connection.restart())),
  );
  startWithProse(context, connection, log);
}

type Guarded = (action: () => Promise<unknown>) => Promise<void>;

/** Does something and shows what goes wrong, once, with a way to the log; a server that is missing was shown. */
function guard(log: LogOutputChannel): Guarded {
  return async (action) => {
    try {
      await action();
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
}

/** Passes on which rewrites the writer pins and rejects. */
function steering(connection: Connection, runs: Runs): Parts["steer"] {
  return async (run, wish) => {
    run.pinned = new Set([...run.pinned, ...(wish.pin ?? [])]);
    run.vetoed = new Set([...run.vetoed, ...(wish.veto ?? [])]);
    runs.tell();
    await connection.request(protocol.STEER, { jobId: run.jobId, ...wish });
    if (run.result !== undefined) {
      runs.settle(run, await connection.request<protocol.EvolveResult>(protocol.RESULTS, { jobId: run.jobId }));
    }
  };
}

function reviewing(
  parts: Pick<Parts, "connection" | "runs" | "report" | "take" | "steer"> & {
    readonly rerun: (params: protocol.EvolveParams) => Promise<void>;
  },
): Review {
  const { connection, runs, report, take, steer, rerun } = parts;
  return new Review(connection, runs, {
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
}

/** A code action's command starts a run at once and forgets it; here it is waited for, shown and can be stopped. */
function intercepting(parts: Parts, guarded: Guarded): Connection["intercept"] {
  const { evolving, results, runs, take } = parts;
  return async (name, args, next) => {
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
}

function leaderboard(runs: Runs): { dispose: () => void } {
  const treeDataProvider = new Leaderboard(runs);
  const tree = window.createTreeView("aw.leaderboard", { treeDataProvider });
  runs.onChange(() => (tree.message = treeDataProvider.message ?? ""));
  return tree;
}

/** The first document of prose starts the server, so that its paragraphs have code actions. */
function startWithProse(context: ExtensionContext, connection: Connection, log: LogOutputChannel): void {
  const lookedAt = (document: TextDocument): void => {
    if (connection.state === "stopped" && languages.match(connection.selector, document) > 0) {
      void connection.ready({ quiet: true }).catch((error: unknown) => log.warn(String(error)));
    }
  };
  // What woke the extension may be no document, or one that is not among them yet.
  context.subscriptions.push(workspace.onDidOpenTextDocument(lookedAt));
  workspace.textDocuments.forEach(lookedAt);
}
