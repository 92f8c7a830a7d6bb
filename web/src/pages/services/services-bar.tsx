import { SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import type { InstanceStatus, ServiceStatus } from "../../api/types.ts";
import { formatCount } from "../../format/number.ts";
import { isInState, STATE_FILTERS, serviceLine } from "./service-rows.ts";
import classes from "./services.module.css";
import { useServicesSearch } from "./use-services-search.ts";

const LABELS = { trouble: "Trouble", ready: "Ready", changing: "Not ready", stopped: "Stopped" } as const;

const NONE: readonly InstanceStatus[] = [];

/** Search and the filter by state, with how many each would show. */
export function ServicesBar() {
  const { search, change } = useServicesSearch();
  const { services, instancesOf, loaded } = useFleet();
  const lines = useMemo(
    () => services.map((status) => serviceLine(status, instancesOf.get(status.service) ?? NONE)),
    [services, instancesOf],
  );
  const isMap = search.view === "map";
  const select = () => {
    const focus = bestMatch(services, search.q ?? "");
    if (focus !== undefined) change({ focus, q: undefined, show: undefined });
  };
  // Before the first word of the control plane a zero would be a lie.
  const counted = (label: string, count: number) => (
    <>
      {label} <span className={classes["count"]}>{loaded ? formatCount(count) : ""}</span>
    </>
  );
  const filters = STATE_FILTERS.map((filter) => ({
    value: filter,
    label: counted(LABELS[filter], lines.filter((line) => isInState(line, filter)).length),
  }));
  return (
    <>
      <TextInput
        data-search
        type="search"
        aria-label="Search services"
        placeholder={isMap ? "Name; Enter selects it" : "Name, instance, release, zone, address"}
        leftSection={<IconSearch size={14} />}
        w={280}
        value={search.q ?? ""}
        onChange={(event) => change({ q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Escape") change({ q: undefined });
          if (event.key === "Enter" && isMap) select();
        }}
      />
      <SegmentedControl
        aria-label="State"
        data={[{ value: "", label: counted("All", lines.length) }, ...filters]}
        value={search.state ?? ""}
        onChange={(state) => change({ state }, false)}
      />
    </>
  );
}

/** The service that a few letters mean: it is called so, else it begins so, else it has them. */
function bestMatch(services: readonly ServiceStatus[], text: string): string | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return undefined;
  const names = services.map(({ service }) => service);
  return (
    names.find((name) => name.toLowerCase() === wanted) ??
    names.find((name) => name.toLowerCase().startsWith(wanted)) ??
    names.find((name) => name.toLowerCase().includes(wanted))
  );
}
