import { Menu } from "@mantine/core";
import { IconBolt, IconDots, IconPlayerPlay, IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { memo, useState } from "react";
import type { InstanceStatus } from "../api/types.ts";
import { requestCommand } from "./command-request.ts";
import { requestFault } from "./fault-request.ts";
import { RowButton } from "./row-button.tsx";
import { runCommand } from "./run-command.ts";

interface CommandMenuProps {
  readonly service: string;
  readonly instances: readonly InstanceStatus[];
}

/** Start, stop and restart of a service, and faults in calls to it. The menu's items exist only while it is open: tables have hundreds. */
export const CommandMenu = memo(function CommandMenu({ service, instances }: CommandMenuProps) {
  const [opened, setOpened] = useState(false);
  const label = `Start, stop or restart ${service}`;
  const target = (
    <RowButton
      aria-label={label}
      aria-haspopup="menu"
      onClick={(event) => {
        event.stopPropagation();
        setOpened(true);
      }}
    >
      <IconDots size={15} />
    </RowButton>
  );
  if (!opened) return target;
  const isStopped = instances.every(({ state }) => state === "stopped");
  const isRunning = instances.some(({ state }) => state !== "stopped");
  return (
    <Menu opened onChange={setOpened} position="bottom-end" shadow="md" withinPortal returnFocus>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
        <Menu.Item
          leftSection={<IconPlayerPlay size={15} />}
          disabled={!isStopped}
          onClick={() => void runCommand(service, "start")}
        >
          Start
        </Menu.Item>
        <Menu.Item
          leftSection={<IconRefresh size={15} />}
          disabled={!isRunning}
          onClick={() => requestCommand({ service, command: "restart" })}
        >
          Restart
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlayerStop size={15} />}
          color="red"
          disabled={!isRunning}
          onClick={() => requestCommand({ service, command: "stop" })}
        >
          Stop
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconBolt size={15} />} onClick={() => requestFault(service)}>
          Inject a fault…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
});
