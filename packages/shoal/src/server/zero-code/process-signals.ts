import { type EndSignal, interceptSignals, type SignalProcess, type Signals } from "./signals.ts";

/** What has to be done before a signal takes its effect. */
export type Ending = (appEnds: boolean) => Promise<void>;

const endings = new Set<Ending>();
let signals: Signals | undefined;

/**
 * Stands between this process and its end signals. To be called before anybody listens to one; see `interceptSignals`.
 * SIGINT is a person's way to stop a program at once, and only under a supervisor a request to end in good order.
 */
export function interceptProcessSignals(env: NodeJS.ProcessEnv): void {
  const names: readonly EndSignal[] = env["SHOAL_SUPERVISOR_FD"] ? ["SIGTERM", "SIGINT"] : ["SIGTERM"];
  const before = async (appEnds: boolean) => {
    await Promise.all([...endings].map((ending) => ending(appEnds)));
  };
  signals ??= interceptSignals(process as unknown as SignalProcess, { signals: names, before });
}

/** Has `ending` done before an end signal takes its effect. Returns how to undo that. */
export function beforeProcessEnds(ending: Ending): () => void {
  endings.add(ending);
  signals?.hold();
  return () => endings.delete(ending);
}
