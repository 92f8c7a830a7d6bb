import { Autocomplete, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { control } from "../../api/control.ts";
import { RunSelect } from "../../ui/run-select.tsx";
import { TimeRange } from "../../ui/time-range.tsx";
import { FilterPills } from "./filter-pills.tsx";
import { MoreFilters } from "./more-filters.tsx";
import { useTrafficSearch } from "./use-traffic-search.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const STATUSES = [
  { value: "error", label: "Failed" },
  { value: "4xx", label: "Refused (4xx)" },
  { value: "ok", label: "Succeeded" },
  ...["200", "201", "204", "304", "400", "401", "403", "404", "409", "422", "429", "500", "502", "503", "504"].map(
    (value) => ({ value, label: value }),
  ),
];

/** What narrows the list; all of it is in the URL. */
export const TrafficFilters = memo(function TrafficFilters() {
  const { search, change } = useTrafficSearch();
  const { run } = search;
  const { data } = useQuery({
    queryKey: ["names", run],
    queryFn: ({ signal }) => control.listNames({ query: run === undefined ? {} : { run } }, signal),
  });
  const services = data?.services ?? [];
  return (
    <>
      <TextInput
        data-search
        aria-label="Search in URLs and operations"
        placeholder="URL or operation"
        leftSection={<IconSearch size={14} />}
        w={170}
        value={search.q ?? ""}
        onChange={(event) => change({ q: event.currentTarget.value }, true)}
      />
      <Select
        aria-label="Recorded by"
        placeholder="Recorded by"
        w={120}
        clearable
        searchable
        data={withOwn(services, search.service)}
        value={search.service ?? null}
        onChange={(service) => change({ service: service ?? undefined })}
      />
      <Autocomplete
        aria-label="Other side"
        placeholder="Other side"
        size="xs"
        w={120}
        data={services}
        value={search.peer ?? ""}
        onChange={(peer) => change({ peer }, true)}
      />
      <OutcomeFilters />
      <TimeFilters />
      <MoreFilters />
      <FilterPills />
    </>
  );
});

/** What was asked for, and what came of it. */
function OutcomeFilters() {
  const { search, change } = useTrafficSearch();
  return (
    <>
      <Select
        aria-label="Method"
        placeholder="Method"
        w={94}
        clearable
        data={METHODS}
        value={search.method ?? null}
        onChange={(method) => change({ method: method ?? undefined })}
      />
      <Select
        aria-label="Status"
        placeholder="Status"
        w={112}
        clearable
        renderOption={({ option }) => (option.value === "error" ? "Failed: 5xx, or no reply" : option.label)}
        comboboxProps={{ width: 190, position: "bottom-start" }}
        data={STATUSES}
        value={search.status ?? null}
        onChange={(status) => change({ status: status ?? undefined })}
      />
    </>
  );
}

/** When, and in which run. */
function TimeFilters() {
  const { search, change } = useTrafficSearch();
  return (
    <>
      <TimeRange value={search.range} onChange={(range) => change({ range, from: undefined, to: undefined })} />
      <RunSelect value={search.run} onChange={(next) => change({ run: next, id: undefined, with: undefined })} />
    </>
  );
}

function withOwn(names: readonly string[], own: string | undefined): string[] {
  return own === undefined || names.includes(own) ? [...names] : [own, ...names];
}
