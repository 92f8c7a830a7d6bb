import {
  ActionIcon,
  AppShell,
  Badge,
  Group,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { useFleet } from "../api/fleet-store.ts";
import { useLiveState } from "../api/use-live.ts";
import classes from "./shell.module.css";

const LIVE_WORDS = { connecting: "Connecting…", live: "Live", lost: "Connection lost; trying again…" } as const;
const LIVE_COLORS = { connecting: "gray", live: "teal", lost: "red" } as const;

export function Header() {
  const { status } = useFleet();
  const live = useLiveState();
  return (
    <AppShell.Header px="md" className={classes["header"] ?? ""}>
      <Group h="100%" justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <img src="/icon.svg" alt="" width={22} height={22} />
          <Text fw={600}>{status?.fleet || "Shoal"}</Text>
          {status && <Badge color="gray">{status.realm}</Badge>}
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Badge color={LIVE_COLORS[live]} variant="dot" role="status">
            {LIVE_WORDS[live]}
          </Badge>
          <ThemeToggle />
        </Group>
      </Group>
    </AppShell.Header>
  );
}

function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <Tooltip label={`Switch to the ${other} theme`}>
      <ActionIcon aria-label={`Switch to the ${other} theme`} onClick={() => setColorScheme(other)}>
        {scheme === "dark" ? <IconSun size={17} /> : <IconMoon size={17} />}
      </ActionIcon>
    </Tooltip>
  );
}
