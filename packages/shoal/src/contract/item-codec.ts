import { shoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { type Decoded, jsonText, replyInvalid } from "./codec.ts";
import type { Operation } from "./operation.ts";
import type { Validated } from "./schema.ts";
import { withoutSensitive } from "./sensitive.ts";
import { itemOf } from "./stream.ts";
import { validate } from "./validate.ts";

/** Turns the items of a stream into JSON and back; made once for each operation. */
export interface ItemCodec {
  /** Server side: the item's JSON. An error when what the handler yielded breaks the contract. */
  readonly encode: (item: unknown) => Decoded<string> | Promise<Decoded<string>>;
  /** Consumer side. */
  readonly decode: (json: string) => Decoded | Promise<Decoded>;
}

/** The codec of a streamed operation's items. Stays synchronous when the schema does. */
export function itemCodecOf(operation: Operation): ItemCodec {
  const schema = itemOf(operation.spec.returns);
  const where = `${operation.service}.${operation.name}`;
  if (schema === undefined) {
    throw shoalError("CONTRACT_INVALID", { message: `${where} is no stream` });
  }
  const check = <Value>(item: unknown, status: 500 | 502, use: (value: unknown) => Decoded<Value>) => {
    const settle = (checked: Validated): Decoded<Value> => {
      if (checked.ok) return use(checked.value);
      const verb = status === 500 ? "yielded" : "sent";
      const issues = withoutSensitive(checked.issues, operation.spec.sensitive);
      return {
        ok: false,
        error: replyInvalid(`${where} ${verb} an item that its contract does not allow`, issues, status),
      };
    };
    const checked = validate(schema, item, "returns");
    return checked instanceof Promise ? checked.then(settle) : settle(checked);
  };
  return {
    encode: (item) =>
      check(item, 500, (value) => {
        const json = jsonText(value);
        return json === undefined
          ? { ok: false, error: replyInvalid(`${where} yielded something that is no JSON value`, [], 500) }
          : { ok: true, value: json };
      }),
    decode(json) {
      let item: unknown;
      try {
        item = parseJson(json);
      } catch {
        return { ok: false, error: replyInvalid(`${where} sent an item that is no JSON`, [], 502) };
      }
      return check(item, 502, (value) => ({ ok: true, value }));
    },
  };
}
