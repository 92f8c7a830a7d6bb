import { useEffect, useMemo, useRef } from "react";
import { foundParts } from "./found-parts.ts";

interface FoundProps {
  readonly text: string;
  /** In lower case; "" marks nothing. */
  readonly find: string;
  /** Which of the hits to bring into sight. */
  readonly at?: number;
}

/** A text with what was looked for marked. */
export function Found({ text, find, at }: FoundProps) {
  const { parts } = useMemo(() => foundParts(text, find), [text, find]);
  const current = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time another hit is meant
  useEffect(() => {
    // In some browsers it gives a promise, which React would take for a clean-up.
    current.current?.scrollIntoView({ block: "center" });
  }, [at, find]);
  if (find === "") return text;
  return parts.map(({ text: part, hit }, index) =>
    hit === undefined ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other name
      <mark key={index} ref={hit === at ? current : undefined} data-current={hit === at || undefined}>
        {part}
      </mark>
    ),
  );
}
