import type { Resilience, ResilienceEdge, ResilienceService } from "./types.ts";

/** What is done at present to protect a service or its callers, in a word, and in words for who points at it. */
export interface Protection {
  readonly word: "sheds" | "held back" | "ejected" | "retried";
  /** "bad": calls fail or are refused; "warn": it is dealt with. */
  readonly level: "bad" | "warn";
  readonly title: string;
}

export interface Protections {
  /** By service: what it refuses, and what its callers do. */
  readonly services: ReadonlyMap<string, Protection>;
  /** By caller and callee, see edgeKey. */
  readonly edges: ReadonlyMap<string, Protection>;
}

export const NO_PROTECTIONS: Protections = { services: new Map(), edges: new Map() };

export function edgeKey(caller: string, callee: string): string {
  return `${caller}\u0000${callee}`;
}

/** What stands out of the ways between services now; what is over is left out. */
export function protectionsOf({ edges, services }: Pick<Resilience, "edges" | "services">): Protections {
  const ofEdges = new Map<string, Protection>();
  const found = new Map<string, Protection[]>();
  const add = (service: string, protection: Protection) =>
    found.set(service, [...(found.get(service) ?? []), protection]);
  for (const service of services) {
    const protection = ofService(service);
    if (protection) add(service.service, protection);
  }
  for (const edge of edges) {
    const protection = ofEdge(edge);
    if (!protection) continue;
    ofEdges.set(edgeKey(edge.caller, edge.callee), protection);
    add(edge.callee, protection);
  }
  return { services: new Map([...found].map(([service, all]) => [service, together(all)])), edges: ofEdges };
}

const ORDER: readonly Protection["word"][] = ["sheds", "held back", "ejected", "retried"];

/** The word that weighs most stands for all. */
function together(all: readonly Protection[]): Protection {
  const sorted = all.toSorted((left, right) => ORDER.indexOf(left.word) - ORDER.indexOf(right.word));
  const level = all.some((one) => one.level === "bad") ? "bad" : "warn";
  return { word: sorted[0]?.word ?? "retried", level, title: sorted.map(({ title }) => title).join("\n") };
}

function ofService({ service, problems }: ResilienceService): Protection | undefined {
  const [worst] = problems;
  if (!worst) return undefined;
  return { word: "sheds", level: worst.level, title: `${service}: ${problems.map(({ text }) => text).join("; ")}` };
}

function ofEdge({ caller, callee, perSecond, problems }: ResilienceEdge): Protection | undefined {
  const kinds = new Set(problems.map(({ kind }) => kind));
  const retries = (perSecond.retry ?? 0) + (perSecond.requeue ?? 0);
  const word = kinds.has("throttled")
    ? "held back"
    : kinds.has("ejected") || kinds.has("panic")
      ? "ejected"
      : retries > 0 || kinds.has("budget_spent")
        ? "retried"
        : undefined;
  if (word === undefined) return undefined;
  const level = problems[0]?.level ?? "warn";
  const texts = problems.length > 0 ? problems.map(({ text }) => text) : ["some calls are tried again"];
  return { word, level, title: `${caller} to ${callee}: ${texts.join("; ")}` };
}
