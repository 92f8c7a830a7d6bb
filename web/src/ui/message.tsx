import { Center, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconAlertTriangle, IconFish } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiError } from "../api/api-error.ts";

interface MessageProps {
  readonly kind: "empty" | "error";
  readonly title: string;
  /** What to do about it. */
  readonly hint?: ReactNode;
  readonly children?: ReactNode;
}

/** In place of content: why there is none, and what to do next. */
export function Message({ kind, title, hint, children }: MessageProps) {
  return (
    <Center p="xl" mih={220} role={kind === "error" ? "alert" : undefined}>
      <Stack align="center" gap="xs" maw={460} ta="center">
        <ThemeIcon variant="light" size={40} radius="xl" color={kind === "error" ? "red" : "gray"}>
          {kind === "error" ? <IconAlertTriangle size={20} /> : <IconFish size={20} />}
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        {hint !== undefined && (
          <Text size="sm" c="var(--shoal-text-quiet)">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}

/** An error of the control plane, in place of content. */
export function ErrorMessage({ error, children }: { readonly error: unknown; readonly children?: ReactNode }) {
  const title = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ApiError && error.hint !== "" ? error.hint : undefined;
  return (
    <Message kind="error" title={title} hint={hint}>
      {children}
    </Message>
  );
}
