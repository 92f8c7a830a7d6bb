import { Agent, type RequestOptions } from "node:http";
import { describe, expect, it } from "vitest";
import { patchHttp } from "./patch-http.ts";

const agent = new Agent();

/** What an http module was called with, instead of a request. */
function make(said: Readonly<Record<string, string>> = { traceparent: "T" }) {
  const original: unknown[][] = [];
  const sent: { options: RequestOptions; headers: Record<string, string>; callback: unknown; ended: boolean }[] = [];
  const module = {
    request: (...args: unknown[]) => void original.push(args),
    get: (...args: unknown[]) => void original.push(["get", ...args]),
  };
  const request = (options: RequestOptions, callback?: unknown) => {
    const given = { ...(options.headers as Record<string, string>) };
    const one = { options, headers: given, callback, ended: false };
    sent.push(one);
    return {
      hasHeader: (name: string) => name in given,
      setHeader(name: string, value: string) {
        given[name] = value;
      },
      end() {
        one.ended = true;
      },
    };
  };
  patchHttp(module, { request, agent: () => agent, headers: () => said });
  const call = (method: "request" | "get", ...args: unknown[]) =>
    (module[method] as unknown as (...given: unknown[]) => unknown)(...args);
  return { call, original, sent };
}

const callback = () => {};

describe("patchHttp", () => {
  it.each<[string, unknown[]]>([
    ["a string", ["http://quotes.service/a?b=1", callback]],
    ["a string of https", ["https://quotes.service/a?b=1", callback]],
    ["a port that says nothing", ["http://quotes.service:8080/a?b=1", callback]],
    ["a URL", [new URL("http://quotes.service/a?b=1"), callback]],
    ["a string and options", ["http://quotes.service/a?b=1", {}, callback]],
    ["options", [{ host: "quotes.service", path: "/a?b=1" }, callback]],
    [
      "options as axios gives them",
      [{ hostname: "quotes.service", host: "other", port: 443, path: "/a?b=1" }, callback],
    ],
    ["options that win over the URL", ["http://example.com/a?b=1", { host: "quotes.service" }, callback]],
  ])("sends a request for a service given as %s to it", (_, args) => {
    const { call, original, sent } = make();
    call("request", ...args);
    expect(original).toEqual([]);
    expect(sent).toMatchObject([
      {
        options: { host: "quotes.service", path: "/a?b=1", protocol: "http:", port: 80, agent },
        callback,
        ended: false,
      },
    ]);
  });

  it("ends the request of get", () => {
    const { call, sent } = make();
    call("get", "http://quotes.service/");
    expect(sent[0]?.ended).toBe(true);
  });

  it.each<[string, unknown[]]>([
    ["another host", ["http://example.com/x.service", callback]],
    ["a longer host", ["http://quotes.service.example.com/", callback]],
    ["options without a host", [{ path: "/" }]],
    ["a socket file", [{ host: "quotes.service", socketPath: "/run/x.sock" }]],
    ["a connection of the app's own", [{ host: "quotes.service", createConnection: () => {} }]],
    ["no URL at all", ["quotes.service"]],
    ["nothing", []],
    ["null", [null]],
  ])("hands %s to the original, with the very same arguments", (_, args) => {
    const { call, original, sent } = make();
    call("request", ...args);
    call("get", ...args);
    expect(original).toEqual([args, ["get", ...args]]);
    expect(sent).toEqual([]);
  });

  it("adds what the request says about its own, but never over the app's headers", () => {
    const { call, sent } = make({ traceparent: "T", "x-deadline-ms": "5" });
    call("request", { host: "quotes.service", headers: { traceparent: "mine" } });
    expect(sent[0]?.headers).toEqual({ traceparent: "mine", "x-deadline-ms": "5" });
  });

  it("does the same for headers given as a list", () => {
    const { call, sent } = make({ traceparent: "T", "x-deadline-ms": "5" });
    call("request", { host: "quotes.service", headers: ["TraceParent", "mine", "a", "traceparent"] });
    expect(sent[0]?.options.headers).toEqual(["TraceParent", "mine", "a", "traceparent", "x-deadline-ms", "5"]);
  });
});
