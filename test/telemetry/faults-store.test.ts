import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { until } from "../support/until.ts";
import { startControlPlane } from "./start-control-plane.ts";

type Plane = Awaited<ReturnType<typeof startControlPlane>>;

/** Posts a trace of one span and gives its id, or the status when it was refused. */
async function postTrace(plane: Plane): Promise<string | number> {
  const traceId = randomBytes(16).toString("hex");
  const nowNano = `${Date.now()}000000`;
  const span = { traceId, spanId: randomBytes(8).toString("hex"), name: "work", kind: 1 };
  const spans = [{ ...span, startTimeUnixNano: nowNano, endTimeUnixNano: nowNano }];
  const reply = await fetch(`${plane.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  await reply.arrayBuffer();
  return reply.ok ? traceId : reply.status;
}

async function warningsOf(plane: Plane): Promise<readonly string[]> {
  return ((await plane.get("/api/v1/fleet")) as { readonly warnings: readonly string[] }).warnings;
}

const noise = (bytes: number) => randomBytes(bytes);

it.each([
  ["is noise", (file: string) => writeFileSync(file, noise(100_000))],
  ["has noise in its middle", (file: string) => writeFileSync(file, noise(20_000), { flag: "r+" })],
  ["was cut", (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2) + 123)],
])("a history whose file %s is kept aside, and a new one begun", async (_, damage) => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-faults-"));
  {
    await using plane = await startControlPlane({}, join(folder, "seed"));
    for (let count = 0; count < 20; count += 1) await postTrace(plane);
    // A closed file is whole; the folder goes with its control plane, so it is copied while it lives.
    await until("it is on disk", () => statSync(join(folder, "seed", "history.db")).size > 0);
    const state = join(folder, "state");
    mkdirSync(state);
    const { backup, DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(folder, "seed", "history.db"), { readOnly: true });
    await backup(database, join(state, "history.db"));
    database.close();
  }
  const state = join(folder, "state");
  damage(join(state, "history.db"));
  {
    await using plane = await startControlPlane({}, state);
    const id = await postTrace(plane);
    expect(await plane.get(`/api/v1/traces/${id}`)).toMatchObject({ spans: [{ name: "work" }] });
    expect(await warningsOf(plane)).toEqual([expect.stringContaining("history.db.corrupt-1 and a new one begun")]);
    expect(readdirSync(state)).toContain("history.db.corrupt-1");
  }
  rmSync(folder, { recursive: true, force: true });
});

it("without a place for its history the control plane refuses telemetry, says why, and goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-faults-"));
  mkdirSync(join(folder, "history.db"));
  await using plane = await startControlPlane({}, folder);
  expect(await postTrace(plane)).toBe(503);
  expect(await warningsOf(plane)).toEqual([expect.stringContaining("history.db cannot be written")]);
  expect(await plane.get("/api/v1/logs")).toMatchObject({ lines: [] });
  rmSync(join(folder, "history.db"), { recursive: true });
  await until("it has a history", async () => typeof (await postTrace(plane)) === "string", 20_000);
});

it("a history that is deleted while it is written begins anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-faults-"));
  await using plane = await startControlPlane({}, folder);
  expect(await postTrace(plane)).toEqual(expect.any(String));
  for (const end of ["", "-wal", "-shm"]) rmSync(join(folder, `history.db${end}`), { force: true });
  await until("there is a file again", () => statSync(join(folder, "history.db"), { throwIfNoEntry: false }));
  const id = await postTrace(plane);
  expect(await plane.get(`/api/v1/traces/${id}`)).toMatchObject({ spans: [{ name: "work" }] });
});
