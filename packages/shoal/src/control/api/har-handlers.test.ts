import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { createFakeHistory } from "../../testing/fake-history.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import type { ControlApiParts } from "./control-api-parts.ts";
import { harHandlers } from "./har-handlers.ts";

function made() {
  const history = createFakeHistory();
  const parts = { history, version: "1.2.3", dashboard: createFakeRuntime() } as unknown as ControlApiParts;
  const { exportHar, importHar } = harHandlers(parts);
  return {
    history,
    exported: (query: { id?: string[] } = {}) => exportHar({ query: { limit: 200, ...query } }, {} as Context),
    imported: (body: Record<string, unknown>) => importHar({ body }, {} as Context),
  };
}

/** As a browser writes it. */
const archive = {
  log: {
    version: "1.2",
    entries: [
      {
        startedDateTime: "2026-01-01T00:00:01.000Z",
        time: 12,
        request: {
          method: "GET",
          url: "https://api.example.com/items?limit=1",
          headers: [{ name: "Authorization", value: "Bearer secret-secret" }],
        },
        response: { status: 200, headers: [], content: { text: '{"items":[]}', mimeType: "application/json" } },
      },
      { request: { method: "GET", url: "about:blank" } },
    ],
  },
};

describe("archives", () => {
  it("come in as exchanges without their secrets, and go out again", async () => {
    const { imported, exported, history } = made();
    const { imported: count, skipped, ids } = await imported(archive);
    expect([count, skipped, ids.length]).toEqual([1, 1, 1]);
    const kept = await history.getExchange(ids[0] ?? "");
    expect(kept).toMatchObject({ service: "imported", method: "GET", status: 200, run: "run-1", replyBytes: 12 });
    expect(JSON.stringify(kept)).not.toContain("secret-secret");
    const har = await exported({ id: [ids[0] ?? "", "gone"] });
    expect(har).toMatchObject({ log: { creator: { version: "1.2.3" }, entries: [{ request: { method: "GET" } }] } });
    expect(await exported()).toEqual(har);
  });

  it.each([{}, { log: null }, { log: { entries: "many" } }])("are refused when they are none: %j", async (body) => {
    await expect(made().imported(body)).rejects.toThrow("harInvalid");
  });

  it("leaves out what is yet to happen", async () => {
    const { imported } = made();
    const entries = archive.log.entries.map((entry) => ({ ...entry, startedDateTime: "9999-01-01T00:00:00Z" }));
    expect(await imported({ log: { ...archive.log, entries } })).toMatchObject({
      imported: 0,
      skipped: entries.length,
    });
  });
});
