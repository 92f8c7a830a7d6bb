import { Group, SegmentedControl, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { LogDifferences } from "./log-differences.tsx";
import { OperationDifferences } from "./operation-differences.tsx";
import { byConcern, summaryOf } from "./run-words.ts";
import classes from "./runs.module.css";
import { useRunsSearch } from "./use-runs-search.ts";

const REFRESH_MS = 5_000;

interface RunComparisonProps {
  readonly before: string;
  readonly after: string;
}

/** What changed from one run to the other. */
export function RunComparison({ before, after }: RunComparisonProps) {
  const { search, change } = useRunsSearch();
  const { data, error } = useQuery({
    queryKey: ["compare-runs", before, after],
    queryFn: ({ signal }) => control.compareRuns({ query: { before, after } }, signal),
    refetchInterval: REFRESH_MS,
  });
  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Skeleton m="md" height={300} aria-label="Comparing" role="status" />;
  const { logs } = data;
  const operations = byConcern(data.operations);
  const changed = operations.filter(({ verdict }) => verdict !== "same");
  const newErrors = logs.filter((one) => one.before === 0 && one.after > 0 && one.level !== "warn").length;
  const show = search.show === "all" || search.show === "logs" ? search.show : "changed";
  return (
    <section className={classes["comparison"]} aria-label="Comparison">
      <Group justify="space-between" className={classes["comparisonHead"] ?? ""}>
        <div>
          <Title order={2}>What changed</Title>
          <Text size="sm" c="var(--shoal-text-quiet)">
            {summaryOf(operations, newErrors)}
          </Text>
        </div>
        <SegmentedControl
          aria-label="Show"
          value={show}
          onChange={(next) => change({ show: next === "changed" ? undefined : next })}
          data={[
            { value: "changed", label: `Changed (${changed.length})` },
            { value: "all", label: `All operations (${operations.length})` },
            { value: "logs", label: `Logs (${logs.length})` },
          ]}
        />
      </Group>
      <div className={classes["differences"]}>
        {show === "logs" ? (
          <LogDifferences logs={logs} before={before} after={after} />
        ) : show === "changed" && changed.length === 0 ? (
          <Message
            kind="empty"
            title="No operation changed"
            hint="Not beyond what so few or so many requests change by chance. All operations shows them with their numbers."
          />
        ) : (
          <OperationDifferences rows={show === "all" ? operations : changed} before={before} after={after} />
        )}
      </div>
    </section>
  );
}
