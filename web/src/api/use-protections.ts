import { useQuery } from "@tanstack/react-query";
import { control } from "./control.ts";
import { NO_PROTECTIONS, type Protection, type Protections, protectionsOf } from "./protections.ts";

/** Less often than on the page of its own: marks are not read to the second. */
const REFRESH_MS = 5_000;

/** What is protected at present, as of the last seconds; the same object until something of it changes. */
export function useProtections(): Protections {
  return useSelected((all) => all) ?? NO_PROTECTIONS;
}

/** The same of one service; undefined when there is nothing to see. */
export function useProtection(service: string): Protection | undefined {
  return useSelected(({ services }) => services.get(service));
}

function useSelected<Part>(select: (all: Protections) => Part): Part | undefined {
  const { data } = useQuery({
    queryKey: ["protections"],
    queryFn: async ({ signal }) => protectionsOf(await control.getResilience({ query: { notable: "true" } }, signal)),
    refetchInterval: REFRESH_MS,
    // Maps are not compared by what they hold: text is.
    structuralSharing: (before, after) => (isSame(before as Protections, after as Protections) ? before : after),
    select,
  });
  return data;
}

function isSame(before: Protections | undefined, after: Protections): boolean {
  return before !== undefined && textOf(before) === textOf(after);
}

function textOf({ services, edges }: Protections): string {
  return JSON.stringify([[...services], [...edges]]);
}
