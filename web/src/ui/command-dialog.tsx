import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { useFleet } from "../api/fleet-store.ts";
import type { ServiceGroup } from "../api/service-groups.ts";
import { useServiceGroup } from "../api/use-service-groups.ts";
import { CommandCallers } from "./command-callers.tsx";
import { requestCommand, requestedCommand, watchRequest } from "./command-request.ts";
import { runCommand } from "./run-command.ts";

/** Asks whether a service shall really be stopped or restarted. One for the whole page. */
export function CommandDialog() {
  const request = useSyncExternalStore(watchRequest, requestedCommand);
  const { instancesOf } = useFleet();
  const group = useServiceGroup(request?.service ?? "");
  if (!request) return null;
  const { service, command } = request;
  const count = instancesOf.get(service)?.length ?? 0;
  const close = () => requestCommand(undefined);
  const confirm = () => {
    close();
    void runCommand(service, command);
  };
  return (
    <Modal opened onClose={close} title={`${command === "stop" ? "Stop" : "Restart"} ${service}?`} centered>
      <Stack gap="md">
        <Text size="sm">
          {command === "stop" ? stopWords(count) : restartWords(count)} {count === 1 ? "It finishes" : "Each finishes"}{" "}
          what it has begun first.
        </Text>
        <CommandCallers service={service} />
        {group && <Text size="sm">{groupWords(service, group)}</Text>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button color={command === "stop" ? "red" : "shoal"} onClick={confirm} data-autofocus>
            {command === "stop" ? "Stop" : "Restart"}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** A process can be replaced only as a whole. */
function groupWords(service: string, { services }: ServiceGroup): string {
  const others = services.filter((other) => other !== service);
  return `It shares its process with ${others.join(", ")}: the process is replaced by a new one, and they restart with it.`;
}

function stopWords(count: number): string {
  return count === 1
    ? "Its instance ends, and calls to it fail until it is started again."
    : `Its ${count} instances end, and calls to it fail until it is started again.`;
}

function restartWords(count: number): string {
  return count === 1
    ? "Its instance ends and a new one takes its place."
    : `Its ${count} instances are replaced by new ones.`;
}
