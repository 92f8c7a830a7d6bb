// The thread that watches the event loop of a group's process; see loop-watch.ts.
import { Session } from "node:inspector";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { tellSupervisor } from "../../discovery/supervisor-line.ts";
import { openStarvedTime } from "../../transport/starved-time.ts";
import type { LoopWatchData } from "./loop-watch.ts";
import { type Frame, placeOf } from "./standstill.ts";

/** A loop without a turn for this long stands still, in ms. Garbage collection and a busy machine are far shorter. */
const STANDSTILL_MS = 2_000;
/** What runs no JavaScript, such as a synchronous call of the system, does not let itself be looked at; in ms. */
const LOOK_MS = 1_000;

const { beats, beatMs } = workerData as LoopWatchData;
let seen = Atomics.load(beats, 0);
let sinceMs = performance.now();
/** Of the main thread, where the system tells: what gets no processor stands still by nobody's doing. */
const starvedMs = openStarvedTime(`/proc/self/task/${process.pid}/schedstat`) ?? (() => 0);
let starvedBeforeMs = starvedMs();
let isTold = false;

setInterval(() => {
  const now = Atomics.load(beats, 0);
  const stoodMs = performance.now() - sinceMs;
  if (now !== seen) {
    // By the loop itself, which runs again.
    if (isTold)
      parentPort?.postMessage({ kind: "unblocked", message: `runs on after ${(stoodMs / 1_000).toFixed(1)} s` });
    seen = now;
    sinceMs = performance.now();
    starvedBeforeMs = starvedMs();
    isTold = false;
  } else if (!isTold && stoodMs - (starvedMs() - starvedBeforeMs) >= STANDSTILL_MS) {
    isTold = true;
    void look();
  }
}, beatMs);

/** Stops the main thread for a moment to see what it is at. */
async function look(): Promise<void> {
  const session = new Session();
  try {
    session.connectToMainThread();
    const paused = Promise.withResolvers<readonly Paused[]>();
    const urls = new Map<string, string>();
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => void urls.set(scriptId, url));
    session.on("Debugger.paused", ({ params }) => paused.resolve(params.callFrames as unknown as readonly Paused[]));
    session.post("Debugger.enable");
    session.post("Debugger.pause");
    const frames = await Promise.race([
      paused.promise,
      new Promise<undefined>((done) => setTimeout(() => done(undefined), LOOK_MS)),
    ]);
    const top = frames?.[0];
    const service = top === undefined ? undefined : await memberAt(session, top.callFrameId);
    session.post("Debugger.resume");
    tellSupervisor({
      kind: "blocked",
      service,
      message: `its event loop stands still${placeOf(frames?.map((frame) => frameOf(frame, urls)))}`,
    });
  } catch {
    tellSupervisor({ kind: "blocked", message: "its event loop stands still" });
  } finally {
    session.disconnect();
  }
}

interface Paused {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: { readonly lineNumber: number; readonly scriptId: string };
}

/** The main thread itself knows in whose context it is. */
function memberAt(session: Session, callFrameId: string): Promise<string | undefined> {
  const expression = 'globalThis[Symbol.for("shoal.group.member")]?.()';
  return new Promise((resolve) => {
    session.post("Debugger.evaluateOnCallFrame", { callFrameId, expression, returnByValue: true }, (error, answer) => {
      resolve(error === null && typeof answer.result.value === "string" ? answer.result.value : undefined);
    });
  });
}

function frameOf({ functionName, location }: Paused, urls: ReadonlyMap<string, string>): Frame {
  const url = urls.get(location.scriptId) ?? "";
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  return { functionName, file, line: location.lineNumber + 1 };
}
