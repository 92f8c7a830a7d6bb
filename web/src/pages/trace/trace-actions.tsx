import { ActionIcon, Button, Popover, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconDownload, IconFileText } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Trace } from "../../api/types.ts";
import { CopyButton } from "../../ui/copy-button.tsx";

interface TraceActionsProps {
  readonly trace: Trace;
  readonly onCompare: (trace: string) => void;
}

/** What one can do with a trace. */
export function TraceActions({ trace, onCompare }: TraceActionsProps) {
  return (
    <>
      <CopyButton value={trace.traceId} label="Copy the trace's id" />
      <Tooltip label="Download as JSON">
        <ActionIcon aria-label="Download as JSON" onClick={() => download(trace)}>
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
      <Button
        variant="default"
        leftSection={<IconFileText size={14} />}
        renderRoot={(props) => <Link {...props} to="/logs" search={{ trace: trace.traceId, run: trace.run }} />}
      >
        Logs
      </Button>
      <ComparePicker onCompare={onCompare} />
    </>
  );
}

function ComparePicker({ onCompare }: Pick<TraceActionsProps, "onCompare">) {
  const [id, setId] = useState("");
  const isValid = /^[0-9a-f]{8,32}$/.test(id);
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default">Compare…</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isValid) onCompare(id);
          }}
        >
          <Stack gap="xs" w={300}>
            <TextInput
              label="With which trace"
              placeholder="Its id, or 8 digits of it"
              ff="monospace"
              value={id}
              onChange={(event) => setId(event.currentTarget.value.trim().toLowerCase())}
            />
            <Text size="xs" c="var(--shoal-text-quiet)">
              Or select two in the list of traces.
            </Text>
            <Button type="submit" disabled={!isValid}>
              Compare
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function download(trace: Trace): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(trace, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `trace-${trace.traceId}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
