import { Button, Skeleton, Stack } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Message } from "../ui/message.tsx";

/** A page that is being loaded, in the shape of one. */
export function PageLoading() {
  return (
    <Stack gap="md" p="md" role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={24} width={180} />
      <Skeleton height={32} />
      <Skeleton height={360} />
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
