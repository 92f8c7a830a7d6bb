import type { ExchangeDetail } from "../../api/types.ts";
import { isRedacted, targetOf } from "../../ui/exchange-parties.ts";
import { draftOf } from "../../ui/exchange-send.ts";
import { jsonIn } from "../../ui/json-in.ts";
import type { ApiOperation } from "./api-operations.ts";
import { type OperationValues, parameterValue } from "./operation-values.ts";

/** The operation that an exchange called: of that name, otherwise of that method and path. */
export function operationOfExchange(
  operations: readonly ApiOperation[],
  exchange: Pick<ExchangeDetail, "operation" | "method" | "url">,
): ApiOperation | undefined {
  const fits = operations.filter(
    (one) => one.method === exchange.method && pathValues(one, exchange.url) !== undefined,
  );
  return fits.find(({ id }) => id === exchange.operation) ?? fits.toSorted(byParts)[0];
}

/** A recorded request as an operation's values. Undefined when its path is another. @param root The document. */
export function valuesOfExchange(
  operation: ApiOperation,
  exchange: ExchangeDetail,
  root: unknown,
): OperationValues | undefined {
  const path = pathValues(operation, exchange.url);
  if (path === undefined) return undefined;
  const { draft } = draftOf(exchange);
  const query = new URLSearchParams(new URL(targetOf(exchange.url), "http://x").search);
  const headers = new Headers(
    exchange.request.headers.map(([name, value]) => [name, value.replaceAll(/[^\t\x20-\xff]/g, "?")]),
  );
  const textsOf = {
    path: (name: string) => [path.get(name) ?? ""],
    query: (name: string) => query.getAll(name),
    header: (name: string) => [headers.get(name) ?? ""],
  };
  const parameters = { path: {}, query: {}, header: {} } as {
    [Place in keyof typeof textsOf]: Record<string, unknown>;
  };
  for (const parameter of operation.parameters) {
    const texts = textsOf[parameter.place](parameter.name).filter((text) => text !== "" && !isRedacted(text));
    if (texts.length > 0) parameters[parameter.place][parameter.name] = parameterValue(parameter, texts, root);
  }
  const declared = new Set(
    operation.parameters.filter(({ place }) => place === "header").map(({ name }) => name.toLowerCase()),
  );
  const body = jsonIn(draft.body);
  return {
    parameters,
    headers: furtherHeaders(draft.headers, new Set([...declared, "content-type", "user-agent"])),
    body,
    bodyText: draft.body !== "" && body === undefined ? draft.body : undefined,
  };
}

/** The parts of a URL's path that a template names. Undefined when it does not match. */
function pathValues({ path }: ApiOperation, url: string): ReadonlyMap<string, string> | undefined {
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  const pattern = path
    .split(/\{[^{}]+\}/)
    .map((fixed) => RegExp.escape(fixed))
    .join("([^/]+)");
  const found = new RegExp(`^${pattern}$`).exec(targetOf(url).split("?")[0] ?? "");
  return found ? new Map(names.map((name, index) => [name, decoded(found[index + 1] ?? "")])) : undefined;
}

function byParts(left: ApiOperation, right: ApiOperation): number {
  return left.path.split("{").length - right.path.split("{").length;
}

function furtherHeaders(lines: string, known: ReadonlySet<string>): string {
  return lines
    .split("\n")
    .filter((line) => !known.has(line.slice(0, line.indexOf(":")).toLowerCase()))
    .join("\n");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
