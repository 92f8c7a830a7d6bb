// A leaf as one writes it without anything: the control of a rolling restart, and of an overload.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { answerParent } from "../rig/answer-parent.ts";
import { createStandStill } from "../rig/stand-still.ts";

export interface BareLeafCommands {
  readonly listen: (port: number) => Promise<string>;
  /** From now on each request has the event loop stand still for so many ms, before it is answered. */
  readonly block: (ms: number) => void;
  /** As in the manual: `server.close()`, and the process ends when it has closed, or when it has had so many ms. */
  readonly close: (withinMs: number) => Promise<void>;
}

const TAKES_MS = 10;
const standStill = createStandStill();
let blocksMs = 0;
const server = createServer((request, response) => {
  request.resume();
  if (blocksMs > 0) standStill(blocksMs);
  void pause(blocksMs > 0 ? 0 : TAKES_MS).then(() =>
    response.writeHead(200, { "content-type": "application/json" }).end("{}"),
  );
});

answerParent<BareLeafCommands>({
  async listen(port) {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  block(ms) {
    blocksMs = ms;
  },
  async close(withinMs) {
    const closed = new Promise((resolve) => server.close(resolve));
    await Promise.race([closed, pause(withinMs)]);
  },
});
