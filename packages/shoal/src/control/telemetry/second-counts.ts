/** Requests of each service, by second. */
export interface SecondCounts {
  readonly add: (service: string, count: number, nowS: number) => void;
  /** Of all the seconds that are kept. */
  readonly of: (service: string, nowS: number) => number;
  /** Of the seconds from `fromS` to before `untilS`. */
  readonly between: (service: string, fromS: number, untilS: number) => number;
  readonly forget: (nowS: number) => void;
}

/** @param windowS How far back they count. At most this many numbers are kept of a service. */
export function createSecondCounts(windowS: number): SecondCounts {
  const services = new Map<string, Map<number, number>>();
  const isOld = (second: number, nowS: number) => second > nowS || second <= nowS - windowS;
  const prune = (seconds: Map<number, number>, nowS: number) => {
    for (const second of seconds.keys()) if (isOld(second, nowS)) seconds.delete(second);
  };
  return {
    add(service, count, nowS) {
      const seconds = services.get(service) ?? new Map<number, number>();
      services.set(service, seconds);
      prune(seconds, nowS);
      seconds.set(nowS, (seconds.get(nowS) ?? 0) + count);
    },
    of(service, nowS) {
      let sum = 0;
      for (const [second, count] of services.get(service) ?? []) if (!isOld(second, nowS)) sum += count;
      return sum;
    },
    between(service, fromS, untilS) {
      let sum = 0;
      for (const [second, count] of services.get(service) ?? []) {
        if (second >= fromS && second < untilS) sum += count;
      }
      return sum;
    },
    forget(nowS) {
      for (const [service, seconds] of services) {
        prune(seconds, nowS);
        if (seconds.size === 0) services.delete(service);
      }
    },
  };
}
