import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tellSupervisor } from "./supervisor-line.ts";

/** What arrives on a descriptor when two messages are told with this environment beside it. */
function told(env: NodeJS.ProcessEnv): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-line-"));
  const descriptor = openSync(join(folder, "line"), "w");
  try {
    tellSupervisor({ kind: "ready" }, { SHOAL_SUPERVISOR_FD: String(descriptor), ...env });
    tellSupervisor({ kind: "modules", files: ["/a.ts"] }, { SHOAL_SUPERVISOR_FD: String(descriptor), ...env });
    return readFileSync(join(folder, "line"), "utf8");
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
}

it("tells one JSON object a line", () => {
  expect(told({})).toBe('{"kind":"ready"}\n{"kind":"modules","files":["/a.ts"]}\n');
  expect(told({ SHOAL_OWNER_PID: String(process.pid) })).not.toBe("");
});

it("tells nothing from a child of the instance, whose descriptor may be anything", () => {
  expect(told({ SHOAL_OWNER_PID: String(process.ppid) })).toBe("");
});

it.each(["", "2", "x"])("tells nothing when the descriptor is %j", (descriptor) => {
  expect(() => tellSupervisor({ kind: "ready" }, { SHOAL_SUPERVISOR_FD: descriptor })).not.toThrow();
});

it("bears a supervisor that has gone", () => {
  expect(() => tellSupervisor({ kind: "ready" }, { SHOAL_SUPERVISOR_FD: "9999" })).not.toThrow();
});
