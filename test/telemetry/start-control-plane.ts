import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { SupervisorMessage } from "../../packages/shoal/src/discovery/supervisor-line.ts";

const MAIN = resolve(import.meta.dirname, "../../packages/shoal/src/control/main.ts");

/** A control plane in a process and a folder of its own. */
export interface ControlPlaneProcess extends AsyncDisposable {
  readonly url: string;
  /** Gives the JSON of a GET. Rejects with the answer when it is none of success. */
  readonly get: (path: string) => Promise<unknown>;
}

/** Starts one and resolves when it is ready. */
export async function startControlPlane(
  env: Readonly<Record<string, string>> = {},
  folder: string = mkdtempSync(join(tmpdir(), "shoal-control-")),
): Promise<ControlPlaneProcess> {
  const child = spawn(process.execPath, ["-C", "shoal-source", MAIN], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
    env: {
      PATH: process.env["PATH"],
      SHOAL_CONTROL_PORT: "0",
      SHOAL_STATE: folder,
      SHOAL_SUPERVISOR_FD: "3",
      SHOAL_LOG_LEVEL: "error",
      ...env,
    },
  });
  const ended = new Promise((done) => child.once("close", done));
  let url = "";
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    const message: SupervisorMessage = JSON.parse(line);
    if (message.kind === "listening") url = message.address;
    if (message.kind === "ready") break;
  }
  if (url === "") throw new Error("the control plane did not start");
  return {
    url,
    async get(path) {
      const reply = await fetch(new URL(path, url));
      if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
      return reply.json();
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
