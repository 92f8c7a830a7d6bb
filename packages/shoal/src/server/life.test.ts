import { expect, it } from "vitest";
import { SILENT_LOG } from "../core/log.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { CLOSE_MS, createLife } from "./life.ts";

function make() {
  const clock = createVirtualClock();
  const errors: string[] = [];
  return { clock, errors, own: createLife(clock, { ...SILENT_LOG, error: (message) => void errors.push(message) }) };
}

it("aborts its signal when the service begins to stop, before anything is closed", async () => {
  const { own } = make();
  const closed: string[] = [];
  own.life.onClose(() => void closed.push("database"));
  own.beginToStop();
  expect([own.life.signal.aborted, closed]).toEqual([true, []]);
  await own.close();
  expect(closed).toEqual(["database"]);
});

it("runs the tasks one after the other, the last added first, whatever becomes of each", async () => {
  const { own, errors, clock } = make();
  const closed: string[] = [];
  own.life.onClose(async () => void closed.push("first opened"));
  own.life.onClose(() => {
    throw new Error("stuck");
  });
  own.life.onClose(() => void closed.push("last opened"));
  await own.close();
  expect(closed).toEqual(["last opened", "first opened"]);
  expect(errors).toEqual(["a task of onClose failed"]);
  expect(clock.pending()).toBe(0);
});

it("leaves tasks that take too long, and says so", async () => {
  const { own, errors, clock } = make();
  own.life.onClose(() => new Promise(() => {}));
  const closing = own.close();
  await clock.advance(CLOSE_MS);
  await closing;
  expect(errors).toEqual(["the tasks of onClose took too long and were left"]);
});
