import { Button, Skeleton, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import { watchRates } from "../../api/rate-history.ts";
import { Code } from "../../ui/code.tsx";
import { Message } from "../../ui/message.tsx";
import { useAtLeast } from "../../ui/use-at-least.ts";
import { VirtualRows } from "../../ui/virtual-rows.tsx";
import { InstanceCells } from "./instance-cells.tsx";
import { ServiceCells } from "./service-cells.tsx";
import { orderAfterClick, SORT_COLUMNS } from "./service-order.ts";
import type { Row } from "./service-rows.ts";
import { useServiceRows } from "./use-service-rows.ts";

const ROW_HEIGHT = 36;
const COLUMNS = [
  ["Service", "minmax(190px, 1.2fr)"],
  ["State", "minmax(170px, 1.3fr)"],
  ["Ready", "minmax(52px, 0.3fr)"],
  ["Req/s", "minmax(56px, 0.3fr)"],
  ["Last minute", "minmax(90px, 0.8fr)"],
  ["Errors", "minmax(56px, 0.3fr)"],
  ["p50", "minmax(62px, 0.3fr)"],
  ["p99", "minmax(62px, 0.3fr)"],
  ["Restarts", "minmax(62px, 0.3fr)"],
  ["Up", "minmax(74px, 0.3fr)"],
  ["Actions", "52px"],
] as const;
const NUMBERS = ["Ready", "Req/s", "Errors", "p50", "p99", "Restarts", "Up"];
/** Left out in a narrow window. */
const WIDE_ONLY = new Set<string>(["Last minute", "Restarts"]);
const WIDE_PX = 1_160;
/** Left out when there is less room than that, too. */
const MIDDLE_ONLY = new Set<string>(["Up"]);
const MIDDLE_PX = 1_000;

/** The services with what they did in the last seconds, and below them their instances. */
export function ServicesTable() {
  const { loaded, services } = useFleet();
  const { rows, order, toggle, change } = useServiceRows();
  const navigate = useNavigate();
  const isWide = useAtLeast(WIDE_PX);
  const isNarrow = !useAtLeast(MIDDLE_PX);
  useEffect(watchRates, []);
  const render = useCallback(
    (row: Row) =>
      row.kind === "service" ? (
        <ServiceCells line={row.service} isOpen={row.isOpen} isWide={isWide} isNarrow={isNarrow} onToggle={toggle} />
      ) : (
        <InstanceCells instance={row.instance} isWide={isWide} isNarrow={isNarrow} />
      ),
    [isWide, isNarrow, toggle],
  );
  if (!loaded) return <TableLoading />;
  if (services.length === 0) return <NoServices />;
  if (rows.length === 0) return <NoneFound onClear={() => change({ q: undefined, state: undefined })} />;
  const columns = COLUMNS.filter(
    ([title]) => (isWide || !WIDE_ONLY.has(title)) && !(isNarrow && MIDDLE_ONLY.has(title)),
  );
  const open = (row: Row) => {
    const service = row.kind === "service" ? row.service.status.service : row.instance.service;
    const tab = row.kind === "instance" ? { tab: "instances" } : {};
    void navigate({ to: "/services/$service", params: { service }, search: tab });
  };
  const onRowKey = (event: React.KeyboardEvent, row: Row) => {
    if (row.kind !== "service" || event.target !== event.currentTarget) return;
    if (event.key === "ArrowRight" && !row.isOpen) toggle(row.key);
    if (event.key === "ArrowLeft" && row.isOpen) toggle(row.key);
  };
  return (
    <VirtualRows
      label="Services"
      rows={rows}
      rowKey={keyOf}
      rowHeight={ROW_HEIGHT}
      columns={columns.map(([, width]) => (isWide ? width : narrowest(width))).join(" ")}
      head={columns.map(([title]) => title)}
      endColumns={NUMBERS}
      sort={{
        columns: SORT_COLUMNS,
        ...order,
        onSort: (title) => change({ sort: orderAfterClick(order, title) }),
      }}
      onOpen={open}
      onRowKey={onRowKey}
      render={render}
    />
  );
}

/** Where room is scarce numbers take no more than they need: what is left is for names and states. */
function narrowest(width: string): string {
  return width.replace(/minmax\((\d+px), 0\.3fr\)/, "$1");
}

function keyOf({ key }: Row): string {
  return key;
}

function TableLoading() {
  return (
    <Stack gap={8} p="md" role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same.
        <Skeleton key={index} height={28} />
      ))}
    </Stack>
  );
}

function NoServices() {
  return (
    <Message
      kind="empty"
      title="No services yet"
      hint="Start the fleet, or a service that knows of this control plane:"
    >
      <Code label="On the command line" text="npx shoal up" />
    </Message>
  );
}

function NoneFound({ onClear }: { readonly onClear: () => void }) {
  return (
    <Message kind="empty" title="No service is like that" hint="None passes the search and the filter.">
      <Button variant="default" onClick={onClear}>
        Show all services
      </Button>
    </Message>
  );
}
