import { isName } from "../core/names.ts";
import { FAULT_LATENCY_MS_MAX, FAULT_MS_MAX, FAULTS_MAX, type Fault } from "./fault.ts";

const TEXT_CHARS_MAX = 512;

/**
 * The faults a value holds, at most FAULTS_MAX. One that is not as it should be is left out: calls go on without it,
 * and the instances beside it are as true as before.
 */
export function faultsIn(value: unknown): readonly Fault[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, FAULTS_MAX).flatMap((item: unknown) => faultIn(item) ?? []);
}

function faultIn(value: unknown): Fault | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { id, service, latencyMs, errorRatio, status, dropRatio, remainingMs, ...rest } = value as Partial<Fault>;
  const { operation = "", route = "", instance = "", caller = "" } = rest;
  const isSound =
    isText(id) &&
    id !== "" &&
    isText(service) &&
    isName(service) &&
    [operation, route, instance, caller].every(isText) &&
    isWithin(latencyMs, 0, FAULT_LATENCY_MS_MAX) &&
    isWithin(errorRatio, 0, 1) &&
    isWithin(dropRatio, 0, 1) &&
    isWithin(status, 400, 599) &&
    Number.isInteger(status) &&
    isWithin(remainingMs, 0, FAULT_MS_MAX);
  if (!isSound) return undefined;
  return { id, service, operation, route, instance, caller, latencyMs, errorRatio, status, dropRatio, remainingMs };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= TEXT_CHARS_MAX;
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}
