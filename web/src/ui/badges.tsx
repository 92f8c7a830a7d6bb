import type { InstanceState, LogLevel } from "../api/types.ts";
import { type Meaning, Tag } from "./tag.tsx";

const STATES: Readonly<Record<InstanceState, Meaning>> = {
  starting: "info",
  ready: "ok",
  unhealthy: "bad",
  draining: "info",
  backoff: "warn",
  "crash-loop": "bad",
  failed: "bad",
  stopped: "idle",
};

export function StateBadge({ state }: { readonly state: InstanceState }) {
  return <Tag meaning={STATES[state]}>{state}</Tag>;
}

/** An HTTP status; 0 is no reply at all. */
export function StatusBadge({ status }: { readonly status: number }) {
  const meaning = status === 0 || status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "info" : "ok";
  return <Tag meaning={meaning}>{status === 0 ? "no reply" : status}</Tag>;
}

const LEVELS: Readonly<Record<LogLevel, Meaning>> = {
  trace: "idle",
  debug: "idle",
  info: "info",
  warn: "warn",
  error: "bad",
  fatal: "bad",
};

export function LevelBadge({ level }: { readonly level: LogLevel }) {
  return <Tag meaning={LEVELS[level]}>{level}</Tag>;
}
