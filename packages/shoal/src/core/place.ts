import { AsyncResource } from "node:async_hooks";
import { type Context, enterContext } from "./context.ts";

/**
 * Where it was made: what it runs finds what was current there, whoever has it run. A fifth of the cost of
 * `AsyncLocalStorage.snapshot` around `runInContext`: to leave a place restores a pointer, where leaving a context
 * copies all that is current. `npm run bench -- wire --only local` guards it.
 */
export class Place {
  readonly #resource = new AsyncResource("ShoalPlace");

  run<Args extends unknown[], Result>(task: (...args: Args) => Result, ...args: Args): Result {
    return this.#resource.runInAsyncScope(task, undefined, ...args);
  }

  /** In a context of its own, which is the last that the task is given. */
  runInContext<Input, Own extends Context, Result>(
    task: (input: Input, context: Own) => Result,
    input: Input,
    context: Own,
  ): Result {
    return this.#resource.runInAsyncScope(entered<Input, Own, Result>, undefined, task, input, context);
  }
}

function entered<Input, Own extends Context, Result>(
  task: (input: Input, context: Own) => Result,
  input: Input,
  context: Own,
): Result {
  enterContext(context);
  return task(input, context);
}
