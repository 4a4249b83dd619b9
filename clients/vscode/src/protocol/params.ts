// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

import type { Position, Range } from "vscode-languageserver-protocol";

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

export interface PullModelParams {
  readonly ref: string;
  readonly workDoneToken?: string | number;
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
