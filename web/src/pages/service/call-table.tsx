import { Table, Text } from "@mantine/core";
import { useFleet } from "../../api/fleet-store.ts";
import type { MapEdge } from "../../api/types.ts";
import { ServiceName } from "../../ui/service-name.tsx";
import { RedCells, RedHeads } from "./red-cells.tsx";
import classes from "./service.module.css";

interface CallTableProps {
  readonly edges: readonly MapEdge[];
  readonly side: "caller" | "callee";
  readonly empty: string;
}

/** Who calls a service, or whom it calls, the busiest first. */
export function CallTable({ edges, side, empty }: CallTableProps) {
  const { instancesOf } = useFleet();
  if (edges.length === 0) return <Text className={classes["none"] ?? ""}>{empty}</Text>;
  const sorted = edges.toSorted((left, right) => right.requestsPerSecond - left.requestsPerSecond);
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
                  <span className={classes["quiet"]}>did not say who they are</span>
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
