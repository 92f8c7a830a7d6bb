import { Group, Table, Text, Tooltip } from "@mantine/core";
import { IconArrowsExchange, IconBinaryTree, IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { OperationStatus } from "../../api/types.ts";
import { RedCells, RedHeads } from "./red-cells.tsx";
import classes from "./service.module.css";

interface OperationTableProps {
  readonly service: string;
  readonly operations: readonly OperationStatus[];
}

/** What a service offers, by its contract and by what was asked of it. */
export function OperationTable({ service, operations }: OperationTableProps) {
  if (operations.length === 0) {
    return <Text className={classes["none"] ?? ""}>It has no contract, and nobody has asked it for anything yet.</Text>;
  }
  return (
    <Table highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Operation</Table.Th>
          <Table.Th>Request</Table.Th>
          <RedHeads />
          <Table.Th className={classes["end"] ?? ""}>Look at</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {operations.map(({ operation, method, path, summary, ...red }) => (
          <Table.Tr key={operation}>
            <Table.Td className={classes["name"] ?? ""}>
              <Link
                to="/explorer"
                search={{ service, operation }}
                className={classes["link"]}
                title={summary || operation}
              >
                {operation}
              </Link>
              {summary !== "" && <span className={classes["quiet"]}>{summary}</span>}
            </Table.Td>
            <Table.Td className={classes["mono"] ?? ""}>{method === "" ? "" : `${method} ${path}`}</Table.Td>
            <RedCells {...red} />
            <Table.Td>
              <OperationLinks service={service} operation={operation} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function OperationLinks({ service, operation }: { readonly service: string; readonly operation: string }) {
  return (
    <Group gap={2} justify="flex-end" wrap="nowrap">
      <Tooltip label="Call it in the Explorer">
        <Link
          to="/explorer"
          search={{ service, operation }}
          aria-label={`Call ${operation}`}
          className={classes["icon"]}
        >
          <IconPlayerPlay size={15} />
        </Link>
      </Tooltip>
      <Tooltip label="Its traces">
        <Link
          to="/traces"
          search={{ service, operation }}
          aria-label={`Traces of ${operation}`}
          className={classes["icon"]}
        >
          <IconBinaryTree size={15} />
        </Link>
      </Tooltip>
      <Tooltip label="Its traffic">
        <Link
          to="/traffic"
          search={{ service, q: operation }}
          aria-label={`Traffic of ${operation}`}
          className={classes["icon"]}
        >
          <IconArrowsExchange size={15} />
        </Link>
      </Tooltip>
    </Group>
  );
}
