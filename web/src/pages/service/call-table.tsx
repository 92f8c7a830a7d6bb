import { Table, Text } from "@mantine/core";
import { useFleet } from "../../api/fleet-store.ts";
import type { MapEdge } from "../../api/types.ts";
import { ServiceName } from "../../ui/service-name.tsx";
import { useSteadyOrder } from "../../ui/use-steady-order.ts";
import { RedCells, RedHeads } from "./red-cells.tsx";
import classes from "./service.module.css";

interface CallTableProps {
  /** Whose calls they are. */
  readonly service: string;
  readonly edges: readonly MapEdge[];
  readonly side: "caller" | "callee";
  readonly empty: string;
}

/** Who calls a service, or whom it calls, the busiest first as it was when they were shown first. */
export function CallTable({ service, edges, side, empty }: CallTableProps) {
  const { instancesOf } = useFleet();
  const nameOf = ({ caller, callee }: MapEdge) => (side === "caller" ? caller : callee);
  const sorted = useSteadyOrder(
    service,
    edges,
    nameOf,
    (left, right) => right.requestsPerSecond - left.requestsPerSecond,
  );
  if (edges.length === 0) return <Text className={classes["none"] ?? ""}>{empty}</Text>;
  return (
    <Table highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{side === "caller" ? "Caller" : "Callee"}</Table.Th>
          <RedHeads />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sorted.map(({ caller, callee, ...red }) => {
          const name = side === "caller" ? caller : callee;
          return (
            <Table.Tr key={name}>
              <Table.Td className={classes["name"] ?? ""}>
                {name === "" ? (
                  <span className={classes["unknown"]}>unknown callers</span>
                ) : (
                  <ServiceName service={name} plain={!instancesOf.has(name)} />
                )}
              </Table.Td>
              <RedCells {...red} />
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
