import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconTerminal2 } from "@tabler/icons-react";
import { toCurl } from "../../../../packages/shoal/src/telemetry/curl.ts";
import { useFleet } from "../../api/fleet-store.ts";
import { reachableUrl } from "../../ui/exchange-address.ts";

interface CurlButtonProps {
  /** Throws a text for people while there is something missing. */
  readonly make: () => {
    readonly service: string;
    readonly method: string;
    readonly target: string;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body?: string | null | undefined;
  };
}

/** Copies the request as a command; to an instance's address, for curl knows no services. */
export function CurlButton({ make }: CurlButtonProps) {
  const { instances } = useFleet();
  const { copy, copied } = useClipboard({ timeout: 1_500 });
  const onClick = () => {
    try {
      const { service, method, target, headers = {}, body } = make();
      const text = body ?? "";
      const url = reachableUrl(`http://${service}.service${target}`, instances);
      const bytes = new TextEncoder().encode(text).length;
      const request = {
        headers: Object.entries(headers),
        body: { bytes, truncated: false, encoding: "utf8" as const, text },
      };
      copy(toCurl({ method, url, request }));
    } catch (error) {
      notifications.show({ color: "orange", message: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <Button variant="default" leftSection={<IconTerminal2 size={14} />} onClick={onClick} miw={118}>
      {copied ? "Copied" : "Copy as curl"}
    </Button>
  );
}
