import { Button, NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { control } from "../../api/control.ts";
import { RunSelect } from "../../ui/run-select.tsx";
import { TimeRange } from "../../ui/time-range.tsx";
import { TimeWindowFilter } from "../../ui/time-window-filter.tsx";
import { AttributeFilter } from "./attribute-filter.tsx";
import { isFiltered, NO_TRACES_FILTERS } from "./traces-query.ts";
import { useTracesSearch } from "./use-traces-search.ts";

/** Names change seldom. */
const NAMES_STALE_MS = 10_000;
const OPTIONS_MAX = 200;

/** Which traces are shown. */
export const TracesFilters = memo(function TracesFilters() {
  const { search, change } = useTracesSearch();
  const { service, operation, status, run } = search;
  const { data: names } = useQuery({
    queryKey: ["names", run],
    staleTime: NAMES_STALE_MS,
    refetchInterval: NAMES_STALE_MS,
    queryFn: ({ signal }) => control.listNames({ query: run === undefined ? {} : { run } }, signal),
  });
  const operations = names?.operations.filter((one) => service === undefined || one.service === service) ?? [];
  return (
    <>
      <Select
        aria-label="Service"
        placeholder="All services"
        flex="1 1 110px"
        maw={190}
        clearable
        searchable
        limit={OPTIONS_MAX}
        data={withOwn(names?.services ?? [], service)}
        value={service ?? null}
        onChange={(next) => change({ service: next ?? undefined, operation: undefined })}
      />
      <Select
        aria-label="Operation"
        placeholder="All operations"
        flex="1.4 1 120px"
        maw={280}
        clearable
        searchable
        limit={OPTIONS_MAX}
        data={withOwn(
          operations.map((one) => one.operation),
          operation,
        )}
        value={operation ?? null}
        onChange={(next) => change({ operation: next ?? undefined })}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        w={104}
        clearable
        data={[
          { value: "error", label: "Failed" },
          { value: "ok", label: "Not failed" },
        ]}
        value={status ?? null}
        onChange={(next) => change({ status: next ?? undefined })}
      />
      <DurationInput
        label="At least this long, in milliseconds"
        placeholder="Min ms"
        value={search.min}
        onChange={(min) => change({ min }, true)}
      />
      <DurationInput
        label="At most this long, in milliseconds"
        placeholder="Max ms"
        value={search.max}
        onChange={(max) => change({ max }, true)}
      />
      <AttributeFilter keys={names?.attributes ?? []} search={search} change={change} />
      <TimeRange value={search.range} onChange={(range) => change({ range, from: undefined, to: undefined })} />
      <TimeWindowFilter
        from={search.from}
        to={search.to}
        onChange={(window) => change({ ...window, range: undefined })}
      />
      <RunSelect value={run} onChange={(next) => change({ run: next })} />
      {isFiltered(search) && (
        <Button variant="subtle" onClick={() => change(NO_TRACES_FILTERS)}>
          Clear filters
        </Button>
      )}
    </>
  );
});

interface DurationInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}

function DurationInput({ label, placeholder, value, onChange }: DurationInputProps) {
  return (
    <NumberInput
      aria-label={label}
      placeholder={placeholder}
      w={76}
      min={0}
      hideControls
      value={value ?? ""}
      onChange={(next) => onChange(next === "" ? undefined : String(next))}
    />
  );
}

function withOwn(names: readonly string[], own: string | undefined): string[] {
  return [...new Set(own === undefined ? names : [own, ...names])];
}
