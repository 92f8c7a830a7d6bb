import { SegmentedControl } from "@mantine/core";
import { lazy, Suspense } from "react";
import { PageLoading } from "../../app/page-states.tsx";
import { Page } from "../../ui/page.tsx";
import { FleetSummary } from "./fleet-summary.tsx";
import { ServicesBar } from "./services-bar.tsx";
import { ServicesTable } from "./services-table.tsx";
import { useServicesSearch } from "./use-services-search.ts";

/** The map brings the graph library: only who looks at it loads it. */
const ServiceMap = lazy(() => import("./map/service-map.tsx").then((module) => ({ default: module.ServiceMap })));

/** Who runs, and how it goes. */
export function ServicesPage() {
  const { search, change } = useServicesSearch();
  const view = search.view === "map" ? "map" : "table";
  return (
    <Page
      title="Services"
      tabTitle="Services"
      actions={
        <>
          <FleetSummary />
          <SegmentedControl
            aria-label="Show services as"
            data={[
              { value: "table", label: "Table" },
              { value: "map", label: "Map" },
            ]}
            value={view}
            onChange={(next) => change({ view: next === "map" ? "map" : undefined }, false)}
          />
        </>
      }
      bar={<ServicesBar />}
    >
      {view === "table" ? (
        <ServicesTable />
      ) : (
        <Suspense fallback={<PageLoading />}>
          <ServiceMap />
        </Suspense>
      )}
    </Page>
  );
}
