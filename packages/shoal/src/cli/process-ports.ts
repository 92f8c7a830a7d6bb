import { styleText } from "node:util";
import { systemPorts } from "../transport/system-ports.ts";
import { usage } from "./args.ts";
import type { CliPorts, Output } from "./ports.ts";

const STDIN_BYTES_MAX = 16 * 1024 * 1024;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The ports of this very process. */
export function processPorts(): CliPorts {
  const { stdout, stderr } = process;
  return {
    stdout: outputOf(stdout),
    stderr: outputOf(stderr),
    readStdin,
    isTerminal: stdout.isTTY === true && process.env["TERM"] !== "dumb",
    columns: () => stdout.columns ?? 80,
    rows: () => stdout.rows ?? 24,
    // styleText itself asks the terminal, NO_COLOR, NODE_DISABLE_COLORS and FORCE_COLOR.
    colours: styleText("red", "?", { stream: stdout }) !== "?",
    env: process.env,
    cwd: process.cwd(),
    ...systemPorts,
    onInterrupt(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    async connectControl(address) {
      const { connectControl } = await import("./control-client.ts");
      return connectControl(systemPorts, address, {
        token: process.env["SHOAL_CONTROL_TOKEN"] || undefined,
        onSlow: (note) => void process.stderr.write(`${note}\n`),
      });
    },
  };
}

/** A stream whose reader may go away (`shoal logs | head`): that ends the output, not the process with an error. */
function outputOf(stream: NodeJS.WriteStream): Output {
  let pending = 0;
  let isBroken = false;
  const waiting = new Set<() => void>();
  const settle = () => {
    if (pending > 0 && !isBroken) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  stream.on("error", () => {
    isBroken = true;
    settle();
  });
  return {
    write(text) {
      if (isBroken) return;
      pending += 1;
      stream.write(text, () => {
        pending -= 1;
        settle();
      });
    },
    flush: () =>
      new Promise((resolve) => {
        waiting.add(resolve);
        settle();
      }),
  };
}

async function readStdin(): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > STDIN_BYTES_MAX) throw usage(`standard input is over ${STDIN_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
