import { ActionIcon, Button, CopyButton, Group, Menu } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconDownload, IconPlayerPlay, IconTerminal2 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { toCurl } from "../../../../packages/shoal/src/telemetry/curl.ts";
import { useFleet } from "../../api/fleet-store.ts";
import type { ExchangeDetail } from "../../api/types.ts";
import { reachableUrl } from "../../ui/exchange-address.ts";
import { toFetch } from "../../ui/exchange-fetch.ts";
import classes from "./traffic.module.css";
import { useHar } from "./use-har.ts";

/** What can be done with a recorded exchange. */
export function ExchangePanelActions({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { exportHar } = useHar();
  const navigate = useNavigate();
  return (
    <Group gap="xs" mb="xs">
      <Copies exchange={exchange} />
      <Button variant="default" leftSection={<IconDownload size={14} />} onClick={() => void exportHar([exchange.id])}>
        HAR
      </Button>
      {!exchange.external && (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={14} />}
          onClick={() => void navigate({ to: "/explorer", search: { exchange: exchange.id } })}
        >
          Open in Explorer
        </Button>
      )}
    </Group>
  );
}

/** As what others understand: curl at once, the rest in a menu. */
function Copies({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { instances } = useFleet();
  const reachable = { ...exchange, url: reachableUrl(exchange.url, instances) };
  const { copy } = useClipboard();
  const copied = (what: string, text: string) => () => {
    copy(text);
    notifications.show({ color: "teal", message: `${what} copied`, autoClose: 1_500 });
  };
  return (
    <Group gap={0} wrap="nowrap">
      <CopyButton value={toCurl(reachable)} timeout={1_500}>
        {({ copied: isCopied, copy: copyCurl }) => (
          <Button
            variant="default"
            leftSection={<IconTerminal2 size={14} />}
            onClick={copyCurl}
            miw={118}
            className={classes["splitMain"] ?? ""}
          >
            {isCopied ? "Copied" : "Copy as curl"}
          </Button>
        )}
      </CopyButton>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            aria-label="Other ways to copy"
            className={classes["splitMore"] ?? ""}
          >
            <IconChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={copied("JavaScript", toFetch(reachable))}>Copy as fetch (JavaScript)</Menu.Item>
          <Menu.Item onClick={copied("URL", reachable.url)}>Copy the URL</Menu.Item>
          <Menu.Item onClick={copied("Id", exchange.id)}>Copy the id, for shoal traffic --show</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
