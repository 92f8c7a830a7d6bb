import type { Issue } from "./schema.ts";

/** Replaces what a schema library says of a sensitive value: many quote the value itself. */
const HIDDEN = "is not valid; the value is sensitive, so nothing more is said";

/**
 * Issues as others may see them: in problem documents, logs and errors. What concerns a sensitive value, or something
 * that holds one, says only where.
 *
 * @param sensitive Paths such as "body.card.number"; list positions are left out of both: "body.cards.number" covers
 * the issue at "body.cards.0.number".
 */
export function withoutSensitive(issues: readonly Issue[], sensitive: readonly string[] | undefined): readonly Issue[] {
  if (!sensitive || sensitive.length === 0) return issues;
  return issues.map((issue) => {
    const path = withoutPositions(issue.path);
    const hidden = sensitive.some((secret) => isWithin(path, secret) || isWithin(secret, path));
    return hidden ? { path: issue.path, message: HIDDEN } : issue;
  });
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`);
}

function withoutPositions(path: string): string {
  return path
    .split(".")
    .filter((step) => !/^\d+$/.test(step))
    .join(".");
}
