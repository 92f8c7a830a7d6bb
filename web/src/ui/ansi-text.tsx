import { useMemo } from "react";
import { parseAnsi } from "./ansi.ts";
import classes from "./ansi-text.module.css";
import { markWords } from "./log-words.ts";

interface AnsiTextProps {
  /** Of anybody: shown as text, with its colours. */
  readonly text: string;
  /** Words to mark, in lower case. */
  readonly words: readonly string[];
}

/** A text with the colours of its escape codes; words that were searched for stand out. */
export function AnsiText({ text, words }: AnsiTextProps) {
  const parts = useMemo(() => markWords(parseAnsi(text), words), [text, words]);
  return (
    <span className={classes["line"]}>
      {parts.map((part, at) => {
        const looks = part.classes.map((name) => classes[name]).join(" ");
        // The parts of a text have no other name, and are made anew with it.
        const key = at;
        if (part.marked) {
          return (
            <mark key={key} className={`${classes["mark"]} ${looks}`}>
              {part.text}
            </mark>
          );
        }
        return looks === "" ? (
          part.text
        ) : (
          <span key={key} className={looks}>
            {part.text}
          </span>
        );
      })}
    </span>
  );
}
