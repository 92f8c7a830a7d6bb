import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveEvents } from "./types.ts";

class FakeSource {
  static readonly CLOSED = 2;
  static last: FakeSource;
  readonly #listeners = new Map<string, (event: { readonly data: string }) => void>();
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeSource.last = this;
  }
  addEventListener(name: string, listener: (event: { readonly data: string }) => void): void {
    this.#listeners.set(name, listener);
  }
  close(): void {}
  bring(id: string): void {
    this.#listeners.get("exchanges")?.({ data: JSON.stringify({ exchanges: [{ id }], dropped: 0 }) });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  vi.stubGlobal("document", { hidden: false, addEventListener: () => {} });
  vi.stubGlobal("EventSource", FakeSource);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Hears the exchanges of a service, until it is called. */
async function listen(service: string, heard: string[]): Promise<() => void> {
  const { liveHub } = await import("./live-hub.ts");
  const exchanges = (event: LiveEvents["exchanges"]) => void heard.push(...event.exchanges.map(({ id }) => id));
  return liveHub.subscribe({ topics: ["exchanges"], filters: { service }, on: { exchanges } });
}

test("what the connection of the filters before still brings does not reach the list of the new ones", async () => {
  const heard: string[] = [];
  const end = await listen("quotes", []);
  vi.runAllTimers();
  const before = FakeSource.last;
  end();
  await listen("ledger", heard);
  before.bring("of quotes");
  vi.runAllTimers();
  expect(FakeSource.last.url).toContain("service=ledger");
  FakeSource.last.bring("of ledger");
  expect(heard).toEqual(["of ledger"]);
});

test("who asks for what the connection brings already hears it at once", async () => {
  const heard: string[] = [];
  await listen("quotes", []);
  vi.runAllTimers();
  await listen("quotes", heard);
  FakeSource.last.bring("of quotes");
  expect(heard).toEqual(["of quotes"]);
});
