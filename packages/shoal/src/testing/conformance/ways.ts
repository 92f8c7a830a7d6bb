import type { GroupMember } from "../../client/runtime.ts";
import { shoalError } from "../../core/errors.ts";
import { SILENT_LOG } from "../../core/log.ts";
import { failure } from "../../core/outcome.ts";
import { createHttpTransport } from "../../transport/http-client.ts";
import { localFirst } from "../../transport/local-addresses.ts";
import { openMux } from "../../transport/mux/mux-connection.ts";
import { MUX_DEFAULTS } from "../../transport/mux/options.ts";
import type { Transport } from "../../transport/port.ts";
import { systemClock } from "../../transport/system-ports.ts";

/** How a consumer and a service are connected; the suite must not be able to tell. None falls back to another. */
export interface Way {
  readonly name: string;
  readonly transport: () => Transport;
  /** What the services are told by the group whose process they share. */
  readonly member?: GroupMember;
}

/** What a service needs to be called without a socket. */
const MEMBER: GroupMember = {
  file: "",
  env: {},
  start: async (listen) => void (await listen()),
  tell: () => {},
  othersDone: async () => {},
};

export const WAYS: readonly Way[] = [
  { name: "http", transport: createHttpTransport },
  { name: "mux", transport: createMuxTransport },
  { name: "local", transport: () => localFirst(NO_OTHER_WAY), member: MEMBER },
];

const NO_OTHER_WAY: Transport = {
  connect(address) {
    throw shoalError("CONNECT_FAILED", { message: `${address} is not in this process` });
  },
};

/** The product takes HTTP/1.1 until the multiplexed wire is open; here a call waits for it. */
function createMuxTransport(): Transport {
  const parts = {
    clock: systemClock,
    log: SILENT_LOG,
    options: MUX_DEFAULTS,
    withinMs: 5_000,
    onGoingAway: () => {},
    onEnded: () => {},
  };
  return {
    connect(address) {
      const opening = openMux(address, parts);
      return {
        async send(request, context) {
          const opened = await opening;
          const sent = opened.kind === "open" ? opened.session.trySend(request, context) : undefined;
          const message = `no multiplexed wire to ${address}`;
          return sent ?? failure("unsent", shoalError("CONNECT_FAILED", { message }));
        },
        async close() {
          const opened = await opening;
          if (opened.kind === "open") opened.session.closeWhenIdle();
        },
      };
    },
  };
}
