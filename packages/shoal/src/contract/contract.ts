import { isShoalError, ShoalError, shoalError } from "../core/errors.ts";
import { isName, NAME_RULE } from "../core/names.ts";
import { PATH } from "../core/wire.ts";
import type { ErrorSpec, Operation, OperationDraft, OperationSpec } from "./operation.ts";
import { parsePath } from "./path.ts";
import { type InputOf, isSchema, type OutputOf, type Schema } from "./schema.ts";

type Drafts = Readonly<Record<string, OperationDraft>>;

/** The type of a contract's operations by name. */
export type Operations<Ops extends Drafts = Drafts> = { readonly [Name in keyof Ops]: Operation<Ops[Name]["spec"]> };

/** Distributes over the specs, so that those without errors add nothing. */
type SpecErrors<Spec> = Spec extends { readonly errors: infer Errors } ? Errors : never;
type ErrorsOf<Ops extends Drafts> = UnionToIntersection<SpecErrors<Ops[keyof Ops]["spec"]>>;
type UnionToIntersection<Union> = (Union extends unknown ? (value: Union) => void : never) extends (
  value: infer All,
) => void
  ? All
  : never;

type DetailsOf<Spec> = Spec extends { readonly details: infer Details extends Schema } ? Details : undefined;

/** Makes one of a contract's errors, and knows it again. */
export interface ErrorMaker<Code extends string, Details extends Schema | undefined = undefined> {
  /** The error, to be thrown by a handler. The details travel to the caller: no secrets. */
  (details?: Details extends Schema ? InputOf<Details> : Readonly<Record<string, unknown>>): ShoalError<Code>;
  /** True for this error, on either side of the wire. */
  readonly is: (error: unknown) => error is ShoalError<Code> & {
    readonly details: Details extends Schema ? OutputOf<Details> : Readonly<Record<string, unknown>>;
  };
}

export type ErrorMakers<Errors> = {
  readonly [Code in keyof Errors & string]: ErrorMaker<Code, DetailsOf<Errors[Code]>>;
};

/** What a service promises: operations, their schemas and their errors. */
export interface Contract<Ops extends Drafts = Drafts> {
  /** The service's name: a DNS label. */
  readonly name: string;
  readonly operations: Operations<Ops>;
  /** One maker for each error that any operation declares. */
  readonly errors: ErrorMakers<ErrorsOf<Ops>>;
}

/**
 * Makes a contract. Throws CONTRACT_INVALID for a bad name or path, two operations at one address, an unknown
 * `:param`, an error declared with two statuses, or a value that is no Standard Schema.
 *
 * @param name The service's name: 1 to 63 lower-case letters, digits or hyphens, starting with a letter.
 */
export function contract<const Ops extends Drafts>(name: string, drafts: Ops): Contract<Ops> {
  if (!isName(name)) throw invalid(name, `the name must be ${NAME_RULE}`);
  const operations: Record<string, Operation> = {};
  const addresses = new Map<string, string>();
  const errors = new Map<string, ErrorMaker<string>>();
  const statuses = new Map<string, number>();
  for (const [operationName, draft] of Object.entries(drafts)) {
    const operation = bind(name, operationName, draft);
    const address = `${operation.method} ${parsePath(operation.path).shape}`;
    const taken = addresses.get(address);
    if (taken !== undefined)
      throw invalid(name, `${taken} and ${operationName} are both at ${operation.method} ${operation.path}`);
    addresses.set(address, operationName);
    for (const [code, spec] of Object.entries(operation.spec.errors ?? {})) {
      const status = errorStatus(spec);
      if ((statuses.get(code) ?? status) !== status) throw invalid(name, `the error ${code} has two statuses`);
      statuses.set(code, status);
      errors.set(code, errorMaker(name, code, status));
    }
    operations[operationName] = operation;
  }
  return Object.freeze({
    name,
    operations: Object.freeze(operations) as Operations<Ops>,
    errors: Object.freeze(Object.fromEntries(errors)) as unknown as ErrorMakers<ErrorsOf<Ops>>,
  });
}

export function errorStatus(spec: ErrorSpec): number {
  return typeof spec === "number" ? spec : spec.status;
}

function errorMaker(service: string, code: string, status: number): ErrorMaker<string> {
  const make = (details?: Readonly<Record<string, unknown>>) =>
    new ShoalError(code, { message: `${service} answered ${code}`, status, details });
  const is = (error: unknown): error is ShoalError => isShoalError(error) && error.code === code;
  return Object.assign(make, { is }) as ErrorMaker<string>;
}

const SCHEMA_PARTS = ["params", "query", "headers", "body", "returns"] as const;

function bind(service: string, name: string, draft: OperationDraft): Operation {
  const { method, path, spec } = draft;
  const at = `${name} (${method} ${path})`;
  check(service, spec, at);
  const parsed = parsePath(path);
  if (!path.startsWith("/")) throw invalid(service, `the path of ${at} must start with "/"`);
  if (!PATH_TEMPLATE.test(path)) {
    throw invalid(
      service,
      `the path of ${at} may hold unreserved characters and :params, each param a whole word before "/", "-" or "."`,
    );
  }
  if (RESERVED.some((reserved) => path === reserved))
    throw invalid(service, `${at} is a path that every service answers itself`);
  if (parsed.params.length > 0 && !spec.params)
    throw invalid(service, `${at} has :params in its path but no params schema`);
  return Object.freeze({
    service,
    name,
    method,
    path,
    spec,
    idempotent: spec.idempotent ?? (method === "GET" || method === "PUT" || method === "DELETE"),
    status: spec.status ?? (spec.returns ? 200 : 204),
  });
}

/**
 * What means the same to every router and URL parser: no "*", "?", "#", "(" or percent, and nothing that could be taken
 * for the rest of a param's name.
 */
const PATH_TEMPLATE = /^\/(?:[A-Za-z0-9._~!$&'+,;=@-]|\/(?!\/)|:[A-Za-z_][A-Za-z0-9_]*(?=[/.-]|$))*$/;
const RESERVED: readonly string[] = Object.values(PATH);

function check(service: string, spec: OperationSpec, at: string): void {
  for (const part of SCHEMA_PARTS) {
    const schema = spec[part];
    if (schema !== undefined && !isSchema(schema)) {
      throw invalid(
        service,
        `${part} of ${at} is no Standard Schema value (zod, valibot, arktype and typebox make them)`,
      );
    }
  }
  for (const [code, error] of Object.entries(spec.errors ?? {})) {
    const status = errorStatus(error);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw invalid(service, `the error ${code} of ${at} needs a status from 400 to 599, got ${status}`);
    }
  }
}

function invalid(service: string, message: string) {
  return shoalError("CONTRACT_INVALID", {
    message: `contract "${service}": ${message}`,
    details: { contract: service },
  });
}
