// Generated from server/aw_server/protocol by clients/vscode/generate.py. Do not edit.

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
