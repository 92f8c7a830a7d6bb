import { expect, it } from "vitest";
import type { MemberStatus } from "./group-process.ts";
import { type MemberFacts, memberStatus } from "./group-status.ts";

const ADDRESS = "http://127.0.0.1:20001";
const BOOM = "exited with code 1: Error: boom";

function shown(facts: Partial<MemberFacts>, own?: MemberStatus) {
  const process = own && { statusOf: () => own };
  const whole = { state: "ready", reason: null } as const;
  return memberStatus({ service: "quotes", whole, process, failure: undefined, isStopped: false, ...facts });
}

it("shows how the service is doing while its process starts and runs", () => {
  const own = { state: "starting", address: ADDRESS, reason: null } as const;
  expect(shown({}, own)).toEqual({ state: "starting", address: null, reason: null });
  expect(shown({}, { ...own, state: "ready" })).toEqual({ state: "ready", address: ADDRESS, reason: null });
  const failed = { ...own, state: "failed", reason: "there is no key" } as const;
  expect(shown({}, failed)).toEqual({ state: "failed", address: null, reason: "there is no key" });
});

it("shows how the process is doing once it ends", () => {
  const own = { state: "ready", address: ADDRESS, reason: null } as const;
  expect(shown({ whole: { state: "draining", reason: null } }, own)).toMatchObject({ state: "draining" });
  expect(shown({ whole: { state: "backoff", reason: "x" } })).toEqual({});
});

it("says whose doing it was that the process ended", () => {
  const whole = { state: "backoff", reason: `quotes: ${BOOM}` } as const;
  expect(shown({ whole, failure: { service: "quotes", reason: BOOM } })).toEqual({ reason: BOOM });
  const other = { service: "rates", reason: BOOM };
  expect(shown({ whole, failure: other })).toEqual({ reason: `rates ended the process they share: ${BOOM}` });
  expect(shown({ whole, failure: { service: undefined, reason: BOOM } })).toEqual({ reason: BOOM });
  expect(shown({ whole: { state: "starting", reason: null }, failure: other })).toEqual({});
});

it("shows a service as stopped that its process was started without", () => {
  const process = { statusOf: () => undefined };
  expect(shown({ process, isStopped: true })).toEqual({ state: "stopped", pid: null, reason: null });
  expect(shown({ whole: { state: "stopped", reason: null }, isStopped: true })).toEqual({
    state: "stopped",
    reason: null,
  });
});
