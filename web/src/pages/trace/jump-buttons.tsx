import { Button, Tooltip } from "@mantine/core";
import type { SpanJumps } from "./span-jumps.ts";

/** The kinds of spans that one can jump to. */
export type JumpKind = keyof SpanJumps;

export interface JumpButtonsProps {
  readonly jumps: SpanJumps;
  readonly selected: string | undefined;
  /** The selected span, when a jump to where the time went led there. */
  readonly slowAt: string | undefined;
  readonly onJump: (kind: JumpKind, by: 1 | -1) => void;
}

/** Go to the next failed span, or to where the time went. */
export function JumpButtons({ jumps, selected, slowAt, onJump }: JumpButtonsProps) {
  return (
    <Button.Group>
      {jumps.failed.length > 0 && (
        <Jump
          label="Next failed"
          hint="The next span that failed (n; N for the one before)"
          place={placeOf(jumps.failed, selected)}
          onClick={() => onJump("failed", 1)}
        />
      )}
      <Jump
        label="Slowest"
        hint="The span that worked longest itself, then the next (w; W for the one before)"
        place={placeOf(jumps.slowest, slowAt)}
        onClick={() => onJump("slowest", 1)}
      />
    </Button.Group>
  );
}

interface JumpProps {
  readonly label: string;
  readonly hint: string;
  /** "2/5" when the selected span is one of them. */
  readonly place: string;
  readonly onClick: () => void;
}

function Jump({ label, hint, place, onClick }: JumpProps) {
  return (
    <Tooltip label={hint}>
      <Button variant="default" size="compact-xs" h={26} onClick={onClick}>
        {label}
        {place}
      </Button>
    </Tooltip>
  );
}

function placeOf(ids: readonly string[], selected: string | undefined): string {
  const at = selected === undefined ? -1 : ids.indexOf(selected);
  return at < 0 ? "" : ` ${at + 1}/${ids.length}`;
}
