import { type Disposable, MarkdownString, StatusBarAlignment, window } from "vscode";

import type { Connection, ServerState } from "./server/connection";

const LOOKS: Readonly<Record<ServerState, readonly [icon: string, words: string]>> = {
  stopped: ["$(sparkle)", "not started"],
  starting: ["$(loading~spin)", "starting"],
  missing: ["$(warning)", "server not installed"],
  idle: ["$(sparkle)", "idle"],
  loading: ["$(loading~spin)", "loading the model"],
  working: ["$(sync~spin)", "evolving"],
  failed: ["$(warning)", "not running"],
};

/** One item at the right: what the server does, and with which model. A click opens the menu. */
export function statusItem(connection: Connection): Disposable {
  const item = window.createStatusBarItem("aw.status", StatusBarAlignment.Right, 90);
  item.name = "AW";
  item.command = "aw.menu";
  const draw = (): void => {
    const [icon, words] = LOOKS[connection.state];
    const waiting = connection.queue > 0 ? `, ${connection.queue} waiting` : "";
    item.text = connection.state === "idle" || connection.state === "stopped" ? `${icon} AW` : `${icon} AW: ${words}${waiting}`;
    const model = connection.model === "" ? "" : `  \nModel: \`${connection.model}\``;
    item.tooltip = new MarkdownString(`**AW** ${words}${waiting}${model}  \nClick for what can be done.`);
    item.accessibilityInformation = { label: `AW ${words}${waiting}`, role: "button" };
    item.show();
  };
  draw();
  const listening = connection.onState(draw);
  return {
    dispose: () => {
      listening.dispose();
      item.dispose();
    },
  };
}
