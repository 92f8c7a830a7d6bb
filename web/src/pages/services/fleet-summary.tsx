import { useFleet } from "../../api/fleet-store.ts";
import type { ServiceStatus } from "../../api/types.ts";
import { formatCount, formatRate, formatShare } from "../../format/number.ts";
import classes from "./services.module.css";

/** The whole fleet in one line. */
export function FleetSummary() {
  const { services, loaded } = useFleet();
  if (!loaded || services.length === 0) return null;
  const { ready, instances, rate, errorRatio } = totals(services);
  return (
    <dl className={classes["summary"]}>
      <Figure name="Services" value={formatCount(services.length)} />
      <Figure name="Ready" value={`${formatCount(ready)} of ${formatCount(instances)}`} bad={ready < instances} />
      <Figure name="Requests/s" value={formatRate(rate)} />
      <Figure name="Errors" value={formatShare(errorRatio)} bad={errorRatio >= 0.01} />
    </dl>
  );
}

function Figure({
  name,
  value,
  bad = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly bad?: boolean;
}) {
  return (
    <div className={classes["figure"]}>
      <dt>{name}</dt>
      <dd data-bad={bad || undefined}>{value}</dd>
    </div>
  );
}

function totals(services: readonly ServiceStatus[]) {
  const sum = (of: (status: ServiceStatus) => number) => services.reduce((total, one) => total + of(one), 0);
  const rate = sum((one) => one.requestsPerSecond);
  const failing = sum((one) => one.requestsPerSecond * one.errorRatio);
  return {
    instances: sum((one) => one.instances),
    ready: sum((one) => one.ready),
    rate,
    errorRatio: rate === 0 ? 0 : failing / rate,
  };
}
