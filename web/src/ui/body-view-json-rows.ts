/** A line of a JSON tree. */
export interface JsonRow {
  /** As JSON Pointer (RFC 6901): it stays the same while others open and close. */
  readonly path: string;
  readonly depth: number;
  /** A property's name or an index; "" at the root. */
  readonly name: string;
  readonly kind: "object" | "array" | "string" | "number" | "boolean" | "null";
  /** Of a leaf its JSON; of a branch how much is in it. */
  readonly text: string;
  readonly branch: boolean;
}

/** More lines than this are in the text only: nobody reads a tree of them, and the browser would lag. */
export const JSON_ROWS_MAX = 1_500;
/** Longer lists begin closed. */
const OPEN_MEMBERS_MAX = 100;
const OPEN_DEPTH_MAX = 6;

/**
 * The lines of a JSON value, in order.
 * @param toggled Paths of the branches that are not as they begin.
 */
export function jsonRows(value: unknown, toggled: ReadonlySet<string>): { rows: readonly JsonRow[]; more: boolean } {
  const rows: JsonRow[] = [];
  const visit = (inner: unknown, path: string, name: string, depth: number): void => {
    if (rows.length > JSON_ROWS_MAX) return;
    const row = rowOf(inner, path, name, depth);
    rows.push(row);
    if (row.branch && isOpen(inner, row, toggled)) {
      for (const [key, member] of membersOf(inner)) visit(member, `${path}/${escaped(key)}`, key, depth + 1);
    }
  };
  visit(value, "", "", 0);
  return { rows: rows.slice(0, JSON_ROWS_MAX), more: rows.length > JSON_ROWS_MAX };
}

/** Whether a branch shows its members. */
function isOpen(value: unknown, row: JsonRow, toggled: ReadonlySet<string>): boolean {
  const begins = row.depth < OPEN_DEPTH_MAX && membersOf(value).length <= OPEN_MEMBERS_MAX;
  return begins !== toggled.has(row.path);
}

function rowOf(value: unknown, path: string, name: string, depth: number): JsonRow {
  const at = { path, name, depth };
  if (Array.isArray(value)) return { ...at, kind: "array", text: `[${value.length}]`, branch: value.length > 0 };
  if (typeof value === "object" && value !== null) {
    const count = Object.keys(value).length;
    return { ...at, kind: "object", text: `{${count}}`, branch: count > 0 };
  }
  const kind = value === null ? "null" : (typeof value as "string" | "number" | "boolean");
  return { ...at, kind, text: JSON.stringify(value) ?? "", branch: false };
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
