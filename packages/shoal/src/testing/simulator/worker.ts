import type { HttpReply } from "../../core/message.ts";
import { JSON_TYPE } from "../../core/wire.ts";
import type { Handler } from "../../transport/port.ts";
import type { Distribution } from "./distribution.ts";
import type { SimulatedInstance } from "./simulated-instance.ts";

const OK: HttpReply = Object.freeze({
  status: 200,
  headers: Object.freeze({ "content-type": JSON_TYPE }),
  body: Buffer.from("{}"),
});

/**
 * The cheapest service: answers every request with the same reply after a while, as many at once as may come.
 * @param takesMs Time per request, in ms, drawn from the instance's chance.
 * @param reply Default: 200 and `{}`.
 */
export function worker(instance: SimulatedInstance, takesMs: Distribution, reply: HttpReply = OK): Handler {
  const { clock, random } = instance.runtime.ports;
  return () => new Promise((resolve) => void clock.after(takesMs(random), () => resolve(reply)));
}
