/** A line of a JSON tree. */
export interface JsonRow {
  /** As JSON Pointer (RFC 6901): it stays the same while others open and close. */
  readonly path: string;
  readonly depth: number;
  /** A property's name or an index; "" at the root. */
  readonly name: string;
  readonly kind: "object" | "array" | "string" | "number" | "boolean" | "null" | "rest";
  /** Of a leaf its JSON; of a branch how much is in it, and when it is closed how that begins. */
  readonly text: string;
  readonly branch: boolean;
  readonly open: boolean;
}

/** More lines than this are in the text only: nobody reads a tree of them, and the browser would lag. */
export const JSON_ROWS_MAX = 1_500;
/** Of longer lists only these are shown, and the rest on request. */
const MEMBERS_MAX = 100;
/** The members of longer lists begin closed: one line each, so that they can be compared. */
const CROWD = 20;
const OPEN_DEPTH_MAX = 6;
const PREVIEW_CHARS = 90;

/** What is not as it begins, and what is looked for. */
export interface JsonRowsOptions {
  /** Paths of branches, and of the rests of lists. */
  readonly toggled?: ReadonlySet<string>;
  /** Only lines with this in their name or value, and those above them; in lower case. */
  readonly find?: string;
}

/** The lines of a JSON value, in order. */
export function jsonRows(
  value: unknown,
  { toggled = new Set(), find = "" }: JsonRowsOptions = {},
): { readonly rows: readonly JsonRow[]; readonly more: boolean } {
  const rows = find === "" ? allRows(value, toggled) : foundRows(value, find);
  return { rows: rows.slice(0, JSON_ROWS_MAX), more: rows.length > JSON_ROWS_MAX };
}

type RowPlace = Pick<JsonRow, "path" | "name" | "depth">;
const ROOT: RowPlace = { path: "", name: "", depth: 0 };

function placeOf(owner: RowPlace, name: string): RowPlace {
  return { path: `${owner.path}/${escaped(name)}`, name, depth: owner.depth + 1 };
}

function allRows(value: unknown, toggled: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const visit = (inner: unknown, at: RowPlace, isCrowded: boolean): void => {
    if (rows.length > JSON_ROWS_MAX) return;
    const { path, depth } = at;
    const begins = depth < OPEN_DEPTH_MAX && !isCrowded;
    const row = rowOf(inner, at, begins !== toggled.has(path));
    rows.push(row);
    if (!row.open) return;
    const members = membersOf(inner);
    const rest = `${path}/~rest`; // no pointer: ~ comes before 0 or 1 only
    const isLong = members.length > MEMBERS_MAX && !toggled.has(rest);
    for (const [key, member] of isLong ? members.slice(0, MEMBERS_MAX) : members) {
      visit(member, placeOf(at, key), row.kind === "array" && members.length > CROWD);
    }
    if (isLong) rows.push(restRow(rest, depth + 1, members.length - MEMBERS_MAX));
  };
  visit(value, ROOT, false);
  return rows;
}

/** Each line that holds the text, below the branches that lead there. */
function foundRows(value: unknown, find: string): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const visit = (inner: unknown, at: RowPlace): void => {
    if (rows.length > JSON_ROWS_MAX) return;
    const row = rowOf(inner, at, true);
    const count = rows.push(row);
    for (const [key, member] of membersOf(inner)) visit(member, placeOf(at, key));
    if (rows.length === count && !isFound(row, find)) rows.pop();
  };
  visit(value, ROOT);
  return rows;
}

function isFound({ name, text, branch }: JsonRow, find: string): boolean {
  return name.toLowerCase().includes(find) || (!branch && text.toLowerCase().includes(find));
}

function rowOf(value: unknown, at: RowPlace, isOpen: boolean): JsonRow {
  if (typeof value === "object" && value !== null) {
    const members = membersOf(value);
    const branch = members.length > 0;
    const kind = Array.isArray(value) ? "array" : "object";
    const count = kind === "array" ? `[${members.length}]` : `{${members.length}}`;
    const open = branch && isOpen;
    return { ...at, kind, text: branch && !open ? `${count} ${previewOf(value)}` : count, branch, open };
  }
  const kind = value === null ? "null" : (typeof value as "string" | "number" | "boolean");
  return { ...at, kind, text: JSON.stringify(value) ?? "", branch: false, open: false };
}

function restRow(path: string, depth: number, count: number): JsonRow {
  return { path, depth, name: "", kind: "rest", text: `show ${count} more`, branch: true, open: false };
}

/** How a closed branch begins: "id: 1, name: "Ada", tags: [2]". */
function previewOf(value: object): string {
  let text = "";
  for (const [name, member] of membersOf(value)) {
    const part = leafText(member);
    text += `${text === "" ? "" : ", "}${Array.isArray(value) ? part : `${name}: ${part}`}`;
    if (text.length > PREVIEW_CHARS) return `${text.slice(0, PREVIEW_CHARS)}…`;
  }
  return text;
}

function leafText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === "object" && value !== null) return `{${Object.keys(value).length}}`;
  return (JSON.stringify(value) ?? "").slice(0, PREVIEW_CHARS);
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
