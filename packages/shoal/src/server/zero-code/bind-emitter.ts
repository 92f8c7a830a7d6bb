import type { EventEmitter } from "node:events";
import { type Context, runInContext } from "../../core/context.ts";

/**
 * Runs the emitter's listeners in `context`. Node calls the listeners of a request's body in the context of its
 * connection, so an app that reads a body by events would lose the request's trace and deadline half-way.
 */
export function bindEmitter(emitter: EventEmitter, context: Context): void {
  const { emit } = emitter;
  Object.defineProperty(emitter, "emit", {
    value: (...args: Parameters<EventEmitter["emit"]>) =>
      runInContext(context, () => Reflect.apply(emit, emitter, args)),
    configurable: true,
    writable: true,
  });
}
