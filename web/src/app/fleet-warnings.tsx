import { Button, Popover, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useFleet } from "../api/fleet-store.ts";
import { fleetTroubles } from "./fleet-troubles.ts";

/** What the control plane warns of and what it dropped; nothing while all is well. */
export function FleetWarnings() {
  const { status } = useFleet();
  const troubles = status ? fleetTroubles(status) : [];
  if (troubles.length === 0) return null;
  const label = troubles.length === 1 ? "1 warning" : `${troubles.length} warnings`;
  return (
    <Popover width={360} position="bottom-end" shadow="md" withArrow>
      <Popover.Target>
        <Button variant="light" color="orange" size="compact-xs" leftSection={<IconAlertTriangle size={14} />}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {troubles.map(({ title, text }) => (
            <div key={text}>
              <Text size="sm" fw={600}>
                {title}
              </Text>
              <Text size="sm" c="var(--shoal-text-quiet)" style={{ overflowWrap: "anywhere" }}>
                {text}
              </Text>
            </div>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
