import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/api-error.ts";
import { control } from "../../api/control.ts";
import { PageLoading } from "../../app/page-states.tsx";
import { ErrorMessage } from "../../ui/message.tsx";
import { CallTable } from "./call-table.tsx";
import { OperationTable } from "./operation-table.tsx";
import { RecentFailures } from "./recent-failures.tsx";
import { RedCharts } from "./red-charts.tsx";
import { Section } from "./section.tsx";
import classes from "./service.module.css";
import { useServiceSearch } from "./use-service-search.ts";

const REFRESH_MS = 2_000;

/** How a service does: charts, operations, who calls it and whom it calls, what failed. */
export function OverviewTab() {
  const { service } = useServiceSearch();
  const { data, error } = useQuery({
    queryKey: ["service", service],
    queryFn: ({ signal }) => control.getService({ params: { service } }, signal),
    refetchInterval: REFRESH_MS,
  });
  // What was known stays while the control plane is away; who does not exist is told.
  if (error && (!data || (error instanceof ApiError && error.status === 404))) return <ErrorMessage error={error} />;
  if (!data) return <PageLoading />;
  return (
    <div className={classes["overview"]}>
      <RedCharts />
      <Section title="Operations">
        <OperationTable service={service} operations={data.operations} />
      </Section>
      <div className={classes["columns"]}>
        <Section title="Called by">
          <CallTable edges={data.callers} side="caller" empty="Nobody has called it in the last seconds." />
        </Section>
        <Section title="Calls">
          <CallTable edges={data.callees} side="callee" empty="It has called nobody in the last seconds." />
        </Section>
      </div>
      <Section title="Recent failures">
        <RecentFailures service={service} />
      </Section>
    </div>
  );
}
