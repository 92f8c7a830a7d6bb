import { Table, Title } from "@mantine/core";
import type { ResilienceService } from "../../api/types.ts";
import { formatCount, formatRate } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { Fact } from "./edge-facts.tsx";
import classes from "./resilience.module.css";
import { reasonWords } from "./resilience-words.ts";

/** How the callee protects itself: what it takes on, and whom it turns away. */
export function AdmissionPart({ service }: { readonly service: ResilienceService }) {
  const { reporters, limit, limitMax, inFlight, waiting, waitersMax, queueDelayMs, stressed, shed } = service;
  return (
    <section aria-label={`What ${service.service} takes on`}>
      <Title order={3} className={classes["partTitle"] ?? ""}>
        What {service.service} takes on
      </Title>
      {reporters === 0 ? (
        <p className={classes["note"]}>None of its processes has reported in the last 30 s.</p>
      ) : (
        <dl className={classes["facts"]}>
          <Fact name="In progress, limit">
            {inFlight} of {Math.round(limit)}
            {limit < limitMax && <span className={classes["quiet"]}> adapted, at most {formatCount(limitMax)}</span>}
          </Fact>
          <Fact name="Waiting">
            {waiting} of {waitersMax}
          </Fact>
          <Fact name="Queue delay">{formatDuration(queueDelayMs)}</Fact>
          <Fact name="Under stress">
            {stressed} of {reporters}
          </Fact>
        </dl>
      )}
      {shed.length > 0 && (
        <Table className={classes["table"] ?? ""}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Turned away</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th className={classes["end"] ?? ""}>Per second</Table.Th>
              <Table.Th className={classes["end"] ?? ""}>In 1 m</Table.Th>
              <Table.Th className={classes["end"] ?? ""}>In 10 m</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shed.map(({ criticality, reason, perSecond, lastMinute, tenMinutes }) => (
              <Table.Tr key={criticality + reason}>
                <Table.Td>{criticality}</Table.Td>
                <Table.Td>{reasonWords([reason])}</Table.Td>
                <Table.Td className={classes["end"] ?? ""}>{formatRate(perSecond)}</Table.Td>
                <Table.Td className={classes["end"] ?? ""}>{formatCount(lastMinute)}</Table.Td>
                <Table.Td className={classes["end"] ?? ""}>{formatCount(tenMinutes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
