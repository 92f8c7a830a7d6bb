import { expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { sleep } from "./clock.ts";

it("sleep resolves when its time has come, and not before", async () => {
  const clock = createVirtualClock();
  let awake = false;
  void sleep(clock, 100).then(() => {
    awake = true;
  });
  await clock.advance(99);
  expect(awake).toBe(false);
  await clock.advance(1);
  expect(awake).toBe(true);
});

it("sleep rejects with the signal's reason and leaves no timer behind", async () => {
  const clock = createVirtualClock();
  const controller = new AbortController();
  const sleeping = sleep(clock, 100, controller.signal);
  controller.abort(new Error("woken"));
  await expect(sleeping).rejects.toThrow("woken");
  expect(clock.pending()).toBe(0);
});

it("sleep does not even begin when the signal is aborted already", async () => {
  const clock = createVirtualClock();
  await expect(sleep(clock, 100, AbortSignal.abort(new Error("early")))).rejects.toThrow("early");
  expect(clock.pending()).toBe(0);
});
