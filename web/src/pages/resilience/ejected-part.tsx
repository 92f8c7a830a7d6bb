import { Table, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ResilienceEdge } from "../../api/types.ts";
import { useEachSecond } from "../../ui/moment.tsx";
import { Uptime } from "../../ui/uptime.tsx";
import classes from "./resilience.module.css";
import { probeWords, reasonWords } from "./resilience-words.ts";

/** Instances that get no requests: why, since when, and when they are tried again. */
export function EjectedPart({ edge }: { readonly edge: ResilienceEdge }) {
  return (
    <section aria-label="Ejected instances">
      <Title order={3} className={classes["partTitle"] ?? ""}>
        Ejected instances
      </Title>
      <Table className={classes["table"] ?? ""}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Instance</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th>For</Table.Th>
            <Table.Th>Next try</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {edge.ejected.map(({ instance, reasons, seenBy, sinceMs, probeAtMs }) => (
            <Table.Tr key={instance}>
              <Table.Td>
                <Link to="/logs" search={{ service: edge.callee, instance }} className={classes["mono"]}>
                  {instance}
                </Link>
              </Table.Td>
              <Table.Td>{reasonWords(reasons)}</Table.Td>
              <Table.Td>
                {seenBy} of {edge.reporters}
              </Table.Td>
              <Table.Td>
                <Uptime sinceMs={sinceMs} />
              </Table.Td>
              <Table.Td>
                <NextTry probeAtMs={probeAtMs} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function NextTry({ probeAtMs }: { readonly probeAtMs: number }) {
  return useEachSecond((nowMs) => probeWords(probeAtMs, nowMs));
}
