import { Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { InstanceStatus } from "../../api/types.ts";
import { StateBadge } from "../../ui/badges.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Uptime } from "../../ui/uptime.tsx";
import classes from "./service.module.css";

const HEADS = ["Instance", "State", "Address", "Zone", "Release", "Realm"] as const;
const END_HEADS = ["PID", "Restarts", "Up"] as const;

interface InstanceTableProps {
  readonly instances: readonly InstanceStatus[];
  /** By instance, as their lines in the charts below. */
  readonly colors: ReadonlyMap<string, string>;
}

/** Each instance with where it is and how it does. */
export function InstanceTable({ instances, colors }: InstanceTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={900}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Instances" } }}
    >
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {HEADS.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
            {END_HEADS.map((head) => (
              <Table.Th key={head} className={classes["end"] ?? ""}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {instances.map((instance) => (
            <InstanceRow
              key={instance.instance}
              {...instance}
              color={colors.get(instance.instance) ?? "currentColor"}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function InstanceRow({
  instance,
  state,
  address,
  zone,
  release,
  realm,
  pid,
  restarts,
  sinceMs,
  reason,
  color,
}: InstanceStatus & { readonly color: string }) {
  return (
    <Table.Tr>
      <Table.Td className={classes["name"] ?? ""}>
        <span className={classes["instanceDot"]} style={{ background: color }} aria-hidden />
        <Link to="/logs" search={{ instance }} className={classes["link"]} title={`Logs of ${instance}`}>
          {instance}
        </Link>
        {reason !== null && <span className={classes["reason"]}>{reason}</span>}
      </Table.Td>
      <Table.Td>
        <StateBadge state={state} />
      </Table.Td>
      <Table.Td className={classes["mono"] ?? ""}>
        {address === null ? (
          "–"
        ) : (
          <span className={classes["address"]}>
            {address}
            <CopyButton value={address} label={`Copy the address of ${instance}`} />
          </span>
        )}
      </Table.Td>
      <Table.Td>{zone || "–"}</Table.Td>
      <Table.Td>{release || "–"}</Table.Td>
      <Table.Td>{realm || "–"}</Table.Td>
      <Table.Td className={classes["end"] ?? ""}>{pid ?? "–"}</Table.Td>
      <Table.Td className={classes["end"] ?? ""}>{restarts}</Table.Td>
      <Table.Td className={classes["end"] ?? ""}>{state === "ready" ? <Uptime sinceMs={sinceMs} /> : "–"}</Table.Td>
    </Table.Tr>
  );
}
