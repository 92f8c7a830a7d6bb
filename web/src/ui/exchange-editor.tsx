import { Group, Select, Text, Textarea, TextInput } from "@mantine/core";
import { type KeyboardEvent, useId } from "react";
import type { RequestDraft } from "./exchange-send.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

interface RequestEditorProps {
  readonly draft: RequestDraft;
  readonly onChange: (draft: RequestDraft) => void;
  /** By Ctrl+Enter. */
  readonly onSend: () => void;
}

/** A request as text: method, path, headers and body. */
export function RequestEditor({ draft, onChange, onSend }: RequestEditorProps) {
  const hint = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSend();
  };
  const isOdd = !METHODS.includes(draft.method);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears keys of the fields within
    <div onKeyDown={onKeyDown}>
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Select
          label="Method"
          w={100}
          allowDeselect={false}
          data={isOdd ? [draft.method, ...METHODS] : METHODS}
          value={draft.method}
          onChange={(method) => onChange({ ...draft, method: method ?? draft.method })}
        />
        <TextInput
          label="Path and query"
          flex={1}
          styles={MONOSPACE}
          value={draft.target}
          onChange={(event) => onChange({ ...draft, target: event.currentTarget.value })}
        />
      </Group>
      <Textarea
        label="Headers"
        placeholder="name: value"
        size="xs"
        mt="xs"
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        styles={MONOSPACE}
        value={draft.headers}
        onChange={(event) => onChange({ ...draft, headers: event.currentTarget.value })}
      />
      <Textarea
        label="Body"
        size="xs"
        mt="xs"
        autosize
        minRows={4}
        maxRows={16}
        spellCheck={false}
        styles={MONOSPACE}
        aria-describedby={hint}
        value={draft.body}
        onChange={(event) => onChange({ ...draft, body: event.currentTarget.value })}
      />
      <Text id={hint} size="xs" c="var(--shoal-text-quiet)" mt={4}>
        Ctrl+Enter sends. Host, length and trace headers are written anew.
      </Text>
    </div>
  );
}

const MONOSPACE = { input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } };
