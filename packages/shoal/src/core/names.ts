/** Lower-case letters, digits and inner hyphens, 1 to 63 of them, starting with a letter: a DNS label (RFC 1123). */
const NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What `isName` asks for, for error messages. */
export const NAME_RULE = "1 to 63 lower-case letters, digits or hyphens, starting with a letter";

/** True for a valid name of a service, realm, zone or fleet. */
export function isName(value: string): boolean {
  return NAME.test(value);
}

/** The known name nearest to a mistyped one, or undefined when none is near (edit distance over 2). */
export function nearestName(wanted: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let distanceMin = 3;
  for (const name of known) {
    const distance = editDistance(wanted, name);
    if (distance < distanceMin) {
      distanceMin = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** Levenshtein's distance, one row at a time. Names are at most 63 characters, so this stays small. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
