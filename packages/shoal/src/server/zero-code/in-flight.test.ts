import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createInFlight } from "./in-flight.ts";

describe("createInFlight", () => {
  it("is done at once when nothing is in progress", async () => {
    await expect(createInFlight(createVirtualClock()).none(1_000)).resolves.toBe(0);
  });

  it("is done when the last request is", async () => {
    const clock = createVirtualClock();
    const inFlight = createInFlight(clock);
    inFlight.enter();
    inFlight.enter();
    const none = inFlight.none(1_000);
    inFlight.leave();
    expect(inFlight.count()).toBe(1);
    inFlight.leave();
    await expect(none).resolves.toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it("gives up after the time it was given, with the number left", async () => {
    const clock = createVirtualClock();
    const inFlight = createInFlight(clock);
    inFlight.enter();
    const none = inFlight.none(1_000);
    await clock.advance(1_000);
    await expect(none).resolves.toBe(1);
  });
});
