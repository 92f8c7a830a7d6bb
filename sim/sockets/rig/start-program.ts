import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer, Commands, Question } from "./answer-parent.ts";

const PROGRAMS = resolve(import.meta.dirname, "../programs");
/** So that only the first of them strips the sources of their types. */
const COMPILE_CACHE = resolve(import.meta.dirname, "../../../node_modules/.cache/shoal-sim");
/** What has not been answered by then will not be, in ms. */
const ANSWER_MS = 90_000;

/** A program in a process of its own. */
export interface Program<Of extends Commands<Of>> extends AsyncDisposable {
  readonly pid: number;
  /** Rejects with its error, or when it has ended. */
  readonly ask: <Name extends keyof Of & string>(
    name: Name,
    ...parameters: Parameters<Of[Name]>
  ) => Promise<Awaited<ReturnType<Of[Name]>>>;
  /** SIGKILL, SIGTERM, SIGSTOP or SIGCONT, as the fault asks for. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly isRunning: () => boolean;
  readonly ended: Promise<unknown>;
}

/** One that has started is often the reason to start another, in ms. */
const STARTED_MS = 200;

/** Those that run, to be ended however this process ends; they also end by themselves when it is gone. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

let starting = 0;
let startedMs = Number.NEGATIVE_INFINITY;

/**
 * Resolves when no program of any scenario has been starting for a moment: starting takes a core for most of a second, and
 * what is called meanwhile is slow for no reason of its own.
 */
export async function nothingStarts(): Promise<void> {
  while (starting > 0 || performance.now() - startedMs < STARTED_MS) await pause(STARTED_MS / 4);
}

/** Starts a file of sim/sockets/programs, or one given by its whole path, from source. Resolves when it answers. */
export async function startProgram<Of extends Commands<Of>>(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Program<Of>> {
  const child = spawn(process.execPath, ["-C", "shoal-source", resolve(PROGRAMS, file)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: COMPILE_CACHE, SHOAL_LOG_LEVEL: "silent", ...env },
  });
  running.add(child);
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const ended = once(child, "exit");
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const expectAnswer = (id: number, what: string) => {
    const waiting = Promise.withResolvers<unknown>();
    asked.set(id, waiting);
    const giveUp = setTimeout(() => waiting.reject(new Error(`${file} did not answer ${what}`)), ANSWER_MS);
    return waiting.promise.finally(() => {
      clearTimeout(giveUp);
      asked.delete(id);
    });
  };
  child.on("message", ({ id, value, error }: Answer) => {
    if (error === undefined) asked.get(id)?.resolve(value);
    else asked.get(id)?.reject(new Error(`${file}: ${error}`));
  });
  child.once("exit", (code, signal) => {
    running.delete(child);
    for (const { reject } of asked.values()) reject(new Error(`${file} ended with ${code ?? signal}`));
  });

  let questions = 0;
  const program: Program<Of> = {
    pid: child.pid ?? 0,
    async ask(name, ...parameters) {
      questions += 1;
      const answer = expectAnswer(questions, name);
      if (isRunning()) child.send({ id: questions, name, parameters } satisfies Question);
      else asked.get(questions)?.reject(new Error(`${file} has ended`));
      return (await answer) as never;
    },
    signal: (signal) => void child.kill(signal),
    isRunning,
    ended,
    async [Symbol.asyncDispose]() {
      if (!isRunning()) return;
      child.kill("SIGKILL"); // a stopped one, too, and one whose event loop stands still
      await ended;
    },
  };
  starting += 1;
  try {
    await expectAnswer(0, "when it was started");
  } catch (cause) {
    await program[Symbol.asyncDispose]();
    throw cause;
  } finally {
    starting -= 1;
    startedMs = performance.now();
  }
  return program;
}
