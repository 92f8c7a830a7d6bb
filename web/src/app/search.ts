/** A page's filters, as its URL has them: texts only, so that a link can be read and typed by hand. */
export type Search<Key extends string> = { readonly [Name in Key]?: string };

/** Keeps the filters that the page knows. For a route's `validateSearch`. */
export function searchOf<const Key extends string>(...keys: readonly Key[]) {
  return (given: Readonly<Record<string, unknown>>): Search<Key> => {
    const known = keys.flatMap((key) => {
      const value = given[key];
      return typeof value === "string" && value !== "" ? [[key, value] as const] : [];
    });
    return Object.fromEntries(known) as Search<Key>;
  };
}

/** Plain "?service=quotes&status=error": the router's own form would write JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
