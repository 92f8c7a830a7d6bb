import { ActionIcon, Tooltip } from "@mantine/core";

interface ToolProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
}

/** A button that is an icon. */
export function Tool({ label, icon, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} size="sm" onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
