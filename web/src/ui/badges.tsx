import { Badge } from "@mantine/core";
import type { InstanceState, LogLevel } from "../api/types.ts";

const STATE_COLORS: Readonly<Record<InstanceState, string>> = {
  starting: "blue",
  ready: "teal",
  unhealthy: "red",
  draining: "blue",
  backoff: "orange",
  "crash-loop": "red",
  failed: "red",
  stopped: "gray",
};

export function StateBadge({ state }: { readonly state: InstanceState }) {
  return <Badge color={STATE_COLORS[state]}>{state}</Badge>;
}

/** An HTTP status; 0 is no reply at all. */
export function StatusBadge({ status }: { readonly status: number }) {
  const color = status === 0 || status >= 500 ? "red" : status >= 400 ? "orange" : status >= 300 ? "blue" : "teal";
  return <Badge color={color}>{status === 0 ? "no reply" : status}</Badge>;
}

const LEVEL_COLORS: Readonly<Record<LogLevel, string>> = {
  trace: "gray",
  debug: "gray",
  info: "blue",
  warn: "orange",
  error: "red",
  fatal: "red",
};

export function LevelBadge({ level }: { readonly level: LogLevel }) {
  return <Badge color={LEVEL_COLORS[level]}>{level}</Badge>;
}
