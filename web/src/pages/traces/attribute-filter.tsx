import { Autocomplete, Pill } from "@mantine/core";
import { useState } from "react";
import { attributesOf } from "./traces-query.ts";
import type { TracesPatch, TracesSearch } from "./use-traces-search.ts";

const SUGGESTIONS_MAX = 100;

interface AttributeFilterProps {
  /** Known names of attributes. */
  readonly keys: readonly string[];
  readonly search: TracesSearch;
  readonly change: (patch: TracesPatch) => void;
}

/** Attributes that some span of the trace must have: "key=value" and Enter adds one. */
export function AttributeFilter({ keys, search, change }: AttributeFilterProps) {
  const [typed, setTyped] = useState("");
  const given = attributesOf(search);
  const set = (attributes: readonly string[]) => change({ attribute: attributes.join("\n") || undefined });
  const add = () => {
    const attribute = typed.trim();
    if (!/^[^=]+=./.test(attribute)) return;
    set([...new Set([...given, attribute])]);
    setTyped("");
  };
  return (
    <>
      <Autocomplete
        size="xs"
        aria-label="Attribute, as key=value"
        placeholder="attribute=value"
        flex="1.2 1 120px"
        maw={240}
        limit={SUGGESTIONS_MAX}
        data={typed.includes("=") ? [] : keys.map((key) => `${key}=`)}
        value={typed}
        onChange={setTyped}
        onKeyDown={(event) => event.key === "Enter" && add()}
        comboboxProps={{ shadow: "md", width: 260, position: "bottom-start" }}
      />
      {given.map((attribute) => (
        <Pill
          key={attribute}
          withRemoveButton
          removeButtonProps={{ "aria-label": `Without ${attribute}`, tabIndex: 0, "aria-hidden": false }}
          onRemove={() => set(given.filter((one) => one !== attribute))}
        >
          {attribute}
        </Pill>
      ))}
    </>
  );
}
