import type { CallPolicy } from "../../client/policy.ts";
import { withRuntime } from "../../client/process-runtime.ts";
import type { Runtime } from "../../client/runtime.ts";
import { type Consumer, use } from "../../client/use.ts";
import type { Contract } from "../../contract/contract.ts";
import type { OperationDraft } from "../../contract/operation.ts";
import { shoalError } from "../../core/errors.ts";
import type { Disturbance, Host } from "./host.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

type Drafts = Readonly<Record<string, OperationDraft>>;

/** A process of a world: it serves, or calls, or both. */
export interface SimulatedInstance {
  /** Such as "quotes-1": the service's name and a number. */
  readonly id: string;
  readonly service: string;
  /** Its ports, registry and transport. For what takes a runtime; all else runs in `run`. */
  readonly runtime: Runtime;
  /** Runs code as this process: what it makes with `use`, `serve` and `fetch`, and the calls it makes, are its own. */
  readonly run: <Result>(task: () => Result) => Result;
  /** A consumer whose calls are made by this process, wherever its methods are called. */
  readonly use: <const Ops extends Drafts>(contract: Contract<Ops>, policy?: CallPolicy) => Consumer<Ops>;
  /** Resolves after `ms` of its own time. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Makes it slow or failing, from now on; the returned function ends that. */
  readonly disturb: (disturbance: Partial<Disturbance>) => () => void;
  /** Its event loop stands still for `ms`. */
  readonly stall: (ms: number) => void;
  /**
   * Keeps its event loop busy for `ms`, as a handler does that computes: nothing else of this process runs meanwhile.
   * Resolves when that is done.
   */
  readonly compute: (ms: number) => Promise<void>;
  /**
   * Ends it as `kill -9` does: what it had begun is lost, connections to it are refused.
   * @param how `unseen`: no supervisor tells the registry, so that it stays there until its lease has run out.
   */
  readonly crash: (how?: { readonly unseen?: boolean }) => void;
  /** Ends it as a deploy does: leaves the registry, drains, closes. Resolves when the world has run that far. */
  readonly stop: () => Promise<void>;
  /** Requests that ever arrived. */
  readonly received: () => number;
  /** Requests being handled. */
  readonly inFlight: () => number;
}

export interface SimulatedInstanceParts {
  readonly process: SimulatedProcess;
  readonly runtime: Runtime;
  /** What it serves; undefined while, or because, it serves nothing. */
  readonly host: () => Host | undefined;
  readonly stop: () => Promise<void>;
  /** The supervisor saw it die. */
  readonly onSeenDying: () => void;
  readonly note: (what: string) => void;
}

export function createSimulatedInstance(parts: SimulatedInstanceParts): SimulatedInstance {
  const { process, runtime, host, note } = parts;
  const run = <Result>(task: () => Result): Result => withRuntime(runtime, task);
  return {
    id: process.id,
    service: process.service,
    runtime,
    run,
    use(contract, policy) {
      const methods: Readonly<Record<string, (...input: never[]) => unknown>> = run(() => use(contract, policy));
      const own = Object.entries(methods).map(([name, method]) => [
        name,
        (...input: never[]) => run(() => method(...input)),
      ]);
      return Object.freeze(Object.fromEntries(own));
    },
    sleep: (ms) => new Promise((resolve) => void process.clock.after(ms, resolve)),
    disturb(disturbance) {
      const disturbed = host();
      if (!disturbed) throw shoalError("OPTION_INVALID", { message: `${process.id} serves nothing to be disturbed` });
      note("is disturbed");
      const end = disturbed.disturb(disturbance);
      return () => {
        note("is well again");
        end();
      };
    },
    stall(ms) {
      note(`stands still for ${ms} ms`);
      process.stall(ms);
    },
    compute: process.compute,
    crash({ unseen = false } = {}) {
      note("crashes");
      process.kill();
      if (!unseen) parts.onSeenDying();
    },
    stop() {
      note("stops");
      return parts.stop();
    },
    received: () => host()?.received() ?? 0,
    inFlight: () => host()?.inFlight() ?? 0,
  };
}
