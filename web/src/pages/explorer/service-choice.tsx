import { Select } from "@mantine/core";
import { useFleet } from "../../api/fleet-store.ts";
import { useExplorerSearch } from "./use-explorer-search.ts";

export function ServiceChoice({ service }: { readonly service: string | undefined }) {
  const { services } = useFleet();
  const { change } = useExplorerSearch();
  const names = services.map((one) => one.service);
  const all = service === undefined || names.includes(service) ? names : [service, ...names];
  return (
    <Select
      label="Service"
      searchable
      allowDeselect={false}
      nothingFoundMessage="No service of that name"
      data={all}
      value={service ?? null}
      onChange={(next) => next !== null && change({ service: next })}
    />
  );
}
