import { connect, type Socket } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import { PATH } from "../../core/wire.ts";
import { PROTOCOL } from "./protocol.ts";

/** How the question was answered. */
export type Upgraded =
  /** `head` came behind the answer. */
  | { readonly kind: "open"; readonly socket: Socket; readonly head: Buffer }
  /** The other side answers, and speaks HTTP/1.1 only. */
  | { readonly kind: "refused"; readonly why: string }
  /** Nobody answered, or nothing that makes sense. */
  | { readonly kind: "failed"; readonly why: string };

const ANSWER_BYTES_MAX = 16_384;
const END_OF_HEAD = "\r\n\r\n";
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
const UPGRADED = new RegExp(`\r\nupgrade: *${PROTOCOL.replace("/", "\\/")} *\r\n`, "i");

/**
 * Asks an address of the form "http://host:port" whether it speaks mux, on a connection of its own. It asks for a path
 * that is harmless wherever it goes: whoever does not know the protocol answers as to any GET.
 * @param withinMs For connecting and answering together.
 */
export function askUpgrade(address: string, clock: Pick<Clock, "after">, withinMs: number): Promise<Upgraded> {
  const { hostname, port, host } = new URL(address);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80), noDelay: true });
  socket.unref(); // a call that waits holds the process, not its connection
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    const settle = (outcome: Upgraded) => {
      cancel();
      for (const event of ["error", "close", "data"]) socket.removeAllListeners(event); // "end" is Node's own too
      if (outcome.kind !== "open") socket.on("error", () => {}).destroy();
      resolve(outcome);
    };
    const fail = (why: string) => settle({ kind: "failed", why });
    const cancel = clock.after(withinMs, () => fail(`no answer within ${withinMs} ms`));
    socket.on("error", (cause) => fail(messageOf(cause)));
    socket.on("close", () => fail("the connection was closed"));
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf(END_OF_HEAD);
      if (end < 0 && received.length > ANSWER_BYTES_MAX) return fail("an answer without an end");
      if (end < 0) return;
      socket.pause();
      const bodyAt = end + END_OF_HEAD.length;
      const verdict = judge(received.toString("latin1", 0, bodyAt));
      settle(verdict === undefined ? { kind: "open", socket, head: received.subarray(bodyAt) } : verdict);
    });
    socket.write(
      `GET ${PATH.wellKnown} HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: ${PROTOCOL}\r\n\r\n`,
    );
  });
}

/** Undefined for a yes. */
function judge(answer: string): Upgraded | undefined {
  const status = STATUS_LINE.exec(answer)?.[1];
  if (status === undefined) return { kind: "failed", why: "an answer that is no HTTP/1.1" };
  if (status === "101" && UPGRADED.test(answer)) return undefined;
  return { kind: "refused", why: `it answered ${status}` };
}
