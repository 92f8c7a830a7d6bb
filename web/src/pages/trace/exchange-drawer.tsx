import { Drawer, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";
import type { ExchangeDetail } from "../../api/types.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { BodyView } from "../../ui/body-view.tsx";
import { headerOf } from "../../ui/body-view-kind.ts";
import { HeaderList } from "../../ui/header-list.tsx";
import { ErrorMessage } from "../../ui/message.tsx";

interface ExchangeDrawerProps {
  /** Undefined: closed. */
  readonly id: string | undefined;
  readonly onClose: () => void;
}

/** A request and its reply with headers and bodies. */
export function ExchangeDrawer({ id, onClose }: ExchangeDrawerProps) {
  const { data, error } = useQuery({
    queryKey: ["exchange", id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => control.getExchange({ params: { exchange: id ?? "" } }, signal),
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="min(720px, 80vw)"
      title="Exchange"
      closeButtonProps={{ "aria-label": "Close the exchange" }}
    >
      {error ? <ErrorMessage error={error} /> : data ? <Detail exchange={data} /> : <Skeleton height={360} />}
    </Drawer>
  );
}

function Detail({ exchange }: { readonly exchange: ExchangeDetail }) {
  return (
    <Stack gap="md">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <StatusBadge status={exchange.status} />
        <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {exchange.method} {exchange.url}
        </Text>
      </Group>
      {exchange.reply ? (
        <MessagePart message={exchange.reply} name="Reply" />
      ) : (
        <Text size="sm">There was no reply. {exchange.error}</Text>
      )}
      <MessagePart message={exchange.request} name="Request" />
    </Stack>
  );
}

function MessagePart({ message, name }: { readonly message: ExchangeDetail["request"]; readonly name: string }) {
  return (
    <Stack gap="xs">
      <Title order={3}>{name}</Title>
      <BodyView body={message.body} contentType={headerOf(message.headers, "content-type")} label={`${name} body`} />
      <HeaderList headers={message.headers} label={`${name} headers`} />
    </Stack>
  );
}
