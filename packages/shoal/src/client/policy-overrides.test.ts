import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { clientFor } from "./client.ts";
import { fetch } from "./fetch.ts";
import { CALL_DEFAULTS, type CallPolicy, changedSettings, resolvePolicy, SERVICE_DEFAULTS } from "./policy.ts";
import { type Policies, policiesFrom, policyOf, resolvePolicies, servicesIn } from "./policy-overrides.ts";
import { withRuntime } from "./process-runtime.ts";
import { use } from "./use.ts";

const quotes = contract("quotes", {
  getQuote: get("/quotes/:id", { params: z.object({ id: z.string() }) }),
  listQuotes: get("/quotes", {}),
});

/** What each attempt's headers say of the deadline: the whole call's, for these are longer than an attempt. */
function world(policies: Policies) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const runtime = { ...createFakeRuntime({ clock }), transport, policies: resolvePolicies(policies) };
  transport.at("a", transport.answers({ status: 204, afterMs: 0 }));
  clientFor(runtime, "quotes"); // begins the watch
  runtime.registry.push([sampleInstance("a", { service: "quotes", address: "a" })]);
  const sent = async (call: () => Promise<unknown>) => {
    const before = transport.sent.length;
    const answer = withRuntime(runtime, call);
    while (transport.sent.length === before) await clock.advance(0);
    await clock.advance(0);
    await answer;
    return Number(transport.sent.at(-1)?.request.headers["x-deadline-ms"]);
  };
  return {
    runtime,
    sent,
    use: (policy?: Parameters<typeof use>[1]) => withRuntime(runtime, () => use(quotes, policy)),
  };
}

