import { Badge, Button, FileButton, Menu, Text, Tooltip } from "@mantine/core";
import {
  IconArrowsDiff,
  IconDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconUpload,
} from "@tabler/icons-react";
import { formatCount } from "../../format/number.ts";
import { NewRowsButton } from "../../ui/new-rows-button.tsx";
import type { useExchanges } from "./use-exchanges.ts";
import { useHar } from "./use-har.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

interface TrafficActionsProps {
  readonly exchanges: ReturnType<typeof useExchanges>;
  readonly onShowNew: () => void;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
  readonly marked: ReadonlySet<string>;
  readonly onUnmark: () => void;
}

const EXPORT_MAX = 1_000;

export function TrafficActions({ exchanges, onShowNew, paused, onPause, marked, onUnmark }: TrafficActionsProps) {
  const { change } = useTrafficSearch();
  const { exportHar, importHar, busy } = useHar();
  const { rows, newRows, isLive, dropped } = exchanges;
  const [first, second] = [...marked];
  const resume = () => {
    onPause(!paused);
    if (paused) exchanges.showNew();
  };
  return (
    <>
      <NewRowsButton count={newRows} onShow={onShowNew} />
      {dropped > 0 && (
        <Tooltip label="They came faster than they can be shown, and are in the history: refresh to see them">
          <Badge color="orange">{formatCount(dropped)} not shown</Badge>
        </Tooltip>
      )}
      {marked.size > 0 && (
        <>
          <Text size="sm" c="var(--shoal-text-quiet)">
            {marked.size} marked
          </Text>
          <Button variant="subtle" onClick={onUnmark}>
            Unmark
          </Button>
          <Button
            variant="default"
            leftSection={<IconArrowsDiff size={14} />}
            disabled={marked.size !== 2}
            title={marked.size === 2 ? "" : "Mark two to compare them"}
            onClick={() => change({ id: first, with: second })}
          >
            Compare
          </Button>
        </>
      )}
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" loading={busy} leftSection={<IconDownload size={14} />}>
            HAR
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={marked.size === 0} onClick={() => void exportHar([...marked])}>
            Export the marked ({marked.size})
          </Menu.Item>
          <Menu.Item
            disabled={rows.length === 0}
            onClick={() => void exportHar(rows.slice(0, EXPORT_MAX).map(({ id }) => id))}
          >
            Export the list ({Math.min(rows.length, EXPORT_MAX)})
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FileButton onChange={(file) => void (file && importHar(file))} accept=".har,.json,application/json">
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconUpload size={14} />}>
            Import
          </Button>
        )}
      </FileButton>
      {isLive ? (
        <Button
          variant={paused ? "filled" : "default"}
          leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          onClick={resume}
          w={96}
        >
          {paused ? "Resume" : "Pause"}
        </Button>
      ) : (
        <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={exchanges.refresh} w={96}>
          Refresh
        </Button>
      )}
    </>
  );
}
