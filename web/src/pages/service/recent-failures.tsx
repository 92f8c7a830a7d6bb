import { Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { control } from "../../api/control.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { Ago } from "../../ui/moment.tsx";
import classes from "./service.module.css";

const SHOWN = 8;
const REFRESH_MS = 5_000;

/** The newest traces in which something failed and this service took part. */
export function RecentFailures({ service }: { readonly service: string }) {
  const { data, error } = useQuery({
    queryKey: ["failures", service],
    queryFn: ({ signal }) => control.listTraces({ query: { service, status: "error", limit: SHOWN } }, signal),
    refetchInterval: REFRESH_MS,
  });
  if (!data) return error ? <Text className={classes["none"] ?? ""}>{String(error)}</Text> : <Skeleton height={120} />;
  if (data.traces.length === 0) return <Text className={classes["none"] ?? ""}>Nothing failed in this run.</Text>;
  return (
    <>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Trace</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th className={classes["end"] ?? ""}>Failed spans</Table.Th>
            <Table.Th className={classes["end"] ?? ""}>Duration</Table.Th>
            <Table.Th className={classes["end"] ?? ""}>When</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.traces.map(({ traceId, service: root, name, status, errors, spans, durationMs, startMs }) => (
            <Table.Tr key={traceId}>
              <Table.Td className={classes["name"] ?? ""}>
                <Link to="/traces/$trace" params={{ trace: traceId }} className={classes["link"]}>
                  {root} {name}
                </Link>
              </Table.Td>
              <Table.Td>{status === null ? "" : <StatusBadge status={status} />}</Table.Td>
              <Table.Td className={classes["end"] ?? ""}>
                {errors} of {spans}
              </Table.Td>
              <Table.Td className={classes["end"] ?? ""}>{formatDuration(durationMs)}</Table.Td>
              <Table.Td className={classes["end"] ?? ""}>
                <Ago timeMs={startMs} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Link to="/traces" search={{ service, status: "error" }} className={classes["more"]}>
        All failed traces of {service}
      </Link>
    </>
  );
}
