import { Button, Skeleton, Stack } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { Page } from "../../ui/page.tsx";
import { RunComparison } from "./run-comparison.tsx";
import { RunTable } from "./run-table.tsx";
import { chosenRuns } from "./run-words.ts";
import classes from "./runs.module.css";
import { useRunsSearch } from "./use-runs-search.ts";

const REFRESH_MS = 5_000;

/** Earlier runs of the fleet, and what changed from one to another. */
export function RunsPage() {
  const { search, change } = useRunsSearch();
  const { data, error, refetch } = useQuery({
    queryKey: ["runs"],
    queryFn: ({ signal }) => control.listRuns(undefined, signal),
    refetchInterval: REFRESH_MS,
  });
  const { before, after } = chosenRuns(data?.runs ?? [], search);
  return (
    <Page
      title="Runs"
      tabTitle="Runs"
      actions={
        before !== undefined &&
        after !== undefined && (
          <Button
            variant="default"
            leftSection={<IconArrowsExchange size={14} />}
            onClick={() => change({ before: after, after: before })}
          >
            Swap
          </Button>
        )
      }
    >
      {data ? (
        <div className={classes["page"]}>
          <RunTable runs={data.runs} current={data.current} before={before} after={after} />
          {before !== undefined && after !== undefined ? (
            <RunComparison before={before} after={after} />
          ) : (
            <Message
              kind="empty"
              title="There is one run so far"
              hint="A run is one life of the fleet, from shoal up to its end. After the next start, this page says what became slower, and what fails that did not."
            />
          )}
        </div>
      ) : error ? (
        <ErrorMessage error={error}>
          <Button onClick={() => void refetch()}>Try again</Button>
        </ErrorMessage>
      ) : (
        <Stack gap="xs" p="md" role="status" aria-busy="true" aria-label="Loading runs">
          <Skeleton height={160} />
          <Skeleton height={320} />
        </Stack>
      )}
    </Page>
  );
}
