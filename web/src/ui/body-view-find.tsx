import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import classes from "./body-view.module.css";
import { HITS_MAX } from "./found-parts.ts";

interface BodyFindProps {
  /** Of the body, such as "Reply body". */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** How many places there are to go to; undefined where only they are shown. */
  readonly hits: number | undefined;
  readonly at: number;
  readonly onGo: (at: number) => void;
}

/** Looks for a text in a body: Enter goes to the next place, Shift+Enter to the one before, Escape ends it. */
export function BodyFind({ label, value, onChange, hits, at, onGo }: BodyFindProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && value !== "") {
      // Otherwise it closes the panel too.
      event.stopPropagation();
      event.nativeEvent.stopImmediatePropagation();
      onChange("");
    }
    if (event.key !== "Enter" || !hits) return;
    event.preventDefault();
    onGo((at + (event.shiftKey ? -1 : 1) + hits) % hits);
  };
  return (
    <TextInput
      w={value === "" ? 110 : 170}
      aria-label={`Find in ${label.toLowerCase()}`}
      placeholder="Find"
      leftSection={<IconSearch size={13} />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      rightSectionWidth={value === "" ? 0 : hits === undefined ? 28 : 74}
      rightSection={
        value !== "" && (
          <span className={classes["hits"]}>
            {hits !== undefined && (
              <span role="status">{hits === 0 ? "none" : `${at + 1}/${hits >= HITS_MAX ? `${HITS_MAX}+` : hits}`}</span>
            )}
            <CloseButton size="xs" aria-label="End the search" onClick={() => onChange("")} />
          </span>
        )
      }
    />
  );
}
