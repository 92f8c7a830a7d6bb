import type { Result } from "../support/results.ts";

export function measurePick(_rounds: number): readonly Result[] {
  return [];
}
