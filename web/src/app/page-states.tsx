import { Button, Skeleton, Stack } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Message } from "../ui/message.tsx";

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
  return (
    <Message kind="empty" title="There is no such page" hint="The address may have been mistyped.">
      <Button component={Link} to="/">
        Go to Services
      </Button>
    </Message>
  );
}
