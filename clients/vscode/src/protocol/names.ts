// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

export const VERSION = 1;
export const EVOLVE = "aw/evolve";
export const ESTIMATE = "aw/estimate";
export const RESULTS = "aw/results";
export const APPLY = "aw/apply";
export const PREVIEW = "aw/preview";
export const MIX = "aw/mix";
export const STEER = "aw/steer";
export const CANCEL = "aw/cancel";
export const DISCARD = "aw/discard";
export const STATUS = "aw/status";
export const RUBRICS = "aw/rubrics";
export const MODELS = "aw/models";
export const SELECT_MODEL = "aw/selectModel";
export const PULL_MODEL = "aw/pullModel";
export const REPORT = "aw/report";
export const PREPARE = "aw/prepare";
export const UPDATE = "$/aw/update";
export const STATUS_CHANGED = "$/aw/status";
export const COMMAND_EVOLVE = "aw.server.evolve";
export const COMMAND_REPEAT = "aw.server.repeat";
export const COMMAND_CANCEL = "aw.server.cancel";
export const COMMAND_RESULTS = "aw.server.results";
export const COMMAND_APPLY = "aw.server.apply";
export const COMMAND_COMPARE = "aw.server.compare";
export const COMMAND_DISCARD = "aw.server.discard";
export const COMMAND_STATUS = "aw.server.status";
export const COMMAND_SELECT_MODEL = "aw.server.selectModel";
export const COMMAND_UNLOAD = "aw.server.unload";

export type Reason = "empty" | "tooShort" | "tooLong" | "onlyMarkup" | "notProse" | "unencodable" | "ambiguous" | "notOpen" | "unknownRubric" | "unsupportedInstruction" | "unsupportedLanguage" | "queueFull" | "modelMissing" | "modelDamaged" | "modelUnsupported" | "noMemory" | "workerDied" | "internal";
export type Strictness = "strict" | "normal" | "relaxed";
