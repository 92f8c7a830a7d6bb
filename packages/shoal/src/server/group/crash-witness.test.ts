import { expect, it } from "vitest";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import { memberInStack, watchCrashes } from "./crash-witness.ts";

const members = [
  { service: "quotes", instance: "quotes-1", port: 1, file: "/fleet/services/quotes.ts" },
  { service: "rates", instance: "rates-1", port: 2, file: "/fleet/services/rates.ts" },
];

function watched(current: string | undefined, { isEnding = false, listeners = 0 } = {}) {
  const told: SupervisorMessage[] = [];
  const written: string[] = [];
  const listening = new Map<string, (what: unknown) => void>();
  watchCrashes({
    process: {
      on: (event, listener) => listening.set(event, listener),
      listenerCount: () => listeners,
    },
    members,
    currentMember: () => current,
    tell: (message) => void told.push(message),
    write: (line) => void written.push(line),
    isEnding: () => isEnding,
  });
  return { told, written, emit: (event: string, what: unknown) => listening.get(event)?.(what) };
}

function thrownAt(...files: readonly string[]): Error {
  const error = new TypeError("no rate\nof that day");
  error.stack = `TypeError: no rate\n${files.map((file) => `    at f (file://${file}:3:7)`).join("\n")}`;
  return error;
}

it("names the service in whose context an uncaught error was thrown, and gives it what Node prints of it", () => {
  const { told, written, emit } = watched("rates");
  emit("uncaughtExceptionMonitor", thrownAt("/fleet/services/quotes.ts"));
  emit("exit", 1);
  expect(told).toEqual([{ kind: "crashing", message: "TypeError: no rate", service: "rates" }]);
  expect(written).toEqual(["\u2063rates\u2063\u2063\n"]);
});

it("else names the service whose file is first in the stack, or nobody", () => {
  const stack = ["/fleet/lib/rate.ts", "/fleet/services/rates.ts", "/fleet/services/quotes.ts"];
  expect(memberInStack(thrownAt(...stack), members)).toBe("rates");
  expect(memberInStack(thrownAt("/fleet/lib/rate.ts"), members)).toBeUndefined();
  expect(memberInStack("a text", members)).toBeUndefined();
  const { told, emit } = watched(undefined);
  emit("uncaughtExceptionMonitor", thrownAt(...stack));
  expect(told).toMatchObject([{ service: "rates" }]);
});

it("names who calls process.exit(), but not when the group was asked to end", () => {
  const { told, emit } = watched("quotes");
  emit("exit", 3);
  expect(told).toEqual([{ kind: "crashing", message: "it called process.exit(3)", service: "quotes" }]);
  const ending = watched("quotes", { isEnding: true });
  ending.emit("exit", 0);
  expect(ending.told).toEqual([]);
});

it("leaves alone an error that the app takes for itself", () => {
  const { told, emit } = watched("quotes", { listeners: 1 });
  emit("uncaughtExceptionMonitor", thrownAt());
  expect(told).toEqual([]);
});
