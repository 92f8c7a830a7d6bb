import { ActionIcon, AppShell, Badge, Group, Kbd, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconKeyboard, IconSearch } from "@tabler/icons-react";
import { useFleet } from "../api/fleet-store.ts";
import { FleetWarnings } from "./fleet-warnings.tsx";
import { LiveState } from "./live-state.tsx";
import classes from "./shell.module.css";
import { ThemeMenu } from "./theme-menu.tsx";

interface HeaderProps {
  readonly onPalette: () => void;
  readonly onShortcuts: () => void;
}

/** Which fleet this is, how it is doing, and the way to everything else. */
export function Header({ onPalette, onShortcuts }: HeaderProps) {
  return (
    <AppShell.Header px="md" className={classes["header"] ?? ""}>
      <div className={classes["headerRow"]}>
        <FleetTitle />
        <UnstyledButton className={classes["go"] ?? ""} onClick={onPalette} aria-keyshortcuts="Control+K">
          <IconSearch size={14} aria-hidden />
          <span className={classes["goText"]}>Go to a service, operation or trace</span>
          <Kbd size="xs">Ctrl K</Kbd>
        </UnstyledButton>
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <FleetWarnings />
          <LiveState />
          <Tooltip label="Keyboard shortcuts (?)">
            <ActionIcon aria-label="Keyboard shortcuts" onClick={onShortcuts} aria-keyshortcuts="?">
              <IconKeyboard size={17} />
            </ActionIcon>
          </Tooltip>
          <ThemeMenu />
        </Group>
      </div>
    </AppShell.Header>
  );
}

function FleetTitle() {
  const { status } = useFleet();
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <img src="/icon.svg" alt="" width={22} height={22} />
      <Text fw={600} truncate maw={220}>
        {status?.fleet || "Shoal"}
      </Text>
      {status && (
        <Tooltip label="The realm: an isolated environment of the fleet">
          <Badge color="gray" className={classes["realm"] ?? ""}>
            {status.realm}
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}
