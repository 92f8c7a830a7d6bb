import type { InputOf, OutputOf, Schema } from "./schema.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An error that an operation may answer with: its HTTP status, or that and a schema for its details. */
export type ErrorSpec = number | { readonly status: number; readonly details: Schema };

export function errorStatus(spec: ErrorSpec): number {
  return typeof spec === "number" ? spec : spec.status;
}

/** What one operation promises. Every schema is a Standard Schema value. */
export interface OperationSpec {
  /** The `:name` parts of the path; each arrives as a string and is converted to what its JSON Schema says. */
  readonly params?: Schema;
  /** The query; a key sent several times is a list. Converted like params. */
  readonly query?: Schema;
  /** The headers the handler reads, in lower case. */
  readonly headers?: Schema;
  /** The JSON body. */
  readonly body?: Schema;
  /** The JSON reply, or a `stream(…)` of items; without it the reply is empty (204). */
  readonly returns?: Schema;
  /** Code to HTTP status (400 to 599) of each error the operation may answer with. */
  readonly errors?: Readonly<Record<string, ErrorSpec>>;
  /**
   * Doing it twice is the same as once, so a lost attempt may be tried again. Default: true for GET, PUT and DELETE.
   * A POST or PATCH that says so gets an Idempotency-Key from the consumer and replays its first answer.
   */
  readonly idempotent?: boolean;
  /** Paths of values that no log, trace, exchange or screen may show, such as "body.card.number" or "returns.token". */
  readonly sensitive?: readonly string[];
  /** HTTP status of success. Default: 200, or 204 without `returns`. */
  readonly status?: number;
  /** One line for the OpenAPI document. */
  readonly summary?: string;
}

/** An operation before a contract gave it its name. */
export interface OperationDraft<Spec extends OperationSpec = OperationSpec> {
  readonly method: Method;
  /** Such as "/quotes/:id". */
  readonly path: string;
  readonly spec: Spec;
}

/** One typed request/reply of a contract. */
export interface Operation<Spec extends OperationSpec = OperationSpec> extends OperationDraft<Spec> {
  readonly service: string;
  readonly name: string;
  readonly idempotent: boolean;
  /** HTTP status of success. */
  readonly status: number;
}

type Part = "params" | "query" | "headers" | "body";
type OptionalWhenEmpty<Input> = Record<never, never> extends Input ? Input | undefined : Input;

/** What a handler is given: the parts the operation declares, validated. */
export type HandlerInput<Spec extends OperationSpec> = {
  readonly [Key in keyof Spec & Part]: OutputOf<Spec[Key]>;
};

/** What a consumer passes: the same parts, before validation. */
export type ConsumerInput<Spec extends OperationSpec> = {
  readonly [Key in keyof Spec & Part]: InputOf<Spec[Key]>;
};

/** The arguments of a consumer's method: the input may be left out when the operation declares no parts. */
export type InputArgument<Spec extends OperationSpec> = OptionalWhenEmpty<ConsumerInput<Spec>>;

/** What a handler returns: before validation. */
export type HandlerReply<Spec extends OperationSpec> = Spec extends { readonly returns: infer Returns extends Schema }
  ? InputOf<Returns>
  : // biome-ignore lint/suspicious/noConfusingVoidType: a handler without `returns` may end without a return statement
    void;

/** What a consumer gets back: after validation. */
export type ConsumerReply<Spec extends OperationSpec> = Spec extends { readonly returns: infer Returns extends Schema }
  ? OutputOf<Returns>
  : undefined;

export function get<const Spec extends Omit<OperationSpec, "body">>(path: string, spec: Spec): OperationDraft<Spec> {
  return { method: "GET", path, spec };
}

export function post<const Spec extends OperationSpec>(path: string, spec: Spec): OperationDraft<Spec> {
  return { method: "POST", path, spec };
}

export function put<const Spec extends OperationSpec>(path: string, spec: Spec): OperationDraft<Spec> {
  return { method: "PUT", path, spec };
}

export function patch<const Spec extends OperationSpec>(path: string, spec: Spec): OperationDraft<Spec> {
  return { method: "PATCH", path, spec };
}

/** DELETE; `delete` is a reserved word. */
export function del<const Spec extends OperationSpec>(path: string, spec: Spec): OperationDraft<Spec> {
  return { method: "DELETE", path, spec };
}
