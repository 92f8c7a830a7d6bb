import { Button, Pill } from "@mantine/core";
import { formatClock } from "../../format/time.ts";
import { FILTERS } from "./search.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** The filters that links set, each with a way out of it, and a way out of all. */
export function FilterPills() {
  const { search, change } = useTrafficSearch();
  const isFiltered = FILTERS.some((key) => search[key] !== undefined);
  return (
    <>
      {search.trace !== undefined && (
        <Pill withRemoveButton onRemove={() => change({ trace: undefined })} removeButtonProps={REMOVE_TRACE}>
          Trace {search.trace.slice(0, 8)}
        </Pill>
      )}
      {search.body !== undefined && (
        <Pill withRemoveButton onRemove={() => change({ body: undefined })} removeButtonProps={REMOVE_BODY}>
          Body has “{search.body.length > 24 ? `${search.body.slice(0, 24)}…` : search.body}”
        </Pill>
      )}
      {(search.from ?? search.to) !== undefined && (
        <Pill
          withRemoveButton
          onRemove={() => change({ from: undefined, to: undefined })}
          removeButtonProps={REMOVE_TIME}
        >
          {momentOf(search.from)} – {momentOf(search.to)}
        </Pill>
      )}
      {isFiltered && (
        <Button variant="subtle" onClick={() => change(Object.fromEntries(FILTERS.map((key) => [key, undefined])))}>
          Clear filters
        </Button>
      )}
    </>
  );
}

const REMOVE_BODY = { "aria-label": "Any body" };
const REMOVE_TRACE = { "aria-label": "All traces" };
const REMOVE_TIME = { "aria-label": "Any time" };

function momentOf(text: string | undefined): string {
  const timeMs = Number(text);
  return text !== undefined && Number.isFinite(timeMs) && Math.abs(timeMs) < 8.64e15 ? formatClock(timeMs) : "…";
}
