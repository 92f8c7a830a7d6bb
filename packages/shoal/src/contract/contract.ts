import { isShoalError, ShoalError, shoalError } from "../core/errors.ts";
import { isName, NAME_RULE } from "../core/names.ts";
import { errorStatus, type Operation, type OperationDraft } from "./operation.ts";
import { faultOf } from "./operation-check.ts";
import { parsePath } from "./path.ts";
import type { InputOf, OutputOf, Schema } from "./schema.ts";

type Drafts = Readonly<Record<string, OperationDraft>>;

/** The type of a contract's operations by name. */
type Operations<Ops extends Drafts = Drafts> = { readonly [Name in keyof Ops]: Operation<Ops[Name]["spec"]> };

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

type ErrorMakers<Errors> = {
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
 * Makes a contract. Throws CONTRACT_INVALID for a bad name, two operations at one address, an error declared with two
 * statuses, and for what `faultOf` finds in an operation. Whether a params schema knows the path's `:params` is not
 * looked at: it would take a JSON Schema of each, which is too much for every process that only imports the contract.
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

function errorMaker(service: string, code: string, status: number): ErrorMaker<string> {
  const make = (details?: Readonly<Record<string, unknown>>) =>
    new ShoalError(code, { message: `${service} answered ${code}`, status, details });
  const is = (error: unknown): error is ShoalError => isShoalError(error) && error.code === code;
  return Object.assign(make, { is }) as ErrorMaker<string>;
}

function bind(service: string, name: string, draft: OperationDraft): Operation {
  const { method, path, spec } = draft;
  const wrong = faultOf(draft);
  if (wrong !== undefined) throw invalid(service, `${name} (${method} ${path}): ${wrong}`);
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

function invalid(service: string, message: string) {
  return shoalError("CONTRACT_INVALID", {
    message: `contract "${service}": ${message}`,
    details: { contract: service },
  });
}
