import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A process of a benchmark, which answers what it is asked over its channel. */
export interface Child<Ready> extends AsyncDisposable {
  /** What it said when it was ready. */
  readonly ready: Ready;
  readonly pid: number;
  readonly ask: <Answer>(question: object) => Promise<Answer>;
}

export interface ChildOptions {
  readonly parameters?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Options of Node, such as "-C", "shoal-source". */
  readonly execArgv?: readonly string[];
}

type Answer = { readonly answer: unknown } | { readonly error: string };

/** Forks a file that calls `answerParent`. Rejects when it ends before it is ready. */
export async function startChild<Ready>(file: string, options: ChildOptions = {}): Promise<Child<Ready>> {
  const child = fork(file, [...(options.parameters ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [...(options.execArgv ?? [])],
  });
  const next = async () => {
    const ended = new AbortController();
    const gone = once(child, "exit", { signal: ended.signal }).then(([code]) => {
      throw new Error(`${file} ${options.parameters?.join(" ") ?? ""} ended with ${code}`);
    });
    try {
      const [message] = (await Promise.race([once(child, "message", { signal: ended.signal }), gone])) as [Answer];
      if ("error" in message) throw new Error(`${options.parameters?.join(" ") ?? file}: ${message.error}`);
      return message.answer;
    } finally {
      gone.catch(() => {});
      ended.abort();
    }
  };
  const ready = (await next()) as Ready;
  return {
    ready,
    pid: child.pid ?? 0,
    async ask<Reply>(question: object) {
      const answer = next();
      child.send(question);
      return (await answer) as Reply;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}

/** The child's side: says that it is ready, then answers each question. It ends with its parent. */
export function answerParent<Question>(ready: unknown, answer: (question: Question) => unknown): void {
  process.on("disconnect", () => process.exit());
  process.on("message", (question: Question) => {
    void Promise.resolve(question)
      .then(answer)
      .then(
        (value) => process.send?.({ answer: value }),
        (cause: unknown) =>
          process.send?.({ error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) }),
      );
  });
  process.send?.({ answer: ready });
}

/** CPU time of this process so far, in µs. */
export function cpuUsOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
