/** An operation as an OpenAPI document has it. */
export interface DocumentedOperation {
  /** Its operationId, else "GET /quotes/{id}". */
  readonly operation: string;
  readonly method: string;
  /** Such as "/quotes/:id". */
  readonly path: string;
  readonly summary: string;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const OPERATIONS_MAX = 1_000;

/** The operations of an OpenAPI document, in its order; what has another shape is left out. */
export function documentedOperations(document: unknown): readonly DocumentedOperation[] {
  const found: DocumentedOperation[] = [];
  for (const [template, item] of entriesOf(field(document, "paths"))) {
    for (const method of METHODS) {
      const described = field(item, method);
      if (described === undefined || found.length >= OPERATIONS_MAX) continue;
      const path = template.replaceAll(/\{([^{}/]+)\}/g, ":$1");
      const upper = method.toUpperCase();
      const id = textOf(field(described, "operationId"));
      found.push({
        operation: id || `${upper} ${path}`,
        method: upper,
        path,
        summary: textOf(field(described, "summary")),
      });
    }
  }
  return found;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function field(holder: unknown, key: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Readonly<Record<string, unknown>>)[key];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
