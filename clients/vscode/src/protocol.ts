// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

import type { Position, Range } from "vscode-languageserver-protocol";

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

export type Reason = "empty" | "tooShort" | "tooLong" | "onlyMarkup" | "unencodable" | "ambiguous" | "notOpen" | "unknownRubric" | "unsupportedInstruction" | "unsupportedLanguage" | "queueFull" | "modelMissing" | "modelDamaged" | "modelUnsupported" | "noMemory" | "workerDied" | "internal";
export type Strictness = "strict" | "normal" | "relaxed";
export interface TextDocument {
  readonly uri: string;
  readonly version?: number;
}

/**
 * Upper limits of a run, which ends with what it has.
 */
export interface Limits {
  readonly seconds?: number;
  readonly calls?: number;
}

/**
 * A candidate of an earlier run to go on from.
 */
export interface Origin {
  readonly jobId: string;
  readonly candidateId: string;
}

/**
 * What to evolve, and how. An absent or empty `range` means the paragraph at its start, or at `position`.
 *
 * What is None comes from the settings; `seed` then is 0.
 */
export interface EvolveParams {
  readonly textDocument: TextDocument;
  readonly range?: Range;
  readonly position?: Position;
  readonly rubric?: string;
  readonly instruction?: string;
  readonly language?: string;
  readonly n?: number;
  readonly generations?: number;
  readonly seed?: number;
  readonly budget?: Limits;
  readonly gates?: "normal" | "relaxed" | "strict";
  readonly split?: boolean;
  readonly from?: Origin;
  readonly workDoneToken?: string | number;
}

export interface RepeatParams {
  readonly textDocument: TextDocument;
  readonly range?: Range;
  readonly position?: Position;
}

export interface JobParams {
  readonly jobId: string;
  readonly workDoneToken?: string | number;
}

/**
 * `job_id` is a job's or `all`; without `keep` what was found is discarded too.
 */
export interface CancelParams {
  readonly jobId: string;
  readonly keep?: boolean;
}

/**
 * `candidate_id` None means the best; `parts` are indices of `PreviewResult.parts` to take.
 */
export interface ApplyParams {
  readonly jobId: string;
  readonly candidateId?: string;
  readonly parts?: readonly number[];
  readonly onStale?: "merge" | "refuse";
}

export interface PreviewParams {
  readonly jobId: string;
  readonly candidateId: string;
  readonly parts?: readonly number[];
  readonly format?: "unified" | "words";
}

export interface MixPick {
  readonly part: number;
  readonly candidateId: string;
}

export interface MixParams {
  readonly jobId: string;
  readonly picks: readonly MixPick[];
}

export interface SteerParams {
  readonly jobId: string;
  readonly pin?: readonly string[];
  readonly veto?: readonly string[];
  readonly pick?: string;
}

export interface RubricsParams {
  readonly textDocument?: TextDocument;
}

export interface SelectModelParams {
  readonly ref?: string;
  readonly role?: "judge" | "writer";
}

export interface PrepareParams {
  readonly textDocument: TextDocument;
  readonly range?: Range;
  readonly rubric?: string;
}

/**
 * No parameters, or nothing to answer.
 */
export interface Empty {
}

/**
 * `initializationOptions.aw`; unknown keys are ignored, since a newer client may send more.
 */
export interface ClientOptions {
  readonly client: string;
  readonly clientVersion: string;
  readonly protocol: number;
  readonly updates: boolean;
  readonly status: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
}

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
  readonly reason?: "ambiguous" | "empty" | "internal" | "modelDamaged" | "modelMissing" | "modelUnsupported" | "noMemory" | "notOpen" | "onlyMarkup" | "queueFull" | "tooLong" | "tooShort" | "unencodable" | "unknownRubric" | "unsupportedInstruction" | "unsupportedLanguage" | "workerDied";
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
  readonly state: "damaged" | "missing" | "ready" | "unsupported";
  readonly active: boolean;
  readonly digest?: string;
  readonly licence?: string;
  readonly reason?: string;
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
}

/**
 * `$/aw/status`, sent when one of its fields changes.
 */
export interface StatusChanged {
  readonly state: "failed" | "idle" | "loading" | "working";
  readonly model: string;
  readonly queue: number;
}

/**
 * A candidate as it is shown; `wins` is the probability that it is better than the original.
 *
 * `uncertainty` (0..0.5) is how far one more comparison would move `wins`. `verdict` is `check` where there
 * are flags, `notBetter` where the mean strength is not above the original's, and `better` or `equal` else.
 * The engine gives `text` as prose; front ends give it as it would stand in the document.
 */
export interface Ranked {
  readonly id: string;
  readonly rank: number;
  readonly text: string;
  readonly title: string;
  readonly wins: number;
  readonly rating: Rating;
  readonly provisional: boolean;
  readonly words: number;
  readonly wordsDelta: number;
  readonly preferred: boolean;
  readonly niche: "bold" | "light" | "medium";
  readonly flags: readonly Flag[];
  readonly criteria: readonly CriterionDelta[];
  readonly lineage: Lineage;
  readonly uncertainty: number;
  readonly verdict: "better" | "check" | "equal" | "notBetter";
}

/**
 * Strength in log-odds against the original (which is 0), posterior mean and standard deviation.
 */
export interface Rating {
  readonly mean: number;
  readonly sd: number;
}

/**
 * Something in a rewrite that the writer should look at; flagged rewrites rank below the others.
 */
export interface Flag {
  readonly kind: "length" | "linkText" | "meaning" | "name" | "negation" | "number" | "quote";
  readonly before?: string;
  readonly after?: string;
}

/**
 * The judge's answer by one criterion against the original; log-odds > 0 where the rewrite is better.
 *
 * `wins` is the probability that a comparison by it alone prefers the rewrite, `uncertainty` its deviation.
 */
export interface CriterionDelta {
  readonly id: string;
  readonly label: string;
  readonly delta: number;
  readonly sd: number;
  readonly wins: number;
  readonly uncertainty: number;
}

/**
 * Where a candidate comes from: its operator, its parents' ids, and its generation (1 = the first).
 *
 * `steered` says what the writer has done with it since.
 */
export interface Lineage {
  readonly operator: string;
  readonly parents: readonly string[];
  readonly generation: number;
  readonly steered?: readonly ("picked" | "pinned")[];
}

/**
 * How many rewrites one gate refused.
 */
export interface RejectedCount {
  readonly reason: string;
  readonly count: number;
}

/**
 * A model that wrote or judged: the reference it was asked for by, and its file's SHA-256.
 */
export interface ModelRef {
  readonly ref: string;
  readonly digest: string;
}

/**
 * The cost of a run: rewrites written (also refused ones), judge's answers, tokens read and decoded.
 */
export interface Usage {
  readonly generate: number;
  readonly judge: number;
  readonly promptTokens: number;
  readonly decodedTokens: number;
}

/**
 * One generation: best rating (log-odds), mean pairwise diversity 0..1, mean length ratio to the
 * original, slop hits per 1,000 words above the original's.
 */
export interface GenerationMeters {
  readonly best: number;
  readonly diversity: number;
  readonly lengthRatio: number;
  readonly slop: number;
}
