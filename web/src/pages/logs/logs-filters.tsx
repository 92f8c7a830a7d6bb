import { Button, Pill, Select } from "@mantine/core";
import { memo } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import { LogSearch } from "../../ui/log-search.tsx";
import { RunSelect } from "../../ui/run-select.tsx";
import { TimeRange } from "../../ui/time-range.tsx";
import { TimeWindowFilter } from "../../ui/time-window-filter.tsx";
import { isFiltered, NO_LOG_FILTERS } from "./logs-query.ts";
import { useLogsSearch } from "./use-logs-search.ts";

const LEVELS = [
  { value: "debug", label: "Debug and above" },
  { value: "info", label: "Info and above" },
  { value: "warn", label: "Warnings, errors" },
  { value: "error", label: "Errors" },
];
const STREAMS = [
  { value: "stdout", label: "stdout" },
  { value: "stderr", label: "stderr" },
  { value: "shoal", label: "Supervisor" },
  { value: "otlp", label: "OTLP" },
];

/** Which lines are shown. */
export const LogsFilters = memo(function LogsFilters() {
  const { search, change } = useLogsSearch();
  const { services, instances } = useFleet();
  const ofService = instances.filter(({ service }) => search.service === undefined || service === search.service);
  return (
    <>
      <LogSearch value={search.q} onChange={(q) => change({ q }, true)} />
      <Select
        aria-label="Service"
        placeholder="All services"
        flex="1 1 104px"
        maw={180}
        clearable
        searchable
        data={withOwn(
          services.map((one) => one.service),
          search.service,
        )}
        value={search.service ?? null}
        onChange={(service) => change({ service: service ?? undefined, instance: undefined })}
      />
      <Select
        aria-label="Instance"
        placeholder="All instances"
        flex="1 1 108px"
        maw={180}
        clearable
        searchable
        limit={200}
        data={withOwn(
          ofService.map((one) => one.instance),
          search.instance,
        )}
        value={search.instance ?? null}
        onChange={(instance) => change({ instance: instance ?? undefined })}
      />
      <Select
        aria-label="Level"
        placeholder="All levels"
        w={146}
        clearable
        data={LEVELS}
        value={search.level ?? null}
        onChange={(level) => change({ level: level ?? undefined })}
      />
      <Select
        aria-label="Stream"
        placeholder="All streams"
        w={108}
        clearable
        data={STREAMS}
        value={search.stream ?? null}
        onChange={(stream) => change({ stream: stream ?? undefined })}
      />
      <TimeRange value={search.range} onChange={(range) => change({ range, from: undefined, to: undefined })} />
      <TimeWindowFilter
        from={search.from}
        to={search.to}
        onChange={(window) => change({ ...window, range: undefined })}
      />
      <RunSelect value={search.run} onChange={(run) => change({ run })} />
      {search.trace !== undefined && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": "All traces", tabIndex: 0, "aria-hidden": false }}
          onRemove={() => change({ trace: undefined })}
        >
          Trace {search.trace.slice(0, 8)}
        </Pill>
      )}
      {isFiltered(search) && (
        <Button variant="subtle" onClick={() => change(NO_LOG_FILTERS)}>
          Clear filters
        </Button>
      )}
    </>
  );
});

function withOwn(names: readonly string[], own: string | undefined): string[] {
  return [...new Set(own === undefined ? names : [own, ...names])];
}
