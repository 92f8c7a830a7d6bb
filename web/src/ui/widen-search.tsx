import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

interface WidenSearchProps {
  /** What else leads on, first. */
  readonly children?: ReactNode;
  readonly onClear?: () => void;
  /** Undefined where all runs are looked into. */
  readonly onAllRuns: (() => void) | undefined;
}

/** What to do where a search has found nothing. */
export function WidenSearch({ children, onClear, onAllRuns }: WidenSearchProps) {
  return (
    <Group gap="xs">
      {children}
      {onClear && (
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      )}
      {onAllRuns && (
        <Button variant="default" onClick={onAllRuns}>
          Look into all runs
        </Button>
      )}
    </Group>
  );
}
