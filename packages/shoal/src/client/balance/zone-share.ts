/** How well the own zone and the others are. */
export interface ZoneHealth {
  /** Share of the own zone's usual instances that is here and well, 0 to 1. */
  readonly local: number;
  /** The same of all other zones together. */
  readonly others: number;
  /** Policy's `zoneOverprovision`. */
  readonly overprovision: number;
}

/**
 * The share of the traffic that stays in the own zone: all of it while its well instances, trusted with `overprovision`
 * times their usual load, can carry it; then in proportion. Where the other zones cannot take up all of the rest, it is
 * divided by what each side can carry. Envoy's rule for priorities.
 */
export function zoneLocalShare(health: ZoneHealth): number {
  const { local, others } = capacities(health);
  const carried = local + others;
  return carried === 0 ? 1 : local / Math.min(1, carried);
}

/** True when own zone and others together can carry all the traffic. */
export function zonesSuffice(health: ZoneHealth): boolean {
  const { local, others } = capacities(health);
  return local + others >= 1;
}

function capacities({ local, others, overprovision }: ZoneHealth) {
  return { local: Math.min(1, overprovision * local), others: Math.min(1, overprovision * others) };
}
