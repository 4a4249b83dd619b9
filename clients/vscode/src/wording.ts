import type { PreviewResult, Ranked } from "./protocol";
import { ORIGINAL } from "./runs";

const NICHES: Readonly<Record<Ranked["niche"], string>> = {
  light: "light touch",
  medium: "medium change",
  bold: "bold change",
};

/** `92% (±11)`: the probability of being better than the original, and how far one more comparison would move it. */
export function chance(candidate: Ranked): string {
  return `${percent(candidate.wins)}% (±${Math.max(1, Math.round(100 * candidate.uncertainty))})`;
}

/** `1 rewrite`, `5 rewrites`. */
export function counted(rewrites: number): string {
  return `${rewrites} ${rewrites === 1 ? "rewrite" : "rewrites"}`;
}

/** `−12 words`. */
export function length(candidate: Ranked): string {
  const delta = candidate.wordsDelta;
  if (delta === 0) {
    return "same length";
  }
  return `${delta > 0 ? "+" : "−"}${Math.abs(delta)} ${Math.abs(delta) === 1 ? "word" : "words"}`;
}

/** One line about a rewrite beside its rank. */
export function facts(candidate: Ranked): string {
  if (candidate.id === ORIGINAL) {
    return "rewrites below this line did not beat it";
  }
  const flags = candidate.flags.map((flag) =>
    flag.before !== undefined && flag.after !== undefined ? `${flag.before} → ${flag.after}` : flag.kind,
  );
  return [chance(candidate), length(candidate), NICHES[candidate.niche], ...flags.map((each) => `check: ${each}`)].join(" · ");
}

/** The changes of a rewrite, first ones first, as `recieved → received · the the → the`. */
export function changes(preview: PreviewResult): string {
  const found: string[] = [];
  for (const part of preview.parts) {
    let [removed, added] = ["", ""];
    const close = (): void => {
      const [before, after] = [removed.trim(), added.trim()].map(oneLine);
      if (before !== after && (before || after)) {
        found.push(before && after ? `${before} → ${after}` : before ? `− ${before}` : `+ ${after}`);
      }
      [removed, added] = ["", ""];
    };
    for (const word of part.words) {
      if (word.kind === "removed") {
        removed += word.text;
      } else if (word.kind === "added") {
        added += word.text;
      } else if (word.text.trim() !== "") {
        close();
      } else {
        removed += removed && word.text;
        added += added && word.text;
      }
    }
    close();
  }
  return found.join("  ·  ");
}

function percent(share: number): number {
  return Math.min(99, Math.max(1, Math.round(100 * share)));
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, " ");
}