describe("policies", () => {
  it("give way from the fleet to the service, the operation, the consumer and the single call", async () => {
    const input = { params: { id: "1" } };
    const at = (ms: number) => ({ attemptMs: ms });
    const { sent, use } = world({ "*": at(101), quotes: at(102), "quotes.getQuote": at(103) });
    expect(await sent(() => use().listQuotes())).toBe(102);
    expect(await sent(() => use().getQuote(input))).toBe(103);
    expect(await sent(() => use(at(104)).getQuote(input))).toBe(104);
    expect(await sent(() => use(at(104)).getQuote(input, at(105)))).toBe(105);
    const fleetWide = world({ "*": at(101) });
    expect(await fleetWide.sent(() => fleetWide.use().getQuote(input))).toBe(101);
  });

  it("leave alone what they do not name", () => {
    const policies = resolvePolicies({ "*": { attemptsMax: 2 }, quotes: { attemptMs: 500 } });
    expect(policyOf({ policies }, "quotes", "getQuote", { deadlineMs: 900 }).call).toEqual({
      ...CALL_DEFAULTS,
      attemptsMax: 2,
      attemptMs: 500,
      deadlineMs: 900,
    });
    expect(policies.of("rates").call).toEqual({ ...CALL_DEFAULTS, attemptsMax: 2 });
    expect(policies.of("quotes").service).toBe(SERVICE_DEFAULTS);
  });

  it("hold for fetch, and for programs without any code of ours", async () => {
    const { sent } = world({ quotes: { attemptMs: 102 } });
    expect(await sent(() => fetch("service://quotes/quotes"))).toBe(102);
    expect(await sent(() => fetch("service://quotes/quotes", { policy: { attemptMs: 106 } }))).toBe(106);
  });

  it("are resolved once: what was not changed is the same object", () => {
    const policies = resolvePolicies({ quotes: { connectionsMax: 4 } });
    expect(policies.of("quotes")).toBe(policies.of("quotes", "getQuote"));
    expect(policies.of("rates")).toBe(resolvePolicy(undefined));
    expect(policyOf({ policies }, "quotes", undefined, { attemptMs: 5 }).service).toBe(policies.of("quotes").service);
  });

  it("of a service are shared by all of its consumers: the same budget, whoever asks for the same", async () => {
    const { runtime } = world({ quotes: { connectionsMax: 4 } });
    const shared = clientFor(runtime, "quotes");
    const clientOf = (given: CallPolicy) => clientFor(runtime, "quotes", policyOf(runtime, "quotes", undefined, given));
    expect(clientOf({ attemptMs: 5 })).toBe(shared);
    expect(clientOf({ connectionsMax: 4 })).toBe(shared);
    expect(clientOf({ connectionsMax: 5 })).not.toBe(shared);
  });

  it.each<[unknown, string, string]>([
    [[], "policies must be an object of policies by key, got a list", "policies"],
    [{ Quotes: {} }, '"Quotes" must be "*", a service or service.operation', "Quotes"],
    [{ "quotes.a.b": {} }, '"quotes.a.b" must be', "quotes.a.b"],
    [{ quotes: 5 }, '"quotes" must be an object of settings, got 5', "quotes"],
    [{ quotes: null }, '"quotes" must be an object of settings, got null', "quotes"],
    [{ "*": { attemptMs: 0 } }, '"*": attemptMs must be a duration in ms >= 1, got 0', "attemptMs"],
    [{ quotes: { attemptMs: "100" } }, '"quotes": attemptMs must be a duration', "attemptMs"],
    [{ quotes: { budgetRatio: "0.5" } }, '"quotes": budgetRatio must be from 0 to 1, got 0.5', "budgetRatio"],
    [{ quotes: { hedgeExtraLoad: "0.01" } }, '"quotes": hedgeExtraLoad must be from 0 to 0.1', "hedgeExtraLoad"],
    [{ quotes: { criticality: null } }, '"quotes": criticality must be critical, default, sheddable', "criticality"],
    [{ quotes: { retries: 3 } }, '"quotes": retries is no option here; known: deadlineMs', "retries"],
    [{ "quotes.getQuote": { attemptsMax: 99 } }, '"quotes.getQuote": attemptsMax must be', "attemptsMax"],
    [
      { "quotes.getQuote": { connectionsMax: 4 } },
      '"quotes.getQuote": connectionsMax is shared by all calls to quotes, so give it to "quotes"',
      "connectionsMax",
    ],
    [
      { "*": { ejectionMsFirst: 5_000 }, quotes: { ejectionMsMax: 2_000 } },
      '"quotes": ejectionMsMax must be a duration in ms >= 5000, got 2000',
      "ejectionMsMax",
    ],
    [{ quotes: { x: "y".repeat(70_000) } }, "policies are 70", "policies"],
  ])("refuse %j", (given, message, option) => {
    expect(() => resolvePolicies(given as Policies)).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringContaining(message),
        details: { option },
      }),
    );
  });

  it("come from SHOAL_POLICIES, which is named when it is wrong", () => {
    expect(policiesFrom({}).of("quotes")).toBe(resolvePolicy(undefined));
    expect(policiesFrom({ SHOAL_POLICIES: "" }).of("quotes")).toBe(resolvePolicy(undefined));
    expect(policiesFrom({ SHOAL_POLICIES: '{"quotes":{"attemptMs":7}}' }).of("quotes").call.attemptMs).toBe(7);
    const thrown = (value: string) => {
      try {
        policiesFrom({ SHOAL_POLICIES: value });
      } catch (cause) {
        return cause;
      }
      return undefined;
    };
    expect(thrown("{")).toMatchObject({
      code: "OPTION_INVALID",
      message: "[OPTION_INVALID] SHOAL_POLICIES: is no JSON",
      details: { option: "SHOAL_POLICIES" },
    });
    expect(thrown('{"quotes":{"attemptMs":0}}')).toMatchObject({
      message: '[OPTION_INVALID] SHOAL_POLICIES: "quotes": attemptMs must be a duration in ms >= 1, got 0',
      details: { option: "SHOAL_POLICIES" },
    });
  });

  it("name the services that they are for", () => {
    expect(servicesIn({ "*": {}, quotes: {}, "quotes.getQuote": {}, "rates.getRate": {} })).toEqual([
      "quotes",
      "rates",
    ]);
  });
});

describe("changedSettings", () => {
  it("lists what differs from the defaults, and no more", () => {
    expect(changedSettings(resolvePolicy(undefined))).toEqual({});
    const policy = {
      attemptMs: 5,
      coalesce: true,
      criticality: "critical",
      connectionsMax: 4,
      budgetRatio: 0.2,
    } as const;
    expect(changedSettings(resolvePolicy(policy))).toEqual({
      attemptMs: 5,
      coalesce: true,
      criticality: "critical",
      connectionsMax: 4,
    });
  });
});
