import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { workspace } from "vscode";

const run = promisify(execFile);
const WINDOWS = process.platform === "win32";

/** What a program says to `--version`, on one line; undefined if it does not run. */
export async function versionOf(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    // Not in the project's folder: a module there could shadow one of the program's own.
    const { stdout } = await run(command, [...args, "--version"], { timeout: 20_000, cwd: path.dirname(process.execPath) });
    return stdout.trim().split("\n")[0];
  } catch {
    return undefined;
  }
}

/**
 * Every program of this name on PATH, first ones first. Those in a project's own environment are left out:
 * they belong to what the writer works on, and come and go with it.
 */
export async function onPath(name: string, skipped: (folder: string) => void = () => {}): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) {
      continue;
    }
    const file = path.join(folder, WINDOWS ? `${name}.exe` : name);
    if (!(await isProgram(file))) {
      continue;
    }
    if (belongsToProject(folder)) {
      skipped(file);
      continue;
    }
    found.push(file);
  }
  return found;
}

export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, WINDOWS ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function belongsToProject(folder: string): boolean {
  const roots = (workspace.workspaceFolders ?? []).map((each) => each.uri.fsPath);
  const active = [process.env["VIRTUAL_ENV"], process.env["CONDA_PREFIX"]].filter((each) => each !== undefined);
  return [...roots, ...active].some((root) => {
    const relative = path.relative(root, folder);
    return !relative.startsWith("..") && !path.isAbsolute(relative);
  });
}
