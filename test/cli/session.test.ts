import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fleetFolder, isAlive } from "../support/cli.ts";
import { until } from "../support/until.ts";

interface Row {
  readonly service: string;
  readonly instance: string;
  readonly state: string;
  readonly address: string;
  readonly pid: number;
  readonly restarts: number;
}

it("a newcomer's session works from init to down, and leaves nothing behind", async () => {
  await using folder = fleetFolder();
  const { shoal } = folder;

  expect(await shoal(["init", "--no-install"])).toMatchObject({ code: 0, err: "" });
  expect(await shoal(["doctor"])).toMatchObject({ code: 0 });

  const up = await shoal(["up", "--detach"]);
  expect(up, up.err).toMatchObject({ code: 0 });
  expect(up.out).toMatch(/^ready in [\d.]+ s: 1 service, 1 instance$/m);

  const [first] = JSON.parse((await shoal(["ps", "--json"])).out) as Row[];
  expect(first).toMatchObject({ service: "greeter", state: "ready", restarts: 0 });
  expect((await shoal(["ps"])).out).toContain("greeter");

  const call = await shoal(["call", "greeter.greet", '{"name": "Ada"}']);
  expect(call.err).toMatch(/^200 OK /);
  expect(JSON.parse(call.out)).toEqual({ greeting: "Hello, Ada!" });
  expect(call.code).toBe(0);
  const byPipe = await shoal(["call", "greeter.greet", "-d", "-", "--json"], '{"name": "Grace"}');
  expect(JSON.parse(byPipe.out)).toMatchObject({ status: 200, body: { greeting: "Hello, Grace!" } });
  const refused = await shoal(["call", "GET", "service://greeter/greetings/Nobody"]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("[unwelcome]") });
  expect(JSON.parse(refused.out)).toMatchObject({ status: 403, code: "unwelcome" });

  const lines = await until("the log has arrived", async () => {
    const { out } = await shoal(["logs", "greeter", "--json"]);
    return out.includes("Grace") && out.trim().split("\n");
  });
  expect(lines.map((line) => JSON.parse(line).service).every((service) => service === "greeter")).toBe(true);

  expect(await shoal(["openapi", "greeter", "--out", "greeter.json"])).toMatchObject({ code: 0, out: "" });
  expect(JSON.parse(readFileSync(join(folder.path, "greeter.json"), "utf8"))).toMatchObject({ openapi: "3.1.1" });

  expect((await shoal(["restart", "greeter"])).out).toMatch(/^restarted greeter: 1 instance in /);
  const [second] = JSON.parse((await shoal(["ps", "greeter", "--json"])).out) as Row[];
  expect(second).toMatchObject({ state: "ready", restarts: 1 });
  expect(second?.pid).not.toBe(first?.pid);
  expect((await shoal(["call", "greeter.greet", '{"name": "Ada"}'])).code).toBe(0);

  expect((await shoal(["stop", "greeter"])).code).toBe(0);
  expect(await shoal(["call", "greeter.greet", '{"name": "Ada"}'])).toMatchObject({ code: 1, out: "" });
  expect((await shoal(["start", "greeter"])).code).toBe(0);
  expect((await shoal(["call", "greeter.greet", '{"name": "Ada"}'])).code).toBe(0);

  expect(await shoal(["up", "--detach"])).toMatchObject({ code: 6, err: expect.stringContaining("[FLEET_RUNNING]") });
  const pid = folder.record()?.pid ?? 0;
  expect((await shoal(["down"])).out).toMatch(/^stopped fleet shoal-cli-\S+ in /);
  expect([isAlive(pid), isAlive(second?.pid ?? 0), existsSync(join(folder.path, ".shoal/fleet.json"))]).toEqual([
    false,
    false,
    false,
  ]);
  expect(await shoal(["ps"])).toMatchObject({ code: 3, out: "" });
  expect(await shoal(["down"])).toMatchObject({ code: 3, out: "" });
});

it("two fleets on one machine do not disturb each other", async () => {
  await using left = fleetFolder();
  await using right = fleetFolder();
  for (const { shoal } of [left, right]) {
    await shoal(["init", "--no-install"]);
    const { code, err } = await shoal(["up", "--detach"]);
    expect(code, err).toBe(0);
  }
  expect(left.record()?.control).not.toBe(right.record()?.control);
  const rowsOf = async ({ shoal }: typeof left) => JSON.parse((await shoal(["ps", "--json"])).out) as Row[];
  expect((await rowsOf(left))[0]?.pid).not.toBe((await rowsOf(right))[0]?.pid);

  expect((await left.shoal(["down"])).code).toBe(0);
  expect((await left.shoal(["ps"])).code).toBe(3);
  expect((await right.shoal(["call", "greeter.greet", '{"name": "Ada"}'])).out).toContain("Hello, Ada!");
  // Another folder's fleet can be asked by its control plane's address.
  const byAddress = await left.shoal(["ps", "--json", "--control", right.record()?.control ?? ""]);
  expect(JSON.parse(byAddress.out)).toHaveLength(1);
});
