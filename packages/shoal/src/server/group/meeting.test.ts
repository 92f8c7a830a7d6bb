import { expect, it } from "vitest";
import { createMeeting } from "./meeting.ts";

it("keeps all until the last has arrived, once it was called", async () => {
  const meeting = createMeeting();
  meeting.call(2);
  meeting.call(1);
  let met = false;
  const first = meeting.arrive().then(() => {
    met = true;
  });
  await new Promise(setImmediate);
  expect(met).toBe(false);
  await Promise.all([first, meeting.arrive()]);
  expect(met).toBe(true);
});

it("does not wait for one that had left before it was called", async () => {
  const meeting = createMeeting();
  await meeting.arrive();
  meeting.call(3);
  await Promise.all([meeting.arrive(), meeting.arrive()]);
});
