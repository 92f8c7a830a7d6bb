import type { ExchangeSummary } from "../../control/api/schemas/exchanges.ts";
import { sleep } from "../../core/clock.ts";
import type { ControlClient } from "../control-client.ts";
import { codeOf } from "../explain.ts";
import type { CliPorts } from "../ports.ts";
import { byStart } from "./exchange-table.ts";

const POLL_MS = 500;
/** Exchanges come when they have ended, in batches: one that began earlier may come later. */
const LATE_MS = 60_000;
/** What the API gives at once. */
const PAGE = 1_000;

export interface FollowParts {
  readonly control: ControlClient;
  readonly query: Readonly<Record<string, unknown>>;
  /** What there was when it began, shown or not. */
  readonly known: readonly ExchangeSummary[];
  readonly show: (exchanges: readonly ExchangeSummary[]) => void;
  /** Asked when the control plane does not answer: has the fleet ended? */
  readonly isOver: () => boolean;
}

/** Shows further exchanges as they come, until interrupted or the fleet has ended. Each once, whatever their order. */
export async function followExchanges(ports: CliPorts, parts: FollowParts): Promise<void> {
  const { control, query, show, isOver } = parts;
  const ended = new AbortController();
  const cancel = ports.onInterrupt(() => ended.abort());
  const seen = new Map(parts.known.map(({ id, startMs }) => [id, startMs]));
  try {
    while (!ended.signal.aborted) {
      await sleep(ports.clock, POLL_MS, ended.signal).catch(() => {});
      if (ended.signal.aborted) return;
      const fromMs = ports.clock.wallMs() - LATE_MS;
      const found = await control
        .listExchanges({ query: { ...query, limit: PAGE, fromMs } }, { signal: ended.signal })
        .catch((error: unknown) => {
          if (ended.signal.aborted || codeOf(error) === "CONTROL_UNREACHABLE") return undefined;
          throw error;
        });
      if (found === undefined) {
        if (!ended.signal.aborted && isOver()) return void ports.stderr.write("the fleet has stopped\n");
        continue;
      }
      const fresh = byStart(found.exchanges.filter(({ id }) => !seen.has(id)));
      for (const { id, startMs } of fresh) seen.set(id, startMs);
      for (const [id, startMs] of seen) if (startMs < fromMs) seen.delete(id);
      if (fresh.length > 0) show(fresh);
    }
  } finally {
    cancel();
  }
}
