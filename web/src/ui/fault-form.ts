import type { FaultInput } from "../api/types.ts";

/** What a person has filled in: percents and ms as numbers, "" for nothing. */
export interface FaultForm {
  readonly latencyMs: number | string;
  readonly errors: number | string;
  readonly status: number | string;
  readonly drops: number | string;
  readonly operation: string;
  readonly instance: string | null;
  readonly caller: string | null;
  /** In minutes, as a text. */
  readonly minutes: string;
}

export const EMPTY_FORM: FaultForm = Object.freeze({
  latencyMs: 300,
  errors: "",
  status: 503,
  drops: "",
  operation: "",
  instance: null,
  caller: null,
  minutes: "5",
});

/** The fault that a form asks for, or what is wrong with it in words. */
export function faultOfForm(service: string, form: FaultForm): FaultInput | string {
  const latencyMs = numberOf(form.latencyMs);
  const errorRatio = numberOf(form.errors) / 100;
  const dropRatio = numberOf(form.drops) / 100;
  if (latencyMs + errorRatio + dropRatio === 0)
    return "Say what shall happen: a wait, errors, or requests without answer.";
  if (errorRatio + dropRatio > 1) return "Errors and requests without answer are more than all requests together.";
  return {
    service,
    operation: form.operation.trim(),
    instance: form.instance ?? "",
    caller: form.caller ?? "",
    latencyMs,
    errorRatio,
    status: numberOf(form.status) || 503,
    dropRatio,
    forMs: numberOf(form.minutes) * 60_000,
    by: "dashboard",
  };
}

function numberOf(value: number | string): number {
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}
