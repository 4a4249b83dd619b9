import { type Disposable, EventEmitter, type ExtensionContext, type LogOutputChannel, commands, window, workspace } from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type Middleware,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from "vscode-languageclient/node";

import * as protocol from "../protocol";
import { Environment } from "./environment";
import { NoServer, findServer } from "./find";

/** Where the server's decisions are worth something: prose. */
const LANGUAGES = ["markdown", "latex", "plaintext", "quarto", "restructuredtext", "asciidoc", "typst", "org", "git-commit"];
const SELECTOR = LANGUAGES.flatMap((language) => ["file", "untitled", "vscode-remote"].map((scheme) => ({ scheme, language })));
const PATIENCE_MS = 180_000;
const DELAYS_MS = [500, 1_000, 2_000, 4_000];

export type ServerState = protocol.StatusChanged["state"] | "stopped" | "starting" | "missing";
export type Intercept = NonNullable<Middleware["executeCommand"]>;

/** The one server of this window: found, started when first needed, started again when it dies. */
export class Connection implements Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private changing: Promise<unknown> = Promise.resolve();
  private readonly environment: Environment;
  private readonly stateChanged = new EventEmitter<void>();
  private readonly updated = new EventEmitter<protocol.Update>();
  readonly selector = SELECTOR;
  readonly onState = this.stateChanged.event;
  readonly onUpdate = this.updated.event;
  state: ServerState = "stopped";
  model = "";
  queue = 0;
  intercept: Intercept = (command, args, next) => next(command, args);

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.environment = new Environment(context, log);
  }

  /**
   * The running server, started if it must be.
   *
   * @throws NoServer if there is none; the writer was offered to install it unless `quiet`.
   */
  async ready({ quiet = false } = {}): Promise<LanguageClient> {
    const running = this.client?.state === State.Running ? this.client : undefined;
    try {
      return await (this.starting ?? running ?? this.awaiting(this.start()));
    } catch (error) {
      if (error instanceof NoServer && !quiet && (await this.offer(error))) {
        return this.ready();
      }
      throw error;
    }
  }

  async request<R>(method: string, params: object): Promise<R> {
    return (await this.ready()).sendRequest<R>(method, params);
  }

  /** Install the extension's own server, and start it. */
  async install(): Promise<void> {
    if (await this.environment.install()) {
      await this.restart();
      void window.showInformationMessage("AW: the server is installed.");
    }
  }

  /** Stop the server and start it again, after any restart before this one. */
  restart(): Promise<void> {
    const next = this.changing.then(async () => {
      await this.stop();
      await this.ready();
    });
    this.changing = next.catch(() => undefined);
    return next;
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.stateChanged.dispose();
    this.updated.dispose();
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.become("stopped");
    if (client !== undefined) {
      await client.dispose(2_000).catch((error: unknown) => this.log.warn(String(error)));
    }
  }

  private async start(): Promise<LanguageClient> {
    await this.client?.dispose().catch(() => undefined);
    this.client = undefined;
    this.become("starting");
    try {
      const program = await findServer(this.environment, this.log);
      const client = this.make(program.command, program.args);
      this.client = client;
      await client.start();
      this.check(client);
      const status = await client.sendRequest<protocol.StatusResult>(protocol.STATUS, {});
      this.model = status.model;
      this.become(status.state);
      await commands.executeCommand("setContext", "aw.serverReady", true);
      if (await this.environment.outdated()) {
        void this.offerUpdate();
      }
      return client;
    } catch (error) {
      this.become(error instanceof NoServer ? "missing" : "failed");
      throw error;
    }
  }

  /** Let whoever asks for the server meanwhile wait for this client. */
  private awaiting(client: Promise<LanguageClient>): Promise<LanguageClient> {
    const waited = client.finally(() => {
      if (this.starting === waited) {
        this.starting = undefined;
      }
    });
    waited.catch(() => undefined); // who asked is told; nobody may have
    this.starting = waited;
    return waited;
  }

  private make(command: string, args: readonly string[]): LanguageClient {
    const client: LanguageClient = new LanguageClient(
      "aw",
      "AW",
      { command, args: [...args], transport: TransportKind.stdio },
      {
        documentSelector: SELECTOR,
        outputChannel: this.log,
        // What VS Code asks by itself can fail while a server is started again; that is for the log. What the
        // writer asked for says itself that it failed.
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: {
          aw: {
            client: "vscode",
            clientVersion: String(this.context.extension.packageJSON.version),
            protocol: protocol.VERSION,
            updates: true,
            status: true,
            settings: workspace.getConfiguration("aw"),
          },
        },
        synchronize: { configurationSection: "aw" },
        errorHandler: this.patience(() => client),
        middleware: { executeCommand: (name, rest, next) => this.intercept(name, rest, next) },
      },
    );
    client.onNotification(protocol.UPDATE, (update: protocol.Update) => this.updated.fire(update));
    client.onNotification(protocol.STATUS_CHANGED, (status: protocol.StatusChanged) => {
      this.model = status.model;
      this.queue = status.queue;
      this.become(status.state);
    });
    client.onDidChangeState(({ newState }) => {
      if (this.client === client && newState === State.Running) {
        this.become("idle");
      } else if (this.client === client && newState === State.Starting) {
        this.become("starting");
      }
    });
    return client;
  }

  /** Restart a server that dies: after a longer pause each time, and only so many times. */
  private patience(own: () => LanguageClient): ErrorHandler {
    const deaths: number[] = [];
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: async (): Promise<CloseHandlerResult> => {
        const now = Date.now();
        deaths.push(now);
        const recent = deaths.filter((each) => now - each < PATIENCE_MS).length;
        const delay = DELAYS_MS[recent - 1];
        this.become("failed");
        if (delay === undefined) {
          void this.complain(`The server ended ${recent} times within three minutes.`);
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        this.log.warn(`The server ended; it is started again in ${delay / 1_000} s.`);
        this.awaiting(runningAgain(own()));
        await new Promise((wake) => setTimeout(wake, delay));
        // Meanwhile the writer may have restarted it: another client has taken this one's place.
        return { action: this.client === own() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private check(client: LanguageClient): void {
    const told: unknown = client.initializeResult?.capabilities.experimental?.aw?.protocol;
    if (told !== protocol.VERSION) {
      const older = typeof told !== "number" || told < protocol.VERSION;
      void this.complain(
        older
          ? `The server is older than this extension (protocol ${String(told)}, needed ${protocol.VERSION}). Update aw-server.`
          : `The server is newer than this extension (protocol ${told}, known ${protocol.VERSION}). Update the extension.`,
      );
    }
  }

  private async complain(sentence: string): Promise<void> {
    const choice = await window.showErrorMessage(`AW: ${sentence}`, "Restart Server", "Show Output");
    if (choice === "Restart Server") {
      await this.restart();
    } else if (choice === "Show Output") {
      this.log.show();
    }
  }

  /** Say that there is no server and what to do; whether there is one now. */
  private async offer(fault: NoServer): Promise<boolean> {
    const choice = await window.showWarningMessage(`AW: ${fault.message}`, "Install…", "Open Settings", "Show Output");
    if (choice === "Install…") {
      return this.environment.install();
    }
    if (choice === "Open Settings") {
      await commands.executeCommand("workbench.action.openSettings", "aw.server.command");
    } else if (choice === "Show Output") {
      this.log.show();
    }
    return false;
  }

  private async offerUpdate(): Promise<void> {
    const sentence = "AW: this version of the extension carries another server than the one that is installed.";
    if ((await window.showInformationMessage(sentence, "Update…")) !== undefined) {
      await this.install();
    }
  }

  private become(state: ServerState): void {
    this.state = state;
    this.stateChanged.fire();
  }
}

/** Wait until the client runs again; rejects if that fails. */
function runningAgain(client: LanguageClient): Promise<LanguageClient> {
  return new Promise((done, failed) => {
    const listening = client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        listening.dispose();
        done(client);
      } else if (newState === State.StartFailed || newState === State.Stopped) {
        listening.dispose();
        failed(new Error("The server could not be started again."));
      }
    });
  });
}
