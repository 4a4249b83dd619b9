import * as path from "node:path";
import { ConfigurationTarget, ProgressLocation, type QuickPickItem, type TextEditor, commands, window, workspace } from "vscode";
import { WorkDoneProgress } from "vscode-languageclient/node";

import { MODELS, type ModelEntry, PULL_MODEL, type PullModelParams, RUBRICS, type RubricInfo, type RubricsParams, SELECT_MODEL, type SelectModelParams, type SelectedModel } from "./protocol";
import type { Connection } from "./server/connection";

/** What is said of a model that is not simply there. */
const STATES: Readonly<Record<ModelEntry["state"], string>> = {
  ready: "",
  available: "to be fetched",
  missing: "missing",
  damaged: "damaged",
  unsupported: "unsupported",
};
const FILE = "$(folder-opened) Choose a GGUF file…";

/** Ask for a rubric; its id, undefined if the writer chose none. */
export async function askRubric(connection: Connection, editor: TextEditor | undefined): Promise<string | undefined> {
  const params: RubricsParams = editor === undefined ? {} : { textDocument: { uri: editor.document.uri.toString() } };
  const rubrics = await connection.request<readonly RubricInfo[]>(RUBRICS, params);
  const now = workspace.getConfiguration("aw", editor?.document).get("rubric", "");
  const items = rubrics
    .filter((each) => each.usable)
    .map((each) => ({
      id: each.id,
      label: each.title,
      description: [each.id === now && "in use", each.source !== "builtin" && each.source].filter(Boolean).join(" · "),
      detail: each.description,
    }));
  const unusable = rubrics
    .filter((each) => !each.usable)
    .map((each) => ({ id: undefined, label: `$(warning) ${each.title || each.id}`, description: "cannot be used", detail: each.reason ?? "" }));
  const chosen = await window.showQuickPick([...items, ...unusable], {
    title: "What does “better” mean?",
    placeHolder: "Choose a rubric",
    matchOnDetail: true,
  });
  return chosen?.id;
}

/** Make a rubric the one that is used from now on. */
export async function selectRubric(connection: Connection, editor: TextEditor | undefined): Promise<void> {
  const id = await askRubric(connection, editor);
  if (id !== undefined) {
    await workspace.getConfiguration("aw").update("rubric", id, ConfigurationTarget.Global);
    window.setStatusBarMessage(`$(check) AW: the rubric is “${id}” from now on`, 5_000);
  }
}

/** Make a model the one that writes from now on; the server refuses one that cannot be used, and says why. */
export async function selectModel(connection: Connection): Promise<void> {
  const models = await connection.request<readonly ModelEntry[]>(MODELS, {});
  const items: (QuickPickItem & { entry?: ModelEntry })[] = models.map((each) => ({
    entry: each,
    label: `${each.active ? "$(check) " : each.state === "available" ? "$(cloud-download) " : ""}${each.title}`,
    description: [each.bytes > 0 && megabytes(each.bytes), each.licence, STATES[each.state]].filter(Boolean).join(" · "),
    detail: each.reason ?? (each.state === "available" ? `For ${each.goodFor}; needs ${megabytes(each.memoryBytes ?? 0)} of memory` : each.ref),
  }));
  const chosen = await window.showQuickPick([...items, { label: FILE, detail: "A chat model of 4 to 9 billion parameters suits 16 GB of memory." }], {
    title: "Which model writes?",
    placeHolder: "Choose a model",
    matchOnDescription: true,
  });
  const ref = chosen?.label === FILE ? await askFile() : chosen?.entry?.ref;
  if (chosen?.entry?.state === "available" && !(await pullModel(connection, chosen.entry))) {
    return;
  }
  if (ref !== undefined) {
    await connection.request<SelectedModel>(SELECT_MODEL, { ref } satisfies SelectModelParams);
    await workspace.getConfiguration("aw").update("model", ref, ConfigurationTarget.Global);
    window.setStatusBarMessage(`$(check) AW: the next run writes with ${path.basename(ref)}`, 5_000);
  }
}

/** Fetch a model, with progress; false if the writer stopped it. */
async function pullModel(connection: Connection, entry: ModelEntry): Promise<boolean> {
  const client = await connection.ready();
  return window.withProgress(
    { location: ProgressLocation.Notification, title: `AW: fetching ${entry.title}`, cancellable: true },
    async (progress, token) => {
      const workDoneToken = `aw-pull-${entry.ref}`;
      let done = 0;
      const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
        if (value.kind === "report") {
          const percentage = value.percentage ?? done;
          progress.report({ increment: Math.max(0, percentage - done), message: value.message ?? "" });
          done = Math.max(done, percentage);
        }
      });
      try {
        await client.sendRequest<SelectedModel>(PULL_MODEL, { ref: entry.ref, workDoneToken } satisfies PullModelParams, token);
        return true;
      } catch (error) {
        if (token.isCancellationRequested) {
          return false;
        }
        throw error;
      } finally {
        listening.dispose();
      }
    },
  );
}

/** What can be done, from the status bar. */
export async function menu(working: boolean): Promise<void> {
  const entries: readonly (readonly [label: string, command: string])[] = [
    ...(working ? ([["$(debug-stop) Stop", "aw.stop"]] as const) : []),
    ["$(sparkle) Evolve Selection", "aw.evolveSelection"],
    ["$(list-ordered) Show Results", "aw.showResults"],
    ["$(symbol-ruler) Select Rubric…", "aw.selectRubric"],
    ["$(chip) Select Model…", "aw.selectModel"],
    ["$(debug-restart) Restart Server", "aw.restartServer"],
    ["$(output) Show Output", "aw.showOutput"],
  ];
  const items = entries.map(([label, command]) => ({ label, command }));
  const chosen = await window.showQuickPick(items, { title: "AW" });
  if (chosen !== undefined) {
    await commands.executeCommand(chosen.command);
  }
}

async function askFile(): Promise<string | undefined> {
  const [file] = (await window.showOpenDialog({ title: "Choose a model", filters: { GGUF: ["gguf"] }, openLabel: "Use" })) ?? [];
  return file?.fsPath;
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
