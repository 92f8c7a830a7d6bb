import { describe, expect, it } from "vitest";
import { arrivingContext } from "../transport/arrival.ts";
import { type Cancellation, CancelSource, cancellationOfSignal, NEVER_CANCELLED } from "./cancellation.ts";
import { type Context, cancellationOf, contextWith, endOf, LazyContext } from "./context.ts";
import { newTrace } from "./trace-context.ts";

/** Listeners that write down what they are told, by name. */
function heard(cancellation: Cancellation, names: readonly string[]) {
  const said: string[] = [];
  const listeners = names.map((name) => ({ onCancel: (reason: unknown) => void said.push(`${name}: ${reason}`) }));
  for (const listener of listeners) cancellation.subscribe(listener);
  return { said, listeners };
}

function ofController() {
  const controller = new AbortController();
  const cancellation = cancellationOfSignal(controller.signal);
  return { cancellation, cancel: (reason: unknown) => controller.abort(reason) };
}

function ofSource() {
  const source = new CancelSource();
  return { cancellation: source, cancel: (reason: unknown) => source.cancel(reason) };
}

describe.each([
  ["a source", ofSource],
  ["an AbortSignal", ofController],
])("a cancellation of %s", (_, make) => {
  it("tells every listener once, in their order, why", () => {
    const { cancellation, cancel } = make();
    const { said } = heard(cancellation, ["first", "second", "third"]);
    cancel("gone");
    cancel("late");
    expect(said).toEqual(["first: gone", "second: gone", "third: gone"]);
    expect(cancellation).toMatchObject({ aborted: true, reason: "gone" });
    expect(cancellation.signal).toMatchObject({ aborted: true, reason: "gone" });
  });

  it("tells nobody who has unsubscribed", () => {
    const { cancellation, cancel } = make();
    const { said, listeners } = heard(cancellation, ["first", "second", "third"]);
    for (const index of [0, 2]) cancellation.unsubscribe(listeners[index] ?? { onCancel: () => {} });
    cancel("gone");
    expect(said).toEqual(["second: gone"]);
  });

  it("tells who comes too late at once", () => {
    const { cancellation, cancel } = make();
    cancel("gone");
    expect(heard(cancellation, ["late"]).said).toEqual(["late: gone"]);
  });
});

describe("a signal that is made when it is read", () => {
  it("is always the same, and aborted after those who subscribed were told", () => {
    const source = new CancelSource();
    const { signal } = source;
    const order: string[] = [];
    signal.addEventListener("abort", () => order.push(`signal: ${signal.reason}`));
    source.subscribe({ onCancel: () => void order.push("listener") });
    source.cancel("gone");
    expect(source.signal).toBe(signal);
    expect(order).toEqual(["listener", "signal: gone"]);
  });

  it("is aborted from the start when it is read too late", () => {
    const source = new CancelSource();
    source.cancel("gone");
    expect(source.signal).toMatchObject({ aborted: true, reason: "gone" });
  });

  it("belongs to what never ends when it is that of a call without a caller", () => {
    expect(cancellationOfSignal(NEVER_CANCELLED.signal)).toBe(NEVER_CANCELLED);
  });
});

describe("a context whose signal is made when it is read", () => {
  const source = new CancelSource();
  const context = new LazyContext(arrivingContext(new AbortController().signal), source);

  it("has the signal of its cancellation", () => {
    expect(context.signal).toBe(source.signal);
    expect(cancellationOf(context)).toBe(source);
  });

  it("keeps both in a copy with another trace", () => {
    const trace = newTrace(() => 0.5);
    const copy = contextWith(context, { trace });
    expect(copy).toMatchObject({ trace, realm: context.realm });
    expect(copy.signal).toBe(source.signal);
    expect(cancellationOf(copy)).toBe(source);
  });

  it("gives nothing of its cancellation to a plain copy with a signal of its own", () => {
    const { signal } = new AbortController();
    const copy = { ...context, signal };
    expect(cancellationOf(copy).signal).toBe(signal);
    expect(endOf(copy)).toBe(signal);
    expect(cancellationOf(contextWith(copy, { baggage: "a=1" })).signal).toBe(signal);
  });

  it("still cancels by a plain copy that has lost the signal", () => {
    const given: Context = context; // whose type says that a spread has a signal
    const copy = { ...given, deadlineMs: 5 };
    expect(cancellationOf(copy)).toBe(source);
    expect(endOf(copy)).toBe(source);
    expect(contextWith(copy, { baggage: "a=1" })).toMatchObject({ deadlineMs: 5, signal: source.signal });
  });
});
