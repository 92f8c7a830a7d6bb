import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import type { InstanceStatus } from "../../api/types.ts";
import { useServiceGroup } from "../../api/use-service-groups.ts";
import { Message } from "../../ui/message.tsx";
import { InstanceTable } from "./instance-table.tsx";
import { ProcessCharts } from "./process-charts.tsx";
import { Section } from "./section.tsx";
import classes from "./service.module.css";
import { useInstanceColors } from "./use-instance-colors.ts";
import { useServiceSearch } from "./use-service-search.ts";

const NONE: readonly InstanceStatus[] = [];

/** The running copies of a service and what their processes take. */
export function InstancesTab() {
  const { service } = useServiceSearch();
  const { instancesOf, loaded } = useFleet();
  const instances = instancesOf.get(service) ?? NONE;
  const colors = useInstanceColors(instances);
  if (loaded && instances.length === 0) {
    return <Message kind="empty" title="No instance runs" hint="Start it with: npx shoal up" />;
  }
  return (
    <div className={classes["overview"]}>
      <Section title="Instances">
        <Colocation service={service} instances={instances} />
        <InstanceTable instances={instances} colors={colors} />
      </Section>
      <ProcessCharts colors={colors} />
    </div>
  );
}

/** Says what a shared process means, or why a service has its own though the fleet was started together. */
function Colocation({
  service,
  instances,
}: {
  readonly service: string;
  readonly instances: readonly InstanceStatus[];
}) {
  const group = useServiceGroup(service);
  const apart = instances.find((one) => one.apart !== undefined)?.apart;
  if (!group) {
    return apart === undefined ? null : <p className={classes["hint"]}>In a process of its own: {apart}.</p>;
  }
  const others = group.services.filter((other) => other !== service);
  if (others.length === 0) return null;
  return (
    <p className={classes["hint"]}>
      Group {group.name}: in one process with{" "}
      {others.map((other, index) => (
        <Fragment key={other}>
          {index > 0 && ", "}
          <Link to="/services/$service" params={{ service: other }} className={classes["link"]}>
            {other}
          </Link>
        </Fragment>
      ))}
      . Who restarts one restarts all; memory, CPU and event loop below are theirs together.
    </p>
  );
}
