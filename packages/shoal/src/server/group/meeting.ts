/** Where all services of a group that stops wait until the last of them has arrived. */
export interface Meeting {
  /** From now on so many are waited for, of whom some may have arrived before. Before that nobody waits. */
  readonly call: (expected: number) => void;
  /** Resolves when all have arrived. */
  readonly arrive: () => Promise<void>;
}

export function createMeeting(): Meeting {
  const all = Promise.withResolvers<void>();
  let missing: number | undefined;
  let arrived = 0;
  return {
    call(expected) {
      missing ??= expected - arrived;
    },
    async arrive() {
      arrived += 1;
      if (missing === undefined) return;
      missing -= 1;
      if (missing <= 0) all.resolve();
      await all.promise;
    },
  };
}
