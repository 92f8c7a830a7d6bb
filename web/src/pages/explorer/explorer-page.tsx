import { useState } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import { Message } from "../../ui/message.tsx";
import { Page } from "../../ui/page.tsx";
import classes from "./explorer.module.css";
import { OperationList } from "./operation-list.tsx";
import { Prefill } from "./prefill.tsx";
import { RequestPane } from "./request-pane.tsx";
import { ServiceChoice } from "./service-choice.tsx";
import { useExplorerSearch } from "./use-explorer-search.ts";

/** Calls any operation of the fleet, by a form made from its schema. */
export function ExplorerPage() {
  const { services, loaded } = useFleet();
  const { search } = useExplorerSearch();
  // Filling in from elsewhere makes the form anew.
  const [filled, setFilled] = useState(0);
  const service = search.service ?? (search.exchange === undefined ? services[0]?.service : undefined);
  const onFilled = () => setFilled((count) => count + 1);
  return (
    <Page title="Explorer" tabTitle="Explorer">
      {loaded && services.length === 0 ? (
        <Message
          kind="empty"
          title="There is no service to call"
          hint="Start the fleet with shoal up; its services appear here by themselves."
        />
      ) : (
        <div className={classes["columns"]}>
          <nav className={classes["operations"]} aria-label="Operations">
            <ServiceChoice service={service} />
            {service !== undefined && <OperationList service={service} />}
          </nav>
          {search.exchange !== undefined && <Prefill exchange={search.exchange} onFilled={onFilled} />}
          {service !== undefined && search.exchange === undefined && (
            <RequestPane
              key={`${service} ${search.operation ?? ""} ${filled}`}
              service={service}
              operation={search.operation}
              onFilled={onFilled}
            />
          )}
        </div>
      )}
    </Page>
  );
}
