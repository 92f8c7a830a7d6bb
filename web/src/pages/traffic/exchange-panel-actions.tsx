import { Button, CopyButton, Group } from "@mantine/core";
import { IconDownload, IconPlayerPlay, IconTerminal2 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { toCurl } from "../../../../packages/shoal/src/telemetry/curl.ts";
import { useFleet } from "../../api/fleet-store.ts";
import type { ExchangeDetail } from "../../api/types.ts";
import { reachableUrl } from "../../ui/exchange-address.ts";
import { useHar } from "./use-har.ts";

/** What can be done with a recorded exchange. */
export function ExchangePanelActions({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { instances } = useFleet();
  const { exportHar } = useHar();
  const navigate = useNavigate();
  const curl = toCurl({ ...exchange, url: reachableUrl(exchange.url, instances) });
  return (
    <Group gap="xs" mb="xs">
      <CopyButton value={curl} timeout={1_500}>
        {({ copied, copy }) => (
          <Button variant="default" leftSection={<IconTerminal2 size={14} />} onClick={copy} miw={118}>
            {copied ? "Copied" : "Copy as curl"}
          </Button>
        )}
      </CopyButton>
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
