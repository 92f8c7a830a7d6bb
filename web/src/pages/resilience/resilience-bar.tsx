import { SegmentedControl, Select } from "@mantine/core";
import { useFleet } from "../../api/fleet-store.ts";
import { isTroubled, type ResilienceRow } from "./resilience-rows.ts";
import { useResilienceSearch } from "./use-resilience-search.ts";

/** Of which service, and whether only what is in trouble; all of it is in the URL. */
export function ResilienceBar({ rows }: { readonly rows: readonly ResilienceRow[] }) {
  const { search, change } = useResilienceSearch();
  const { services } = useFleet();
  const names = new Set([
    ...services.map(({ service }) => service),
    ...rows.flatMap(({ caller, callee }) => [caller, callee]),
  ]);
  if (search.service !== undefined) names.add(search.service);
  names.delete("");
  return (
    <>
      <Select
        data-search
        aria-label="Service"
        placeholder="Any service"
        w={220}
        clearable
        searchable
        data={[...names].sort()}
        value={search.service ?? null}
        onChange={(service) => change({ service: service ?? undefined, from: undefined, to: undefined })}
      />
      <SegmentedControl
        aria-label="Show"
        data={[
          { value: "", label: `All ${rows.length}` },
          { value: "trouble", label: `Trouble ${rows.filter(isTroubled).length}` },
        ]}
        value={search.show === "trouble" ? "trouble" : ""}
        onChange={(show) => change({ show: show === "" ? undefined : show })}
      />
    </>
  );
}
