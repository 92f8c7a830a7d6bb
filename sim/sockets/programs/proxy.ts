// A TCP proxy that does to connections what networks do.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { answerParent } from "../rig/answer-parent.ts";
import { wallMs } from "../rig/wall-clock.ts";

/**
 * What happens to what is sent:
 * - `pass`: it arrives after `delayMs`;
 * - `black-hole`: nothing arrives any more, on old connections and new ones, which are accepted;
 * - `reset`: connections are cut, new ones as soon as they are accepted.
 */
export type Network = "pass" | "black-hole" | "reset";

export interface ProxyCommands {
  /** Answers with its address, which begins with http:// as the target's does. */
  readonly listen: (target: string) => Promise<string>;
  readonly become: (network: Network, delayMs?: number) => void;
  /** When connections came in, in ms of the wall clock. */
  readonly connectsMs: () => readonly number[];
}

let network: Network = "pass";
let delayMs = 0;
const open = new Set<Socket>();
const connectsMs: number[] = [];

function join(near: Socket, { hostname, port }: URL): void {
  connectsMs.push(wallMs());
  if (network === "reset") return void near.resetAndDestroy();
  const far = connect({ host: hostname, port: Number(port), noDelay: true });
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    open.add(from);
    from.on("data", (bytes) => {
      if (network === "black-hole") return;
      if (delayMs === 0) to.write(bytes);
      else setTimeout(() => void (to.writable && to.write(bytes)), delayMs);
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      open.delete(from);
      to.destroy();
    });
  }
}

answerParent<ProxyCommands>({
  async listen(target) {
    const url = new URL(target);
    const server = createServer({ noDelay: true }, (near) => join(near, url)).listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  become(next, nextDelayMs = 0) {
    network = next;
    delayMs = nextDelayMs;
    if (next === "reset") for (const socket of open) socket.resetAndDestroy();
  },
  connectsMs: () => connectsMs,
});
