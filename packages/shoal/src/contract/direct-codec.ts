import type { Input } from "./codec.ts";
import { createJsonCopier, type JsonCopier, NO_COPY } from "./json-copy.ts";
import type { Operation } from "./operation.ts";
import { isStripping } from "./prune.ts";
import type { Schema } from "./schema.ts";
import { isStreamed } from "./stream.ts";
import { validate } from "./validate.ts";

/** Stands for a value that has to go the whole way: through JSON, for its error, or for a schema that waits. */
export const NO_VALUE: unique symbol = Symbol("no value");

/** What becomes of an operation's values between two services of one process, without a message in between. */
export interface DirectCodec {
  /** The input as it is now: what its owner does to it later changes nothing. NO_VALUE when JSON has to make it. */
  readonly copyInput: (input: Input, bytesMax: number) => Input | typeof NO_VALUE;
  /** What the handler is given for a copied input; NO_VALUE when the service would refuse it. */
  readonly receive: (copied: Input) => Input | typeof NO_VALUE;
  /** What the caller gets for what the handler returned; NO_VALUE when there is something wrong with it. */
  readonly reply: (value: unknown, bytesMax: number) => unknown;
}

/**
 * The same checks as those of `codecOf`, one by one, but with copies in place of bytes: request, reply as it is made and
 * reply as it is received. What is not well here is no error yet; the whole way says what it is.
 * Undefined for an operation whose values are more than a body and a reply: texts of a path, a query or headers.
 */
export function directCodecOf(operation: Operation): DirectCodec | undefined {
  const { spec } = operation;
  const { body, returns } = spec;
  if (spec.params || spec.query || spec.headers || isStreamed(operation)) return undefined;
  if (spec.sensitive !== undefined && spec.sensitive.length > 0) return undefined; // their records are made of messages
  const copyBody = createJsonCopier();
  const copyReply = createJsonCopier();
  return {
    copyInput(input, bytesMax) {
      if (!body) return NO_INPUT;
      const copy = copyBody(input["body"] ?? null, bytesMax);
      return copy === NO_COPY ? NO_VALUE : { body: copy };
    },
    receive(copied) {
      if (!body) return NO_INPUT;
      const value = checked(body, ownCopy(body, copied["body"], copyBody), "body");
      return value === NO_VALUE ? NO_VALUE : { body: value };
    },
    reply(value, bytesMax) {
      if (!returns) return undefined;
      const made = checked(returns, value, "returns");
      if (made === NO_VALUE) return NO_VALUE;
      const copy = copyReply(made ?? null, bytesMax);
      return copy === NO_COPY ? NO_VALUE : checked(returns, copy, "returns");
    },
  };
}

const NO_INPUT: Input = Object.freeze({});

/** A handler may change what it is given; who made the call may still have to be told what was sent. */
function ownCopy(schema: Schema, copied: unknown, copy: JsonCopier): unknown {
  return isStripping(schema) ? copied : copy(copied, Number.POSITIVE_INFINITY);
}

function checked(schema: Schema, value: unknown, at: string): unknown {
  try {
    const result = validate(schema, value, at);
    if (!(result instanceof Promise)) return result.ok ? result.value : NO_VALUE;
    result.catch(() => {}); // it is asked again the whole way
  } catch {
    // what throws instead of answering does so again the whole way
  }
  return NO_VALUE;
}
