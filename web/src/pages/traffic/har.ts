/** An HTTP Archive as far as this page looks into it. */
interface Har {
  readonly log?: { readonly entries?: readonly unknown[] };
}

/** Ids in one request: its URL must stay well below what servers take. */
const IDS_MAX = 150;

/**
 * Exchanges as one HTTP Archive, fetched in parts.
 * @param fetchPart Gives the archive of some ids.
 */
export async function harOf(
  ids: readonly string[],
  fetchPart: (ids: string[]) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Readonly<Record<string, unknown>>> {
  const parts: Har[] = [];
  for (let at = 0; at < ids.length; at += IDS_MAX) parts.push(await fetchPart(ids.slice(at, at + IDS_MAX)));
  return { log: { ...parts[0]?.log, entries: parts.flatMap(({ log }) => log?.entries ?? []) } };
}

/** A file's text as an archive. Throws a text for people. */
export function parseHar(text: string): Record<string, unknown> {
  const har = objectIn(text);
  if (!Array.isArray((har as Har | undefined)?.log?.entries)) {
    throw new Error("This is no HTTP Archive: it must be JSON with log.entries");
  }
  return har as Record<string, unknown>;
}

function objectIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}
