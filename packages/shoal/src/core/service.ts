import type { Clock, Random } from "./clock.ts";
import type { Context } from "./context.ts";

/** What the toolkit needs from the outside world beside transport and discovery. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
}

/** A service is a function (Eriksen, "Your Server as a Function", 2013). */
export type Service<Request, Reply> = (request: Request, context: Context) => Promise<Reply>;

/** A function around a service. It may answer itself, change the request or the context, or look at the reply. */
export type Filter<Request, Reply> = (
  request: Request,
  context: Context,
  next: Service<Request, Reply>,
) => Promise<Reply>;

/** Puts filters around a service; the first in the list is the outermost: it sees the request first. */
export function stack<Request, Reply>(
  filters: readonly Filter<Request, Reply>[],
  service: Service<Request, Reply>,
): Service<Request, Reply> {
  return filters.reduceRight<Service<Request, Reply>>(
    (next, filter) => (request, context) => filter(request, context, next),
    service,
  );
}
