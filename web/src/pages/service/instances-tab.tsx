import { useFleet } from "../../api/fleet-store.ts";
import { Message } from "../../ui/message.tsx";
import { InstanceTable } from "./instance-table.tsx";
import { ProcessCharts } from "./process-charts.tsx";
import { Section } from "./section.tsx";
import classes from "./service.module.css";
import { useServiceSearch } from "./use-service-search.ts";

/** The running copies of a service and what their processes take. */
export function InstancesTab() {
  const { service } = useServiceSearch();
  const { instancesOf, loaded } = useFleet();
  const instances = instancesOf.get(service) ?? [];
  if (loaded && instances.length === 0) {
    return <Message kind="empty" title="No instance runs" hint="Start it with: npx shoal up" />;
  }
  return (
    <div className={classes["overview"]}>
      <Section title="Instances">
        <InstanceTable instances={instances} />
      </Section>
      <ProcessCharts />
    </div>
  );
}
