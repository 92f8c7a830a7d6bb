/** Signals that end a process in good order. */
export type EndSignal = "SIGTERM" | "SIGINT";

/** The part of `process` that is used. */
export interface SignalProcess {
  emit: (event: string | symbol, ...args: never[]) => boolean;
  readonly on: (event: EndSignal, listener: () => void) => unknown;
  readonly removeListener: (event: EndSignal, listener: () => void) => unknown;
  readonly listenerCount: (event: EndSignal) => number;
  readonly kill: (pid: number, signal: EndSignal) => unknown;
  readonly pid: number;
}

export interface SignalOptions {
  readonly signals: readonly EndSignal[];
  /**
   * What is to be done before the signal takes its effect.
   * @param appEnds True when the app listens to the signal itself.
   */
  readonly before: (appEnds: boolean) => Promise<void>;
}

export interface Signals {
  /** From now on signals are held back until `before` is done. Without this they take their course. */
  readonly hold: () => void;
}

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;

/**
 * Does something before a signal takes its effect, and leaves the effect to the app: its listeners are called as they
 * would have been, once, only later; without any, Node's own default ends the process.
 *
 * The way in is `process.emit`, which Node binds when the first listener of a signal is added: so this has to be
 * called before the app runs. A second signal while the first is held back takes its effect at once.
 */
export function interceptSignals(target: SignalProcess, { signals, before }: SignalOptions): Signals {
  const emit = target.emit as Emit;
  const ours = () => {};
  let phase: "off" | "armed" | "holding" | "over" = "off";

  const release = (signal: EndSignal, args: unknown[]) => {
    if (phase === "over") return;
    phase = "over";
    // Others count listeners to learn whether they are the last to decide: ours must not be among them.
    for (const each of signals) target.removeListener(each, ours);
    if (target.listenerCount(signal) > 0) Reflect.apply(emit, target, args);
    else target.kill(target.pid, signal);
  };
  const intercept: Emit = (event, ...rest) => {
    const signal = signals.find((each) => each === event);
    const args = [event, ...rest];
    if (signal === undefined || phase === "off" || phase === "over") return Reflect.apply(emit, target, args);
    if (phase === "holding") {
      release(signal, args);
      return true;
    }
    phase = "holding";
    const go = () => release(signal, args);
    void before(target.listenerCount(signal) > 1).then(go, go);
    return true;
  };
  target.emit = intercept as SignalProcess["emit"];

  return {
    hold() {
      if (phase !== "off") return;
      phase = "armed";
      for (const signal of signals) target.on(signal, ours);
    },
  };
}
