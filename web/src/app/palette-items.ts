/** Something to go to. */
export interface PaletteItem {
  readonly key: string;
  readonly kind: "page" | "service" | "operation" | "trace" | "search" | "theme";
  readonly title: string;
  /** In quiet letters behind the title. */
  readonly detail: string;
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: Readonly<Record<string, string>>;
  /** In place of going anywhere. */
  readonly theme?: "light" | "dark" | "auto";
}

interface PaletteSources {
  readonly pages: readonly { readonly path: string; readonly title: string }[];
  readonly services: readonly string[];
  readonly operations: readonly { readonly service: string; readonly operation: string }[];
}

const THEMES: readonly PaletteItem[] = (
  [
    ["light", "Light theme"],
    ["dark", "Dark theme"],
    ["auto", "Theme as the system has it"],
  ] as const
).map(([theme, title]) => ({ key: `theme ${theme}`, kind: "theme", title, detail: "Theme", to: "", theme }));

const ITEMS_MAX = 40;
const TRACE_ID = /^[0-9a-f]{8,32}$/;

/** What a person may mean, the likeliest first; pages and services while nothing is typed. */
export function paletteItems(typed: string, { pages, services, operations }: PaletteSources): readonly PaletteItem[] {
  const text = typed.trim().toLowerCase();
  const places = [
    ...pages.map(pageItem),
    ...services.map(serviceItem),
    ...(text === "" ? [] : [...operations.map(operationItem), ...THEMES]),
  ];
  const ranked = places
    .map((item) => ({ item, rank: rankOf(item, text) }))
    .filter(({ rank }) => rank > 0)
    .sort((left, right) => right.rank - left.rank)
    .map(({ item }) => item);
  const traces = TRACE_ID.test(text) ? [traceItem(text)] : [];
  return [...traces, ...ranked.slice(0, ITEMS_MAX), ...(text === "" ? [] : searchItems(typed.trim()))];
}

/** 0: not meant. A whole name before a beginning, before the beginning of a word, before any part. */
function rankOf({ title, detail }: PaletteItem, text: string): number {
  if (text === "") return 1;
  const name = title.toLowerCase();
  if (name === text) return 5;
  if (name.startsWith(text)) return 4;
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(text))) return 3;
  if (name.includes(text)) return 2;
  return text.split(/[\s./]+/).every((part) => `${detail} ${name}`.toLowerCase().includes(part)) ? 1 : 0;
}

function pageItem({ path, title }: { readonly path: string; readonly title: string }): PaletteItem {
  return { key: `page ${path}`, kind: "page", title, detail: "Page", to: path };
}

function serviceItem(service: string): PaletteItem {
  const to = "/services/$service";
  return { key: `service ${service}`, kind: "service", title: service, detail: "Service", to, params: { service } };
}

function operationItem(given: { readonly service: string; readonly operation: string }): PaletteItem {
  const { service, operation } = given;
  const key = `operation ${service} ${operation}`;
  return { key, kind: "operation", title: operation, detail: service, to: "/traces", search: { service, operation } };
}

function traceItem(trace: string): PaletteItem {
  return {
    key: "trace",
    kind: "trace",
    title: trace,
    detail: "Open this trace",
    to: "/traces/$trace",
    params: { trace },
  };
}

function searchItems(text: string): readonly PaletteItem[] {
  return [
    { key: "logs", kind: "search", title: text, detail: "Search in logs", to: "/logs", search: { q: text } },
    { key: "traffic", kind: "search", title: text, detail: "Search in traffic", to: "/traffic", search: { q: text } },
  ];
}
