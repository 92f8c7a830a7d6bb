import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** `unready`: the service's own check said no. */
export type Readiness = "ready" | "unready" | "starting" | "draining";

export interface ReadinessParts {
  readonly lifecycle: Lifecycle;
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
  /** The service's own check, if it has one. */
  readonly check: (() => boolean | Promise<boolean>) | undefined;
  /** How long the check may take, in ms. */
  readonly checkMs: number;
}

/** Whether a service can take requests: its phase first, then its own check, asked once at a time however many ask. */
export function createReadiness({ lifecycle, clock, log, check, checkMs }: ReadinessParts): () => Promise<Readiness> {
  let asking: Promise<boolean> | undefined;
  const ask = async (ready: NonNullable<typeof check>): Promise<boolean> => {
    try {
      return await ready();
    } catch (cause) {
      log.warn("the readiness check threw", { error: messageOf(cause) });
      return false;
    } finally {
      asking = undefined;
    }
  };
  return async () => {
    const phase = lifecycle.phase();
    if (phase !== "ready") return phase === "starting" ? "starting" : "draining";
    if (!check) return "ready";
    asking ??= ask(check);
    return (await inTime(asking, checkMs, clock)) ? "ready" : "unready";
  };
}

/** False when the answer takes longer than `ms`. */
function inTime(answer: Promise<boolean>, ms: number, clock: Pick<Clock, "after">): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    void answer.then((ready) => {
      cancel();
      resolve(ready === true);
    });
  });
}
