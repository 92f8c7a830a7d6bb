import { useFleet } from "../../api/fleet-store.ts";
import type { ServiceStatus } from "../../api/types.ts";
import { formatCount, formatRate, formatShare } from "../../format/number.ts";
import classes from "./services.module.css";

/** Above this share of failed requests the number is red. */
const ERRORS_BAD = 0.01;

/** The whole fleet in one line; dashes until it is known. */
export function FleetSummary() {
  const { services, loaded } = useFleet();
  const { ready, instances, rate, errorRatio } = totals(services);
  return (
    <dl className={classes["summary"]}>
      <Figure name="Services" value={loaded ? formatCount(services.length) : "–"} room={2} />
      <Figure
        name="Ready"
        value={loaded ? `${formatCount(ready)} of ${formatCount(instances)}` : "–"}
        bad={ready < instances}
        room={7}
      />
      <Figure name="Requests/s" value={loaded ? formatRate(rate) : "–"} room={4} />
      <Figure name="Errors" value={loaded ? formatShare(errorRatio) : "–"} bad={errorRatio >= ERRORS_BAD} room={4} />
    </dl>
  );
}

function Figure({
  name,
  value,
  bad = false,
  room,
}: {
  readonly name: string;
  readonly value: string;
  readonly bad?: boolean;
  /** Digits that it has room for: it must not push the others about while it changes. */
  readonly room: number;
}) {
  return (
    <div className={classes["figure"]}>
      <dt>{name}</dt>
      <dd data-bad={bad || undefined} style={{ minWidth: `${room}ch` }}>
        {value}
      </dd>
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
