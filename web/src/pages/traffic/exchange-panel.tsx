import { Button, CloseButton, Group, Skeleton, Stack, Tabs, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import type { ExchangeDetail } from "../../api/types.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { BodyView } from "../../ui/body-view.tsx";
import { headerOf } from "../../ui/body-view-kind.ts";
import { Note } from "../../ui/exchange-note.tsx";
import { HeaderList } from "../../ui/header-list.tsx";
import { ErrorMessage } from "../../ui/message.tsx";
import { Attempts } from "./exchange-attempts.tsx";
import { ExchangeFacts } from "./exchange-facts.tsx";
import { ExchangePanelActions } from "./exchange-panel-actions.tsx";
import { Parties } from "./exchange-rows.tsx";
import { Resend } from "./resend.tsx";
import classes from "./traffic.module.css";
import { useExchange } from "./use-exchange.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** All that was recorded of one exchange, beside the list. */
export function ExchangePanel({ id }: { readonly id: string }) {
  const { change } = useTrafficSearch();
  const { data, error, refetch } = useExchange(id);
  const close = () => change({ id: undefined, with: undefined, tab: undefined });
  useHotkeys([["Escape", close]]);
  return (
    <aside className={classes["panel"]} aria-label="Exchange">
      {data ? (
        <Detail key={data.id} exchange={data} onClose={close} />
      ) : (
        <div className={classes["panelBody"]}>
          <Group justify="flex-end">
            <CloseButton onClick={close} aria-label="Close the exchange" />
          </Group>
          {error ? (
            <ErrorMessage error={error}>
              <Button onClick={() => void refetch()}>Try again</Button>
            </ErrorMessage>
          ) : (
            <PanelLoading />
          )}
        </div>
      )}
    </aside>
  );
}

function Detail({ exchange, onClose }: { readonly exchange: ExchangeDetail; readonly onClose: () => void }) {
  const { search, change } = useTrafficSearch();
  return (
    <Tabs
      value={search.tab ?? "reply"}
      onChange={(tab) => change({ tab: tab === "reply" ? undefined : (tab ?? undefined) }, true)}
      keepMounted={false}
      className={classes["tabs"] ?? ""}
    >
      <div className={classes["panelHead"]}>
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap" miw={0}>
            <StatusBadge status={exchange.status} />
            <Title order={2} className={classes["panelTitle"] ?? ""}>
              {exchange.operation || exchange.method}
            </Title>
          </Group>
          <CloseButton onClick={onClose} aria-label="Close the exchange" />
        </Group>
        <div className={classes["panelParties"]}>
          <Parties exchange={exchange} />
        </div>
        <div className={classes["url"]}>
          {exchange.method} {exchange.url}
        </div>
        <ExchangePanelActions exchange={exchange} />
        <ExchangeFacts exchange={exchange} />
        <Tabs.List mt="xs">
          <Tabs.Tab value="reply">Reply</Tabs.Tab>
          <Tabs.Tab value="request">Request</Tabs.Tab>
          <Tabs.Tab value="timing">Timing</Tabs.Tab>
          <Tabs.Tab value="again">Send again</Tabs.Tab>
        </Tabs.List>
      </div>
      <div className={classes["panelBody"]}>
        <Tabs.Panel value="reply">
          {exchange.reply ? (
            <MessageView message={exchange.reply} name="Reply" />
          ) : (
            <Note kind="bad">There was no reply. {errorWords(exchange.error)}</Note>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="request">
          <QueryParameters url={exchange.url} />
          <MessageView message={exchange.request} name="Request" />
        </Tabs.Panel>
        <Tabs.Panel value="timing">
          <Attempts exchange={exchange} />
        </Tabs.Panel>
        <Tabs.Panel value="again">
          <Resend exchange={exchange} />
        </Tabs.Panel>
      </div>
    </Tabs>
  );
}

/** The query by its names, decoded: it is hard to read in an address. */
function QueryParameters({ url }: { readonly url: string }) {
  const query = [...(URL.parse(url)?.searchParams ?? [])];
  if (query.length === 0) return null;
  return (
    <Stack gap="xs" mb="md">
      <Title order={3}>Query</Title>
      <HeaderList headers={query} label="Query parameters" />
    </Stack>
  );
}

/** "CODE: [CODE] what happened" says the code twice. */
function errorWords(error: string): string {
  return error.replace(/^(\w+): \[\1\] /, "$1: ");
}

function MessageView({ message, name }: { readonly message: ExchangeDetail["request"]; readonly name: string }) {
  return (
    <Stack gap="xs">
      <Title order={3}>Body</Title>
      <BodyView body={message.body} contentType={headerOf(message.headers, "content-type")} label={`${name} body`} />
      <Title order={3} mt="sm">
        Headers
      </Title>
      <HeaderList headers={message.headers} label={`${name} headers`} />
    </Stack>
  );
}

function PanelLoading() {
  return (
    <Stack gap="sm" role="status" aria-busy="true" aria-label="Loading the exchange">
      <Skeleton height={20} width="60%" />
      <Skeleton height={14} />
      <Skeleton height={240} />
    </Stack>
  );
}
