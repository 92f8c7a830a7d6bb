import { Badge, Radio, Table } from "@mantine/core";
import type { Run } from "../../api/types.ts";
import { formatCount, formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { Ago, Moment } from "../../ui/moment.tsx";
import classes from "./runs.module.css";
import { useRunsSearch } from "./use-runs-search.ts";

interface RunTableProps {
  readonly runs: readonly Run[];
  readonly current: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const NUMBERS = ["Requests", "Failed", "Spans", "Log lines", "Exchanges"];

/** The runs, newest first; two of them are chosen. */
export function RunTable({ runs, current, before, after }: RunTableProps) {
  const { change } = useRunsSearch();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes["runs"]} aria-label="Runs of the fleet" tabIndex={0}>
      <Table stickyHeader highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={70}>Before</Table.Th>
            <Table.Th w={70}>After</Table.Th>
            <Table.Th>Started</Table.Th>
            <Table.Th>Length</Table.Th>
            {NUMBERS.map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                <Radio
                  size="xs"
                  name="before"
                  aria-label={`Before: the run of ${new Date(run.startMs).toLocaleString("en-GB")}`}
                  checked={run.id === before}
                  disabled={run.id === after}
                  onChange={() => change({ before: run.id, after })}
                />
              </Table.Td>
              <Table.Td>
                <Radio
                  size="xs"
                  name="after"
                  aria-label={`After: the run of ${new Date(run.startMs).toLocaleString("en-GB")}`}
                  checked={run.id === after}
                  disabled={run.id === before}
                  onChange={() => change({ before, after: run.id })}
                />
              </Table.Td>
              <Table.Td>
                <Moment timeMs={run.startMs} />{" "}
                <span className={classes["quiet"]}>
                  <Ago timeMs={run.startMs} />
                </span>
              </Table.Td>
              <Table.Td>
                {run.id === current ? (
                  <Badge color="teal">goes on now</Badge>
                ) : run.endMs === null ? (
                  <span className={classes["quiet"]} title="It ended without saying so, such as by a crash">
                    unknown
                  </span>
                ) : (
                  formatDuration(run.endMs - run.startMs)
                )}
              </Table.Td>
              <Table.Td ta="right">{formatCount(run.requests)}</Table.Td>
              <Table.Td ta="right" className={run.errors > 0 ? (classes["bad"] ?? "") : ""}>
                {run.errors === 0 ? "0" : `${formatCount(run.errors)} (${formatShare(run.errors / run.requests)})`}
              </Table.Td>
              <Table.Td ta="right">{formatCount(run.spans)}</Table.Td>
              <Table.Td ta="right">{formatCount(run.logs)}</Table.Td>
              <Table.Td ta="right">{formatCount(run.exchanges)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
