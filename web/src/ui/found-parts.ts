/** A piece of a text; `hit` numbers those that were looked for, from 0. */
export interface FoundPart {
  readonly text: string;
  readonly hit: number | undefined;
}

/** More are not marked: the browser would lag, and nobody goes through them. */
export const HITS_MAX = 500;

/** A text in pieces, those that are what is looked for marked. @param find In lower case; "" finds nothing. */
export function foundParts(
  text: string,
  find: string,
): { readonly parts: readonly FoundPart[]; readonly hits: number } {
  const lower = text.toLowerCase();
  // In some languages a letter has another length in lower case: then places would not fit.
  if (find === "" || lower.length !== text.length) return { parts: [{ text, hit: undefined }], hits: 0 };
  const parts: FoundPart[] = [];
  let hits = 0;
  let at = 0;
  for (let found = lower.indexOf(find); found >= 0 && hits < HITS_MAX; found = lower.indexOf(find, at)) {
    if (found > at) parts.push({ text: text.slice(at, found), hit: undefined });
    at = found + find.length;
    parts.push({ text: text.slice(found, at), hit: hits });
    hits += 1;
  }
  if (at < text.length) parts.push({ text: text.slice(at), hit: undefined });
  return { parts, hits };
}
