import type { Runtime } from "./runtime.ts";

/** How what serves a whole process tells the services of a group apart. Set by the group, before it loads any of them. */
export interface GroupScope {
  /** Whose the code is that runs. */
  readonly current: () => string | undefined;
  readonly runtimeOf: (service: string) => Runtime | undefined;
}

/** Undefined in a process of one service. */
export const groupScope: { of: GroupScope | undefined } = { of: undefined };
