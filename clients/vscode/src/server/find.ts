import { type LogOutputChannel, workspace } from "vscode";

import type { Environment } from "./environment";
import { onPath, versionOf } from "./programs";

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Why there is no server, in a sentence for the writer. */
export class NoServer extends Error {}

/**
 * The server's program: the writer's setting, else the extension's own environment, else PATH. A setting that
 * does not work is said, not passed over. Each step goes to the log.
 *
 * @throws NoServer if none works.
 */
export async function findServer(environment: Environment, log: LogOutputChannel): Promise<Program> {
  const [command, ...args] = workspace.getConfiguration("aw").get<string[]>("server.command", []);
  if (command !== undefined) {
    const version = await versionOf(command, args);
    log.info(`Setting aw.server.command: ${command} → ${version ?? "does not run"}`);
    if (version === undefined) {
      throw new NoServer(`The program in \`aw.server.command\` does not run: ${command}.`);
    }
    return { command, args };
  }
  log.info("Setting aw.server.command: not set");
  const own = await environment.program();
  if (own !== undefined) {
    const version = await versionOf(own, []);
    log.info(`The extension's own environment: ${own} → ${version ?? "does not run"}`);
    if (version !== undefined) {
      return { command: own, args: [] };
    }
  } else {
    log.info("The extension's own environment: not installed");
  }
  for (const file of await onPath("aw-server", (skipped) => log.info(`PATH: ${skipped} is the project's, not taken`))) {
    const version = await versionOf(file, []);
    log.info(`PATH: ${file} → ${version ?? "does not run"}`);
    if (version !== undefined) {
      return { command: file, args: [] };
    }
  }
  log.info("PATH: no aw-server that runs");
  throw new NoServer("The AW server is not installed.");
}
