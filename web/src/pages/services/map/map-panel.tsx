import { ActionIcon, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useFleet } from "../../../api/fleet-store.ts";
import { causeOf, worstState } from "../../../api/service-trouble.ts";
import type { FleetMap, MapEdge } from "../../../api/types.ts";
import { formatRate, formatShare } from "../../../format/number.ts";
import { formatDurationOr } from "../../../format/time.ts";
import { StateBadge } from "../../../ui/badges.tsx";
import { CommandMenu } from "../../../ui/command-menu.tsx";
import { FaultMark } from "../../../ui/fault-mark.tsx";
import { GroupMark } from "../../../ui/group-mark.tsx";
import { ProtectionMark } from "../../../ui/protection-mark.tsx";
import { serviceColor } from "../../../ui/service-color.ts";
import { TroubleLink } from "../../../ui/trouble-link.tsx";
import { useSteadyOrder } from "../../../ui/use-steady-order.ts";
import { nodeTitle } from "./flow-graph.ts";
import classes from "./map-panel.module.css";
import { ERRORS_BAD } from "./visible-graph.ts";

interface MapPanelProps {
  readonly map: FleetMap;
  readonly name: string;
  readonly show: string | undefined;
  readonly onChange: (patch: { readonly focus?: string | undefined; readonly show?: string | undefined }) => void;
}

/** The selected node: how it is, who calls it, whom it calls. */
export function MapPanel({ map, name, show, onChange }: MapPanelProps) {
  const { services, instancesOf } = useFleet();
  const navigate = useNavigate();
  const node = map.nodes.find((one) => one.name === name);
  if (!node) return null;
  const status = services.find(({ service }) => service === name);
  const instances = instancesOf.get(name) ?? [];
  const select = (focus: string) => onChange({ focus });
  return (
    <aside className={classes["panel"]} aria-label={`About ${nodeTitle(node)}`}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" gap={6}>
          <Title order={2} fz={14} style={{ overflowWrap: "anywhere" }}>
            {nodeTitle(node)}
          </Title>
          <Group gap={2} wrap="nowrap">
            {status && <CommandMenu service={name} instances={instances} />}
            <ActionIcon
              size="sm"
              aria-label="Select nothing"
              onClick={() => onChange({ focus: undefined, show: undefined })}
            >
              <IconX size={15} />
            </ActionIcon>
          </Group>
        </Group>
        {status && (
          <>
            <Group gap={6}>
              <StateBadge state={worstState(instances)} />
              <TroubleLink cause={causeOf(status, instances)} />
              <FaultMark service={name} />
              <ProtectionMark service={name} />
              <GroupMark service={name} />
            </Group>
            <Group gap={6}>
              <Button
                variant="default"
                onClick={() => void navigate({ to: "/services/$service", params: { service: name } })}
              >
                Open
              </Button>
              {show !== "focus" && (
                <Button variant="default" onClick={() => onChange({ show: "focus" })}>
                  Only its neighbours
                </Button>
              )}
            </Group>
          </>
        )}
        <Calls
          name={name}
          title="Called by"
          edges={map.edges.filter(({ callee }) => callee === name)}
          side="caller"
          onSelect={select}
        />
        <Calls
          name={name}
          title="Calls"
          edges={map.edges.filter(({ caller }) => caller === name)}
          side="callee"
          onSelect={select}
        />
      </Stack>
    </aside>
  );
}

interface CallsProps {
  /** Of the selected node. */
  readonly name: string;
  readonly title: string;
  readonly edges: readonly MapEdge[];
  readonly side: "caller" | "callee";
  readonly onSelect: (name: string) => void;
}

function Calls({ name, title, edges, side, onSelect }: CallsProps) {
  const sorted = useSteadyOrder(
    name,
    edges,
    (edge) => edge[side],
    (left, right) => right.requestsPerSecond - left.requestsPerSecond,
  );
  if (edges.length === 0) return null;
  return (
    <div>
      <Text size="xs" c="var(--shoal-text-quiet)" fw={500}>
        {title}
      </Text>
      <ul className={classes["calls"]}>
        {sorted.map((edge) => (
          <li key={edge[side]}>
            <button type="button" className={classes["call"]} onClick={() => onSelect(edge[side])}>
              <span>
                <span className={classes["dot"]} style={{ background: serviceColor(edge[side]) }} aria-hidden />
                {nodeTitle({ name: edge[side], kind: "service" })}
              </span>
              <span>{formatRate(edge.requestsPerSecond)}/s</span>
              <span data-bad={edge.errorRatio >= ERRORS_BAD || undefined}>{formatShare(edge.errorRatio)}</span>
              <span>{formatDurationOr(edge.p99Ms)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
