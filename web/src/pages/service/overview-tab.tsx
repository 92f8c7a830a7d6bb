import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiError } from "../../api/api-error.ts";
import { control } from "../../api/control.ts";
import { PageLoading } from "../../app/page-states.tsx";
import { ErrorMessage, Message } from "../../ui/message.tsx";
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
  if (error instanceof ApiError && error.status === 404) return <NoSuchService service={service} />;
  if (error && !data) return <ErrorMessage error={error} />;
  if (!data) return <PageLoading />;
  return (
    <div className={classes["overview"]}>
      <RedCharts />
      <Section title="Operations">
        <OperationTable service={service} operations={data.operations} />
      </Section>
      <div className={classes["columns"]}>
        <Section title="Called by">
          <CallTable
            service={service}
            edges={data.callers}
            side="caller"
            empty="Nobody has called it in the last seconds."
          />
        </Section>
        <Section title="Calls">
          <CallTable
            service={service}
            edges={data.callees}
            side="callee"
            empty="It has called nobody in the last seconds."
          />
        </Section>
      </div>
      <Section title="Recent failures">
        <RecentFailures service={service} />
      </Section>
    </div>
  );
}

function NoSuchService({ service }: { readonly service: string }) {
  return (
    <Message
      kind="empty"
      title={`There is no service ${service}`}
      hint="It has not run since the fleet was started, or has another name now. What it logged before may be under Logs."
    >
      <Button variant="default" renderRoot={(props) => <Link {...props} to="/" />}>
        All services
      </Button>
    </Message>
  );
}
