import { Group, Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";
import { PageLoading } from "../../app/page-states.tsx";
import { Page } from "../../ui/page.tsx";
import { TimeRange } from "../../ui/time-range.tsx";
import classes from "./service.module.css";
import { ServiceHeading } from "./service-heading.tsx";
import { useServiceSearch } from "./use-service-search.ts";

const OverviewTab = lazy(() => import("./overview-tab.tsx").then((module) => ({ default: module.OverviewTab })));
const InstancesTab = lazy(() => import("./instances-tab.tsx").then((module) => ({ default: module.InstancesTab })));
const LogsTab = lazy(() => import("./logs-tab.tsx").then((module) => ({ default: module.LogsTab })));
const ConsoleTab = lazy(() => import("./console-tab.tsx").then((module) => ({ default: module.ConsoleTab })));

const TABS = [
  { value: "overview", label: "Overview" },
  { value: "instances", label: "Instances" },
  { value: "logs", label: "Logs" },
  { value: "console", label: "Console" },
] as const;

/** All about one service. */
export function ServicePage() {
  const { service, search, change } = useServiceSearch();
  const tab = TABS.find(({ value }) => value === search.tab)?.value ?? "overview";
  const hasRange = tab === "overview" || tab === "instances";
  return (
    <Page
      title={<ServiceHeading service={service} />}
      tabTitle={service}
      actions={hasRange && <TimeRange value={search.range ?? "15m"} onChange={(range) => change({ range }, true)} />}
      bar={
        <Tabs
          value={tab}
          onChange={(next) => change({ tab: next === "overview" ? undefined : (next ?? undefined) })}
          className={classes["tabs"] ?? ""}
        >
          <Tabs.List aria-label={`About ${service}`}>
            {TABS.map(({ value, label }) => (
              <Tabs.Tab key={value} value={value} aria-controls="service-panel">
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      }
    >
      <Group id="service-panel" role="tabpanel" aria-label={tab} className={classes["panel"] ?? ""}>
        <Suspense fallback={<PageLoading />}>
          {tab === "overview" && <OverviewTab />}
          {tab === "instances" && <InstancesTab />}
          {tab === "logs" && <LogsTab />}
          {tab === "console" && <ConsoleTab />}
        </Suspense>
      </Group>
    </Page>
  );
}
