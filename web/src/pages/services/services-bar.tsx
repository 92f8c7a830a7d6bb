import { SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import type { InstanceStatus } from "../../api/types.ts";
import { isInState, STATE_FILTERS, serviceLine } from "./service-rows.ts";
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
  // Before the first word of the control plane a zero would be a lie.
  const counted = (label: string, count: number) => (loaded ? `${label} ${count}` : label);
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
        placeholder="Name, instance, release, zone, address"
        leftSection={<IconSearch size={14} />}
        w={280}
        value={search.q ?? ""}
        onChange={(event) => change({ q: event.currentTarget.value })}
        onKeyDown={(event) => event.key === "Escape" && change({ q: undefined })}
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
