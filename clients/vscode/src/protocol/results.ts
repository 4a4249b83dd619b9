// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

import type { Range } from "vscode-languageserver-protocol";
import type { GenerationMeters, ModelRef, Ranked, RejectedCount, Usage } from "./engine";

/**
 * What a command that starts a run answers, at once.
 *
 * `also` are the jobs of further paragraphs, which `split` has asked for. `estimate` is between how many
 * seconds (low, high) four of five such runs end, once the model is loaded and they begin; None before
 * anything was measured.
 */
export interface StartResult {
  readonly state: "joined" | "queued" | "refused" | "running";
  readonly message: string;
  readonly jobId?: string;
  readonly position?: number;
  readonly range?: Range;
  readonly reason?: "ambiguous" | "empty" | "internal" | "modelDamaged" | "modelMissing" | "modelUnsupported" | "noMemory" | "notOpen" | "notProse" | "onlyMarkup" | "queueFull" | "tooLong" | "tooShort" | "unencodable" | "unknownRubric" | "unsupportedInstruction" | "unsupportedLanguage" | "workerDied";
  readonly also?: readonly string[];
  readonly estimate?: readonly [number, number];
}

/**
 * A run's outcome with its place: candidates' texts are as they would stand in the document.
 *
 * `range` is where the passage is now, or was last; `stale` says that it no longer reads as it did. `also`
 * are the jobs of further paragraphs, which `split` has asked for.
 */
export interface EvolveResult {
  readonly status: "cancelled" | "done" | "failed" | "refused" | "running" | "superseded";
  readonly jobId: string;
  readonly original: string;
  readonly originalRank: number;
  readonly candidates: readonly Ranked[];
  readonly rejected: readonly RejectedCount[];
  readonly notices: readonly string[];
  readonly generations: number;
  readonly calls: number;
  readonly seconds: number;
  readonly seed: number;
  readonly model: ModelRef;
  readonly usage: Usage;
  readonly perGeneration: readonly GenerationMeters[];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly judge?: ModelRef;
  readonly reason?: string;
  readonly message?: string;
  readonly uri: string;
  readonly version: number | null;
  readonly range: Range;
  readonly stale: boolean;
  readonly also?: readonly string[];
}

export interface Cancelled {
  readonly cancelled: readonly string[];
}

export interface ApplyResult {
  readonly outcome: "applied" | "merged" | "refused" | "stale" | "unknown";
  readonly message: string;
  readonly range?: Range;
  readonly choices?: readonly ("copy" | "merge" | "rerun")[];
}

export interface Word {
  readonly kind: "added" | "removed" | "same";
  readonly text: string;
}

/**
 * One sentence, or several that cannot be taken apart; `original` is where `before` stands now.
 */
export interface DiffPart {
  readonly index: number;
  readonly kind: "added" | "changed" | "removed" | "same";
  readonly original: Range;
  readonly before: string;
  readonly after: string;
  readonly words: readonly Word[];
}

/**
 * `text` is the whole rewrite with the chosen parts taken, or a unified diff if that was asked for.
 */
export interface PreviewResult {
  readonly parts: readonly DiffPart[];
  readonly text: string;
}

/**
 * `candidate` is among the run's from now on; None if it was refused, and `message` says why.
 */
export interface MixResult {
  readonly outcome: "mixed" | "refused";
  readonly message: string;
  readonly candidate?: Ranked;
}

/**
 * What a run would take; `seconds` is (low, high) as in `StartResult.estimate`.
 */
export interface Estimate {
  readonly fits: boolean;
  readonly passageWords: number;
  readonly calls: number;
  readonly limitWords?: number;
  readonly seconds?: readonly [number, number];
  readonly message?: string;
}

export interface RubricInfo {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: "builtin" | "project" | "user";
  readonly usable: boolean;
  readonly reason?: string;
}

export interface ModelEntry {
  readonly ref: string;
  readonly title: string;
  readonly bytes: number;
  readonly dialect: string;
  readonly state: "available" | "damaged" | "missing" | "ready" | "unsupported";
  readonly active: boolean;
  readonly digest?: string;
  readonly licence?: string;
  readonly reason?: string;
  readonly goodFor?: string;
  readonly memoryBytes?: number;
}

export interface SelectedModel {
  readonly ref: string;
}

/**
 * One self-contained HTML page.
 */
export interface ReportResult {
  readonly html: string;
}

/**
 * `text_goes_to` names other computers whose model servers are sent the text of runs.
 */
export interface StatusResult {
  readonly state: "failed" | "idle" | "loading" | "working";
  readonly server: string;
  readonly protocol: number;
  readonly model: string;
  readonly queue: number;
  readonly log: string;
  readonly history?: string;
  readonly digest?: string;
  readonly contextTokens?: number;
  readonly workerPid?: number;
  readonly workerBytes?: number;
  readonly lastFault?: string;
  readonly textGoesTo?: string;
}

/**
 * `message` says why nothing was freed, if it was not.
 */
export interface Unloaded {
  readonly freedBytes: number;
  readonly message?: string;
}

export interface CompareResult {
  readonly uri: string;
}

/**
 * `$/aw/update`: the leaderboard so far, at most four times a second, and where the passage is now.
 *
 * `writing` is what a chat model has written so far of rewrites that are not there yet, as prose.
 */
export interface Update {
  readonly jobId: string;
  readonly uri: string;
  readonly range: Range;
  readonly generation: number;
  readonly generations: number;
  readonly callsDone: number;
  readonly callsTotal: number;
  readonly leaderboard: readonly Ranked[];
  readonly writing?: readonly string[];
}

/**
 * `$/aw/status`, sent when one of its fields changes.
 */
export interface StatusChanged {
  readonly state: "failed" | "idle" | "loading" | "working";
  readonly model: string;
  readonly queue: number;
}
