// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

export * from "./names";
export * from "./params";
export * from "./results";
export * from "./engine";
