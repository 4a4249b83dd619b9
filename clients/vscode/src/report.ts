import { type Disposable, ViewColumn, type WebviewPanel, window } from "vscode";

import { REPORT, type ReportResult } from "./protocol";
import type { Run } from "./runs";
import type { Connection } from "./server/connection";

/** Nothing is loaded and nothing runs: the report is one page of text, drawings and styles. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`;

/** The server's report of a run in a tab of its own; one tab, which shows the report asked for last. */
export class Report implements Disposable {
  private panel: WebviewPanel | undefined;

  constructor(private readonly connection: Connection) {}

  async show(run: Run): Promise<void> {
    if (run.jobId === undefined) {
      return;
    }
    const { html } = await this.connection.request<ReportResult>(REPORT, { jobId: run.jobId });
    this.panel ??= this.make();
    this.panel.webview.html = html.replace(/<head>/iu, `<head>${POLICY}`);
    this.panel.reveal();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private make(): WebviewPanel {
    const panel = window.createWebviewPanel("aw.report", "AW: Report", ViewColumn.Active, {
      enableScripts: false,
      localResourceRoots: [],
      enableFindWidget: true,
    });
    panel.onDidDispose(() => (this.panel = undefined));
    return panel;
  }
}
