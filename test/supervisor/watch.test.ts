import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { command, node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { until } from "../support/until.ts";
import { startFleet } from "./fleets.ts";

it("a changed file restarts the services that loaded it, and no other process", async () => {
  await using fleet = await startFleet(
    {
      app: node("answer.js"),
      other: node("deaf.js", { stopMs: 500 }),
      data: command("node answer.js", { watch: ["data.json"] }),
    },
    { watch: true },
  );
  const { supervisor, at } = fleet;
  await supervisor.settled();
  const [other, data] = [fleet.one("other"), fleet.one("data")];

  const savedMs = performance.now();
  writeFileSync(at.path("greeting.js"), 'export const greeting = "good morning";');
  const app = await until(
    "app is back",
    () => fleet.one("app").restarts === 1 && fleet.one("app").state === "ready" && fleet.one("app"),
  );
  expect(performance.now() - savedMs).toBeLessThan(5_000);
  expect(await (await fetch(`${app.address}`)).text()).toBe("good morning");
  expect([fleet.one("other"), fleet.one("data")]).toEqual([other, data]);

  writeFileSync(at.path("data.json"), "{}");
  await until("data is back", () => fleet.one("data").restarts === 1 && fleet.one("data").state === "ready");
  expect([fleet.one("other"), fleet.one("app")]).toEqual([other, app]);
});

it("a service whose file was broken comes back as soon as it is repaired", async () => {
  await using fleet = await startFleet({ app: node("answer.js") }, { watch: true });
  const { supervisor, at } = fleet;
  await supervisor.settled();
  writeFileSync(at.path("greeting.js"), "export const greeting = ;");
  await until("it fails", () => fleet.one("app").reason?.includes("SyntaxError"));
  await fleet.state("app", "crash-loop");
  writeFileSync(at.path("greeting.js"), 'export const greeting = "repaired";');
  const { address } = await fleet.state("app", "ready");
  expect(await (await fetch(`${address}`)).text()).toBe("repaired");
});

it("a service that never started is started when the file that broke it changes", async () => {
  await using fleet = await startFleet({ app: node("exits.js") }, { watch: true });
  await fleet.state("app", "crash-loop");
  writeFileSync(fleet.at.path("exits.js"), 'import "./answer.js";');
  await fleet.state("app", "ready");
});

it("a changed config says what to do", async () => {
  await using fleet = await startFleet({ app: node("answer.js") }, { watch: true });
  await fleet.supervisor.settled();
  writeFileSync(fleet.at.configFile, "export default 1;");
  await until("the message", () => fleet.lines.some(({ text }) => text.includes("run `shoal up` again")));
});
