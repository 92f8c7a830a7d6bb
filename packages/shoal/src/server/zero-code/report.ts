import { messageOf } from "../../core/errors.ts";

/** Says that something of ours went wrong while the app goes on. */
export type Report = (what: string, cause: unknown) => void;

/** After so many lines there is nothing new to learn, and an app's output is not ours to fill. */
const LINES_MAX = 20;

/** @param write Takes a line that ends in "\n". Must not throw. */
export function createReport(write: (line: string) => void): Report {
  let lines = 0;
  return (what, cause) => {
    lines += 1;
    if (lines > LINES_MAX) return;
    const last = lines === LINES_MAX ? " (more of these are not shown)" : "";
    write(`shoal: ${what}: ${messageOf(cause)}. The app goes on without.${last}\n`);
  };
}
