import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { explorerSearch } from "../pages/explorer/search.ts";
import { logsSearch } from "../pages/logs/search.ts";
import { resilienceSearch } from "../pages/resilience/search.ts";
import { runsSearch } from "../pages/runs/search.ts";
import { serviceSearch } from "../pages/service/search.ts";
import { servicesSearch } from "../pages/services/search.ts";
import { traceSearch } from "../pages/trace/search.ts";
import { tracesSearch } from "../pages/traces/search.ts";
import { trafficSearch } from "../pages/traffic/search.ts";
import { PageFailed, PageLoading, PageMissing } from "./page-states.tsx";
import { parseSearch, stringifySearch } from "./search.ts";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: PageMissing });

/** Each page is a chunk of its own; its filters are known before it is loaded. */
const routes = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: "/",
    validateSearch: servicesSearch,
    component: lazyRouteComponent(() => import("../pages/services/services-page.tsx"), "ServicesPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/services/$service",
    validateSearch: serviceSearch,
    component: lazyRouteComponent(() => import("../pages/service/service-page.tsx"), "ServicePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/traces",
    validateSearch: tracesSearch,
    component: lazyRouteComponent(() => import("../pages/traces/traces-page.tsx"), "TracesPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/traces/$trace",
    validateSearch: traceSearch,
    component: lazyRouteComponent(() => import("../pages/trace/trace-page.tsx"), "TracePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/logs",
    validateSearch: logsSearch,
    component: lazyRouteComponent(() => import("../pages/logs/logs-page.tsx"), "LogsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/traffic",
    validateSearch: trafficSearch,
    component: lazyRouteComponent(() => import("../pages/traffic/traffic-page.tsx"), "TrafficPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/resilience",
    validateSearch: resilienceSearch,
    component: lazyRouteComponent(() => import("../pages/resilience/resilience-page.tsx"), "ResiliencePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/explorer",
    validateSearch: explorerSearch,
    component: lazyRouteComponent(() => import("../pages/explorer/explorer-page.tsx"), "ExplorerPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/runs",
    validateSearch: runsSearch,
    component: lazyRouteComponent(() => import("../pages/runs/runs-page.tsx"), "RunsPage"),
  }),
]);

export const router = createRouter({
  routeTree: routes,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    readonly router: typeof router;
  }
}
