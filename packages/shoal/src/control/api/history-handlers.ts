import { controlContract } from "./contract.ts";
import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";

type HistoryHandlers = Pick<
  ControlHandlers,
  | "listLogs"
  | "appendLogs"
  | "listTraces"
  | "getTrace"
  | "listNames"
  | "listExchanges"
  | "getExchange"
  | "getSeries"
  | "listRuns"
  | "compareRuns"
>;

const { traceUnknown, exchangeUnknown, runUnknown } = controlContract.errors;

/** What is on disk. */
export function historyHandlers({ history, logPages, view }: ControlApiParts): HistoryHandlers {
  return {
    async listLogs({ query: { waitMs, ...query } }, { signal }) {
      const { lines, next } = await logPages.list(query, { waitMs, signal });
      return { lines: [...lines], next };
    },
    async appendLogs({ body }) {
      view.countLostLines(body.dropped);
      logPages.printed(body.lines);
      await history.appendLines(body.lines);
    },
    async listTraces({ query }) {
      const { traces, next } = await history.listTraces(query);
      return { traces: [...traces], next };
    },
    async getTrace({ params }) {
      const trace = await history.getTrace(params.trace);
      if (!trace) throw traceUnknown({ trace: params.trace });
      return trace;
    },
    async listNames({ query }) {
      const { services, operations, attributes } = await history.names(query.run);
      return { services: [...services], operations: [...operations], attributes: [...attributes] };
    },
    async listExchanges({ query }) {
      const { exchanges, next } = await history.listExchanges(query);
      return { exchanges: [...exchanges], next };
    },
    async getExchange({ params }) {
      const exchange = await history.getExchange(params.exchange);
      if (!exchange) throw exchangeUnknown({ exchange: params.exchange });
      return exchange;
    },
    async getSeries({ params, query }) {
      const { stepMs, red, gauges } = await history.series({ ...query, service: params.service });
      return { stepMs, red: [...red], gauges: [...gauges] };
    },
    async listRuns() {
      const runs = await history.listRuns();
      return { current: history.status().run, runs: [...runs] };
    },
    async compareRuns({ query }) {
      const compared = await history.compareRuns(query.before, query.after);
      if (!compared) throw runUnknown({ before: query.before, after: query.after });
      return { ...compared, operations: [...compared.operations], logs: [...compared.logs] };
    },
  };
}
