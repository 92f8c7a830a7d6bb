import { Button, Code, Skeleton, Stack } from "@mantine/core";
import { type ErrorComponentProps, Link, useLocation } from "@tanstack/react-router";
import { Message } from "../ui/message.tsx";
import { Page } from "../ui/page.tsx";

/** Of the lines of a page; no two alike. */
const WIDTHS = ["92%", "78%", "85%", "64%", "88%", "71%", "80%"];

/** A page that is being loaded, in the shape of one. */
export function PageLoading() {
  return (
    <Stack gap="md" p="md" role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={24} width={180} />
      {WIDTHS.map((width) => (
        <Skeleton key={width} height={16} width={width} />
      ))}
    </Stack>
  );
}

/** A page with a bug of its own. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return (
    <Message kind="error" title="This page failed" hint={error instanceof Error ? error.message : String(error)}>
      <Button onClick={reset}>Try again</Button>
    </Message>
  );
}

export function PageMissing() {
  const { pathname } = useLocation();
  return (
    <Page title="Not found" tabTitle="Not found">
      <Message
        kind="empty"
        title="There is no such page"
        hint={
          <>
            Nothing of the dashboard is at <Code>{shortened(pathname)}</Code>. The address may have been mistyped, or
            cut off where it was copied.
          </>
        }
      >
        <Button component={Link} to="/" mt="xs">
          Go to Services
        </Button>
      </Message>
    </Page>
  );
}

function shortened(path: string): string {
  return path.length > 120 ? `${path.slice(0, 119)}…` : path;
}
