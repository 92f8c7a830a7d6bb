/** Where all services of a group that stops wait until the last of them has arrived. */
export interface Meeting {
  /** From now on so many are waited for. Before that nobody waits. */
  readonly call: (expected: number) => void;
  /** Resolves when all have arrived. */
  readonly arrive: () => Promise<void>;
}

export function createMeeting(): Meeting {
  const all = Promise.withResolvers<void>();
  let missing: number | undefined;
  return {
    call(expected) {
      missing ??= expected;
    },
    async arrive() {
      if (missing === undefined) return;
      missing -= 1;
      if (missing <= 0) all.resolve();
      await all.promise;
    },
  };
}
