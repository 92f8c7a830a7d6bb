import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Api } from "./joint.ts";

/** The entry of the API's package, in each of the layouts it has had. */
const ENTRY = /[/\\]@opentelemetry[/\\]api[/\\](?:dist|build[/\\](?:src|esm|esnext))[/\\]index\.[cm]?js$/;

/**
 * What is to be done at the next request or call; undefined when there is nothing, which is nearly always. Not sooner:
 * an app that registers an SDK does so while it starts, and comes first.
 */
export const openTelemetry: { join: (() => void) | undefined } = { join: undefined };

let isNoticed = false;

/**
 * Tells of a module that the app loads. A process that never loads `@opentelemetry/api` pays nothing for it; of one that
 * does, its own copy is used, so that the versions always fit. To be called before the module runs.
 */
export function noticeModule(url: string): void {
  if (isNoticed || !ENTRY.test(url)) return;
  isNoticed = true;
  void import("./join-process.ts").then(({ joinProcess }) => {
    openTelemetry.join = () => {
      openTelemetry.join = undefined;
      joinProcess(createRequire(import.meta.url)(fileURLToPath(url)) as Api);
    };
  });
}
