import { randomHex } from "../../core/trace-context.ts";
import { toHar } from "../../telemetry/har.ts";
import { fromHar } from "../../telemetry/har-import.ts";
import type { Exchange } from "../../telemetry/records.ts";
import type { History } from "../history/history.ts";
import { controlContract } from "./contract.ts";
import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import type { ExchangeDetail } from "./schemas/exchanges.ts";

/** Who is said to have recorded what an archive holds, when the archive does not tell. */
const IMPORTED = "imported";
/** Text of the bodies in one archive; exchanges beyond are left out, the oldest first. */
const TEXT_CHARS_MAX = 32 * 1_024 * 1_024;
const DAY_MS = 24 * 3_600_000;
/** Exchanges read at the same time. */
const TOGETHER = 50;

/** Exchanges as archives. */
export function harHandlers({
  history,
  version,
  dashboard,
}: ControlApiParts): Pick<ControlHandlers, "exportHar" | "importHar"> {
  const { clock, random } = dashboard.ports;
  return {
    async exportHar({ query: { id, ...query } }) {
      const ids = id ?? (await history.listExchanges(query)).exchanges.map((one) => one.id);
      const found = await readExchanges(history, ids);
      return {
        ...toHar(
          found.toSorted((left, right) => left.startMs - right.startMs),
          version,
        ),
      };
    },
    async importHar({ body }) {
      const archive = fromHar(body, { newId: () => randomHex(random, 4) });
      if (!archive) throw controlContract.errors.harInvalid({ reason: "it has no log.entries" });
      // What is yet to be would lead every list and never be too old to keep.
      const latestMs = clock.wallMs() + DAY_MS;
      const past = archive.exchanges.filter(({ startMs }) => startMs <= latestMs);
      const exchanges = past.map((exchange) => recorded(exchange, history.status().run));
      if (exchanges.length > 0) await history.appendExchanges(exchanges);
      const skipped = archive.skipped + archive.exchanges.length - past.length;
      return { imported: exchanges.length, skipped, ids: exchanges.map((one) => one.id) };
    },
  };
}

/** In the order of the ids; those that are gone, and what is too much, are left out. */
async function readExchanges(
  history: Pick<History, "getExchange">,
  ids: readonly string[],
): Promise<readonly ExchangeDetail[]> {
  const found: ExchangeDetail[] = [];
  let chars = 0;
  for (let start = 0; start < ids.length && chars < TEXT_CHARS_MAX; start += TOGETHER) {
    const some = await Promise.all(ids.slice(start, start + TOGETHER).map((id) => history.getExchange(id)));
    for (const exchange of some) {
      if (!exchange || chars >= TEXT_CHARS_MAX) continue;
      chars += exchange.request.body.text.length + (exchange.reply?.body.text.length ?? 0);
      found.push(exchange);
    }
  }
  return found;
}

/** An exchange of an archive as one of ours. What was served tells by its URL who served it. */
function recorded(exchange: Exchange, run: string): ExchangeDetail {
  const { hostname } = new URL(exchange.url);
  const service = exchange.side === "server" ? hostname.replace(/\.service$/, "") : IMPORTED;
  const { request, reply } = exchange;
  return {
    ...exchange,
    service: service.slice(0, 128),
    instance: IMPORTED,
    run,
    attempts: [...exchange.attempts],
    requestBytes: request.body.bytes,
    replyBytes: reply?.body.bytes ?? 0,
    request: copyOf(request),
    reply: reply && copyOf(reply),
  };
}

function copyOf({ headers, body }: Exchange["request"]): ExchangeDetail["request"] {
  return { headers: headers.map(([name, value]): [string, string] => [name, value]), body };
}
