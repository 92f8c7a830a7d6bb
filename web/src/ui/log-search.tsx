import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

/** As long as somebody types, nothing is asked for. */
const TYPING_MS = 250;

interface LogSearchProps {
  readonly value: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}

/** Words to look for; they are asked for when the typing pauses. */
export function LogSearch({ value = "", onChange }: LogSearchProps) {
  const [typed, setTyped] = useState(value);
  const latest = useRef({ value, onChange });
  latest.current = { value, onChange };
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== latest.current.value) latest.current.onChange(typed.trim() || undefined);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextInput
      type="search"
      data-search
      aria-label="Search the lines"
      placeholder='Words, "a phrase", -without'
      leftSection={<IconSearch size={14} />}
      style={{ flex: "3 1 180px" }}
      maxLength={1_000}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChange(typed.trim() || undefined);
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
