import type { Cancel, Clock } from "../core/clock.ts";

/** Timers that are kept for who comes next, at most. */
const IDLE_MAX = 16;

/** A timer, and what it is for now. */
interface Alarm {
  /** Undefined while nobody needs it. */
  task: (() => void) | undefined;
  dueMs: number;
  /** When it comes; if that is before its task is due, it is set anew then. */
  ringsMs: number;
  /** Of the uses it has had: a cancellation is about one of them. */
  use: number;
  cancel: Cancel;
}

/**
 * Timers that need not be set when others were set shortly before and cancelled: one that still runs, and comes in time,
 * is used again. A call has two time limits on each side, nearly all are cancelled, and when it is alone each was a
 * timer set and cleared: a tenth of what it cost. `npm run bench -- wire --only ping` guards it.
 */
export function reusedTimers(clock: Pick<Clock, "now" | "after">): Clock["after"] {
  const idle: Alarm[] = [];

  const ring = (alarm: Alarm): void => {
    const { task } = alarm;
    if (task === undefined) {
      idle.splice(idle.indexOf(alarm), 1);
      return;
    }
    const nowMs = clock.now();
    if (alarm.ringsMs < alarm.dueMs && nowMs < alarm.dueMs) {
      set(alarm, alarm.dueMs, nowMs);
      return;
    }
    alarm.task = undefined;
    alarm.use += 1;
    task();
  };
  const set = (alarm: Alarm, ringsMs: number, nowMs: number) => {
    alarm.ringsMs = ringsMs;
    alarm.cancel = clock.after(ringsMs - nowMs, () => ring(alarm));
  };
  const free = (alarm: Alarm) => {
    alarm.task = undefined;
    alarm.use += 1;
    if (idle.length < IDLE_MAX) idle.push(alarm);
    else alarm.cancel();
  };

  return (ms, task) => {
    const nowMs = clock.now();
    const dueMs = nowMs + Math.max(0, ms);
    const at = idle.findLastIndex(({ ringsMs }) => ringsMs <= dueMs);
    const [alarm = newAlarm()] = at < 0 ? [] : idle.splice(at, 1);
    alarm.task = task;
    alarm.dueMs = dueMs;
    if (at < 0) set(alarm, dueMs, nowMs);
    const { use } = alarm;
    return () => {
      if (alarm.use === use) free(alarm);
    };
  };
}

function newAlarm(): Alarm {
  return { task: undefined, dueMs: 0, ringsMs: 0, use: 0, cancel: () => {} };
}
