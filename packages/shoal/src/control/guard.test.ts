import { describe, expect, it } from "vitest";
import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/message.ts";
import { guard, isLoopback, refusalOf, tokenFor } from "./guard.ts";
import { intakeToken } from "./intake-token.ts";

const options = { port: () => 4400 };

function request(headers: Record<string, string>, method = "GET"): HttpRequest {
  return { method, target: "/api/v1/fleet", headers: { host: "127.0.0.1:4400", ...headers }, body: undefined };
}

describe("refusalOf", () => {
  it.each(["127.0.0.1:4400", "localhost:4400", "LocalHost:4400", "[::1]:4400"])("lets Host %s pass", (host) => {
    expect(refusalOf(request({ host }), options)).toBeUndefined();
  });

  it.each([
    "evil.example",
    "evil.example:4400",
    "127.0.0.1",
    "127.0.0.1:4401",
    "127.0.0.1:44000",
    "localhost.evil.example:4400",
    "127.0.0.1:4400.evil.example",
    "127.0.0.1:4400, evil.example",
    "",
  ])("refuses Host '%s': DNS rebinding", (host) => {
    expect(refusalOf(request({ host }), options)).toMatchObject({ code: "FORBIDDEN", status: 403 });
  });

  it("refuses a request without Host", () => {
    expect(refusalOf({ ...request({}), headers: {} }, options)?.code).toBe("FORBIDDEN");
  });

  it("needs no port in Host on port 80", () => {
    expect(refusalOf(request({ host: "localhost" }), { port: () => 80 })).toBeUndefined();
  });

  it.each(["http://evil.example", "http://127.0.0.1:5173", "https://127.0.0.1:4400", "null", "http://localhost:4400"])(
    "refuses Origin %s under Host 127.0.0.1:4400",
    (origin) => {
      expect(refusalOf(request({ origin }), options)?.code).toBe("FORBIDDEN");
    },
  );

  it.each(["cross-site", "same-site", "anything"])("refuses Sec-Fetch-Site %s", (site) => {
    expect(refusalOf(request({ "sec-fetch-site": site }), options)?.code).toBe("FORBIDDEN");
  });

  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const pages = { ...options, isPage: (path: string) => !path.startsWith("/api") };
  const to = (target: string, headers: Record<string, string>, method = "GET") => ({
    ...request(headers, method),
    target,
  });

  it("lets a link on another site lead to a page", () => {
    expect(refusalOf(to("/traces?status=error", link), pages)).toBeUndefined();
  });

  it.each([
    ["to the API", "/api/v1/fleet", link, "GET"],
    ["from a frame", "/traces", { ...link, "sec-fetch-dest": "iframe" }, "GET"],
    ["by a script", "/traces", { ...link, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" }, "GET"],
    ["by fetch", "/traces", { ...link, "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }, "GET"],
    ["by a form", "/traces", link, "POST"],
    ["with an origin", "/traces", { ...link, origin: "https://evil.example" }, "GET"],
    ["to a name that was rebound", "/traces", { ...link, host: "evil.example:4400" }, "GET"],
  ])("refuses what another site sends %s", (_, target, headers, method) => {
    expect(refusalOf(to(target, headers, method), pages)?.code).toBe("FORBIDDEN");
  });

  it("refuses links where nothing is a page", () => {
    expect(refusalOf(to("/traces", link), options)?.code).toBe("FORBIDDEN");
  });

  it("lets its own page and a typed address pass", () => {
    const own = {
      origin: "http://127.0.0.1:4400",
      "sec-fetch-site": "same-origin",
      "content-type": "application/json",
    };
    expect(refusalOf(request(own, "POST"), options)).toBeUndefined();
    expect(refusalOf(request({ "sec-fetch-site": "none" }), options)).toBeUndefined();
  });

  it.each(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain;charset=utf-8", ""])(
    "refuses a browser's POST of type '%s', which a form could have sent",
    (type) => {
      const headers = { "content-type": type, "user-agent": "Mozilla/5.0" };
      expect(refusalOf(request(headers, "POST"), options)?.code).toBe("FORBIDDEN");
      expect(refusalOf(request({ "content-type": type, "user-agent": "curl/8" }, "POST"), options)).toBeUndefined();
    },
  );

  it("asks for the token, whatever the Host, when there is one", () => {
    const guarded = { ...options, token: "0123456789abcdef" };
    const host = "shoal.internal:4400";
    expect(refusalOf(request({ host, authorization: "Bearer 0123456789abcdef" }), guarded)).toBeUndefined();
    for (const authorization of [
      "",
      "Bearer",
      "Bearer 0123456789abcdeg",
      "Basic 0123456789abcdef",
      "0123456789abcdef",
    ]) {
      expect(refusalOf(request({ host, authorization }), guarded)).toMatchObject({ code: "FORBIDDEN", status: 401 });
    }
    expect(refusalOf(request({ host: "127.0.0.1:4400" }), guarded)?.status).toBe(401);
  });

  it("takes telemetry for a token that is good for nothing else", () => {
    const token = "0123456789abcdef";
    const guarded = { ...options, token };
    const authorization = `Bearer ${intakeToken(token)}`;
    const statusOf = (method: string, target: string) =>
      refusalOf({ ...request({ authorization, "content-type": "application/json" }, method), target }, guarded)?.status;
    for (const path of ["/v1/traces", "/v1/logs?x=1", "/v1/metrics", "/api/v2/spans"]) {
      expect(statusOf("POST", path), path).toBeUndefined();
    }
    for (const path of [
      "/v1/exchanges",
      "/v1/resilience",
      "/api/v1/send",
      "/registry/v1/leases",
      "/v1/traces/../x",
      "/",
    ]) {
      expect(statusOf("POST", path), path).toBe(401);
    }
    expect(statusOf("GET", "/v1/traces")).toBe(401);
    expect(statusOf("GET", "/api/v1/logs")).toBe(401);
    const page = { authorization, origin: "http://evil.example" };
    expect(refusalOf({ ...request(page, "POST"), target: "/v1/traces" }, guarded)?.status).toBe(403);
  });
});

describe("guard", () => {
  it("answers with a problem document and never calls what it guards", async () => {
    let calls = 0;
    const filter = guard("shoal-control", options);
    const next = async () => {
      calls += 1;
      return { status: 204, headers: {}, body: undefined };
    };
    const refused = await filter(request({ host: "evil.example" }), {} as Context, next);
    expect(refused.status).toBe(403);
    expect(JSON.parse(Buffer.from(refused.body as Uint8Array).toString())).toMatchObject({ code: "FORBIDDEN" });
    expect(calls).toBe(0);
    await filter(request({}), {} as Context, next);
    expect(calls).toBe(1);
  });
});

describe("tokenFor", () => {
  it("needs none on loopback", () => {
    for (const host of ["127.0.0.1", "localhost", "::1", "127.0.1.1"]) expect(tokenFor(host, "x")).toBeUndefined();
  });

  it.each([undefined, "", "short"])("refuses to be open to the network with the token %j", (token) => {
    expect(() => tokenFor("0.0.0.0", token)).toThrow("[OPTION_INVALID] bound to 0.0.0.0");
  });

  it("takes a long one", () => {
    expect(tokenFor("0.0.0.0", "0123456789abcdef")).toBe("0123456789abcdef");
  });

  it.each(["127.0.0.1.evil.example", "128.0.0.1", "0.0.0.0", "::", ""])("does not take %j for loopback", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
