import { shoalError } from "../core/errors.ts";
import type { Operation } from "./operation.ts";
import { type InputOf, isSchema, type OutputOf, type Schema } from "./schema.ts";

/** The same in every copy of the package: a contract may come out of another one. */
const STREAM = Symbol.for("shoal.stream");

/**
 * What a consumer reads from: each item as it comes, once. Leaving the loop, or `return()`, ends the stream and cancels
 * its handler. A stream that broke off throws: only a regular end is an end.
 */
export interface ItemStream<Item> extends AsyncIterableIterator<Item, undefined, undefined>, AsyncDisposable {
  readonly return: () => Promise<IteratorResult<Item, undefined>>;
}

/** What an operation `returns` that answers with items, one after the other, each of one schema. */
export interface StreamSchema<Item extends Schema = Schema>
  extends Schema<AsyncIterable<InputOf<Item>>, ItemStream<OutputOf<Item>>> {
  readonly item: Item;
}

/**
 * `returns: stream(Quote)`: the handler returns an async iterable of quotes, as an async generator does, and the
 * consumer gets one. Each item is copied, validated and freed of undeclared fields as any reply is. Stands for the whole
 * reply: not inside another schema. Throws CONTRACT_INVALID for what is no schema, and for a stream of streams.
 */
export function stream<const Item extends Schema>(item: Item): StreamSchema<Item> {
  if (!isSchema(item) || itemOf(item) !== undefined) {
    throw shoalError("CONTRACT_INVALID", {
      message:
        "stream() takes the schema of one item: a Standard Schema value (zod, valibot, arktype and typebox make them)",
    });
  }
  const standard: StreamSchema<Item>["~standard"] = {
    version: 1,
    vendor: "shoal",
    validate: () => ({ issues: [{ message: "a stream is no value: only the whole of `returns` may be one" }] }),
  };
  return Object.freeze({ "~standard": standard, item, [STREAM]: true });
}

/** The schema of a stream's items; undefined for a schema of anything else. */
export function itemOf(schema: Schema | undefined): Schema | undefined {
  return schema !== undefined && STREAM in schema ? (schema as unknown as StreamSchema).item : undefined;
}

/** True for an operation that answers with a stream. */
export function isStreamed({ spec }: Pick<Operation, "spec">): boolean {
  return itemOf(spec.returns) !== undefined;
}
