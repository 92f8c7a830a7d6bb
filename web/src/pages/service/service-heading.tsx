import { Group } from "@mantine/core";
import { useFleet } from "../../api/fleet-store.ts";
import { causeOf, worstState } from "../../api/service-trouble.ts";
import { StateBadge } from "../../ui/badges.tsx";
import { CommandMenu } from "../../ui/command-menu.tsx";
import { FaultMark } from "../../ui/fault-mark.tsx";
import { GroupMark } from "../../ui/group-mark.tsx";
import { ProtectionMark } from "../../ui/protection-mark.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { TroubleLink } from "../../ui/trouble-link.tsx";
import classes from "./service.module.css";

/** The name of a service, how it is, and what can be done about it. */
export function ServiceHeading({ service }: { readonly service: string }) {
  const { services, instancesOf } = useFleet();
  const status = services.find((one) => one.service === service);
  const instances = instancesOf.get(service) ?? [];
  return (
    <Group gap={10} wrap="nowrap">
      <ServiceName service={service} plain />
      {status && (
        <>
          <StateBadge state={worstState(instances)} />
          <span className={classes["ready"]}>
            {status.ready} of {status.instances} ready
          </span>
          <TroubleLink cause={causeOf(status, instances)} />
          <FaultMark service={service} />
          <ProtectionMark service={service} />
          <GroupMark service={service} />
          <CommandMenu service={service} instances={instances} />
        </>
      )}
    </Group>
  );
}
