import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { formatCount } from "../format/number.ts";

interface NewRowsButtonProps {
  /** How many wait above a list that stands still; nothing is shown for 0. */
  readonly count: number;
  readonly onShow: () => void;
}

/** Brings what came meanwhile into a list. Beside its title: upon the list it would cover what is being read. */
export function NewRowsButton({ count, onShow }: NewRowsButtonProps) {
  if (count === 0) return null;
  return (
    <Button radius="xl" size="compact-xs" leftSection={<IconArrowUp size={14} />} onClick={onShow}>
      {formatCount(count)} new
    </Button>
  );
}
