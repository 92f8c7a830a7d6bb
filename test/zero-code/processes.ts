import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { SupervisorMessage } from "../../packages/shoal/src/discovery/supervisor-line.ts";
import { until } from "../support/until.ts";
import type { TestControl } from "./control.ts";

const REGISTER = resolve(import.meta.dirname, "../../packages/shoal/src/register.ts");
const APPS = join(import.meta.dirname, "apps");

export interface AppOptions {
  /** In the folder of apps. */
  readonly file: string;
  /** Default: the file's name without its extension. */
  readonly service?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An app in a process of its own, started as the supervisor would start it. */
export interface App extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly instance: string;
  /** What it told its supervisor, so far. */
  readonly told: readonly SupervisorMessage[];
  /** What it printed, so far. */
  readonly output: () => string;
  /** Its address, when it has said that it is ready. */
  readonly ready: () => Promise<string>;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

let started = 0;

export function startApp(control: TestControl | undefined, options: AppOptions): App {
  const { file, service = file.replace(/\.\w+$/, ""), args = [], env = {} } = options;
  started += 1;
  const instance = `${service}-${started}`;
  const child = spawn(process.execPath, ["-C", "shoal-source", "--import", REGISTER, join(APPS, file), ...args], {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      PORT: "0",
      SHOAL_SERVICE: service,
      SHOAL_INSTANCE: instance,
      SHOAL_SUPERVISOR_FD: "3",
      ...(control && { SHOAL_CONTROL: control.url }),
      ...env,
    },
  });
  const told: SupervisorMessage[] = [];
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (piece) => {
      output += String(piece);
    });
  }
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => told.push(JSON.parse(line)));
  const ended = new Promise<number | NodeJS.Signals | null>((done) => {
    child.once("close", (code, signal) => done(code ?? signal));
  });
  const ready = () =>
    until(`${service} is ready: ${output}`, () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output}`);
      return told.some(({ kind }) => kind === "ready") && addressIn(told);
    });
  return {
    child,
    instance,
    told,
    output: () => output,
    ready,
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The address it told last: an app may move from one to another. */
function addressIn(told: readonly SupervisorMessage[]): string | undefined {
  return told.findLast((message) => message.kind === "listening")?.address;
}

/** Runs code in a process with the surroundings, and gives what it returns. It has `load(name)` for `import(name)`. */
export async function runScript<Result>(control: TestControl | undefined, code: string, env = {}): Promise<Result> {
  await using app = startApp(control, { file: "script.mjs", args: [code], env });
  const ended = await app.ended;
  if (ended !== 0) throw new Error(`the script ended with ${ended}: ${app.output()}`);
  return JSON.parse(lastLine(app.output())) as Result;
}

/** The same for one piece of code after the other, in one process. */
export interface Evaluator extends AsyncDisposable {
  readonly run: <Result>(code: string) => Promise<Result>;
}

export function startEvaluator(control: TestControl): Evaluator {
  const app = startApp(control, { file: "script.mjs", service: "script" });
  const lines = createInterface({ input: app.child.stdout as Readable })[Symbol.asyncIterator]();
  return {
    async run(code) {
      app.child.stdin?.write(`${JSON.stringify(code)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the script ended: ${app.output()}`);
      return JSON.parse(value);
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

/** The surroundings may have had something to say before. */
function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
