// Preloaded into a process whose date is wrong by SKEW_MS.
const skewMs = Number(process.env["SKEW_MS"] ?? 0);
const now = Date.now;
Date.now = () => now() + skewMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, parameters, as) =>
    Reflect.construct(target, parameters.length === 0 ? [target.now()] : parameters, as),
});
