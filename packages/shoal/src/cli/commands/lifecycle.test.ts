import { describe, expect, it } from "vitest";
import type { InstanceState, InstanceStatus } from "../../control/api/contract.ts";
import { controlContract } from "../../control/api/contract.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { runCli } from "../program.ts";
import { alsoAffected } from "./lifecycle.ts";

const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };

function status(instance: string, state: InstanceState, reason: string | null = null): InstanceStatus {
  const place = { realm: "local", zone: "local", release: "dev" };
  return { service: "quotes", instance, state, address: null, pid: null, restarts: 0, sinceMs: 0, reason, ...place };
}

/** Each look at the instances sees the next state; the last one stays. */
function fakeControl(...states: InstanceStatus[][]) {
  const accept = async () => ({ instances: ["q-1-old", "q-2-old"] });
  return {
    restartService: accept,
    startService: accept,
    stopService: accept,
    listInstances: async ({ query }: { readonly query: { readonly service?: string | undefined } }) =>
      query.service === undefined ? [] : ((states.length > 1 ? states.shift() : states[0]) ?? []),
  };
}

async function run(words: readonly string[], control: ReturnType<typeof fakeControl>) {
  const ports = fakeCliPorts({ env, control });
  const code = await ports.settle(runCli(ports, words));
  return { code, out: ports.out(), err: ports.err() };
}

describe("shoal restart, start and stop", () => {
  it("waits until every instance is a new one and ready", async () => {
    const control = fakeControl(
      [status("q-1-old", "ready"), status("q-2-old", "ready")],
      [status("q-1-new", "starting"), status("q-2-old", "ready")],
      [status("q-1-new", "ready"), status("q-2-old", "draining")],
      [status("q-1-new", "ready"), status("q-2-new", "ready")],
    );
    const { code, out } = await run(["restart", "quotes"], control);
    expect([code, out]).toEqual([0, "restarted quotes: 2 instances in 0.3 s\n"]);
  });

  it("fails as soon as a new instance does, with its reason and where to look", async () => {
    const control = fakeControl([status("q-1-new", "backoff", "exited with code 1"), status("q-2-old", "ready")]);
    const { code, err } = await run(["restart", "quotes"], control);
    expect(code).toBe(1);
    expect(err).toContain("q-1-new is in state backoff: exited with code 1 [SERVICE_FAILED]");
    expect(err).toContain("See `shoal logs quotes`");
  });

  it("does not blame the old process of a service that was failing", async () => {
    const control = fakeControl([status("q-1-old", "crash-loop")], [status("q-1-new", "ready")]);
    expect((await run(["restart", "quotes"], control)).code).toBe(0);
  });

  it("waits for the end of every instance to stop, and for the readiness of all to start", async () => {
    const stopping = fakeControl([status("q-1-old", "draining")], [status("q-1-old", "stopped")]);
    expect((await run(["stop", "quotes"], stopping)).out).toBe("stopped quotes: 1 instance in 0.1 s\n");
    const starting = fakeControl([status("q-1-old", "starting")], [status("q-1-old", "ready")]);
    const { out } = await run(["start", "quotes", "--json"], starting);
    expect(JSON.parse(out)).toMatchObject({ service: "quotes", done: "started", instances: [{ state: "ready" }] });
  });

  it("names the service that was probably meant", async () => {
    const control = {
      ...fakeControl([]),
      restartService: async () => {
        throw controlContract.errors.serviceUnknown();
      },
      listServices: async () => [
        { service: "quotes", instances: 1, ready: 1, requestsPerSecond: 0, errorRatio: 0, p50Ms: null, p99Ms: null },
      ],
    };
    const { code, err } = await run(["restart", "quote"], control);
    expect([code, err.includes("Did you mean quotes?")]).toEqual([1, true]);
  });
});

describe("a command to a service that shares its process", () => {
  const member = (service: string, state: InstanceState = "ready", group = "core"): InstanceStatus => ({
    ...status(`${service}-1`, state),
    service,
    group,
  });
  const fleet = [member("quotes"), member("rates"), member("audit", "stopped"), status("pages-1", "ready")];

  it("says whom else it restarts", () => {
    const shares = (service: string) => `${service} shares the process of the group core: it restarts`;
    expect(alsoAffected("restart", "quotes", fleet)).toBe(`${shares("quotes")}, and with it rates`);
    expect(alsoAffected("stop", "rates", fleet)).toBe(`${shares("rates")} without rates, and with it quotes`);
    expect(alsoAffected("start", "audit", fleet)).toBe(`${shares("audit")} with audit, and with it quotes, rates`);
  });

  it("says nothing where nobody else is touched", () => {
    expect(alsoAffected("start", "quotes", fleet)).toBeUndefined();
    expect(alsoAffected("restart", "pages", fleet)).toBeUndefined();
    expect(alsoAffected("restart", "nobody", fleet)).toBeUndefined();
    expect(alsoAffected("stop", "quotes", [member("quotes"), member("rates", "stopped")])).toBeUndefined();
  });
});
