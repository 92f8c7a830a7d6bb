import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import {
  IconCheck,
  IconCopy,
  IconDownload,
  IconEraser,
  IconPlayerPause,
  IconPlayerPlay,
  IconTextWrap,
} from "@tabler/icons-react";
import { counted, formatCount } from "../../format/number.ts";
import type { LogTail } from "../../ui/log-tail.ts";
import { plainLine } from "../../ui/log-text.ts";

interface LogsActionsProps {
  readonly tail: LogTail;
  readonly wrap: boolean;
  readonly onWrap: () => void;
  /** False for a time that is over. */
  readonly live: boolean;
}

/** What one can do with the lines on the screen. */
export function LogsActions({ tail, wrap, onWrap, live }: LogsActionsProps) {
  const { buffer, following, follow, clear } = tail;
  const { copied, copy } = useClipboard({ timeout: 1_500 });
  const text = () => buffer.lines.map(plainLine).join("\n");
  return (
    <>
      <Text size="sm" c="var(--shoal-text-quiet)" role="status" aria-live={following && live ? "off" : "polite"}>
        {counted(buffer.lines.length, "line")}
        {buffer.dropped > 0 && `, ${formatCount(buffer.dropped)} came too fast to show`}
      </Text>
      {live && (
        <Action
          label={following ? "Stand still" : "Follow new lines"}
          icon={following ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
          onClick={() => follow(!following)}
        />
      )}
      <Action label="Wrap long lines" pressed={wrap} icon={<IconTextWrap size={16} />} onClick={onWrap} />
      <Action
        label={copied ? "Copied" : "Copy these lines"}
        icon={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        onClick={() => copy(text())}
      />
      <Action label="Download these lines" icon={<IconDownload size={16} />} onClick={() => download(text())} />
      <Action label="Clear the screen" icon={<IconEraser size={16} />} onClick={clear} />
    </>
  );
}

interface ActionProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function Action({ label, icon, pressed, onClick }: ActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        variant={pressed ? "light" : "subtle"}
        color={pressed ? "shoal" : "gray"}
        onClick={onClick}
        {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "shoal-logs.txt";
  link.click();
  URL.revokeObjectURL(url);
}
