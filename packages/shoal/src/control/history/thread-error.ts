import { isShoalError, messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { FromThread, ThreadError } from "./thread-message.ts";

/** An error as it travels between threads; what is no ShoalError is the history's own fault. */
export function threadError(cause: unknown): ThreadError {
  if (!isShoalError(cause)) return { code: "HISTORY_UNAVAILABLE", message: messageOf(cause) };
  const message = cause.message.replace(`[${cause.code}] `, "");
  return { code: cause.code as ThreadError["code"], message };
}

/** A log whose lines are written by the main thread. */
export function logThrough(post: (message: FromThread) => void): Log {
  const at = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: object) =>
    post({ kind: "log", level, message: fields ? `${message} ${JSON.stringify(fields)}` : message });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
