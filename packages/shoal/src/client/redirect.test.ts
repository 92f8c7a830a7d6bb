import { describe, expect, it } from "vitest";
import type { FetchRequest } from "./fetch-request.ts";
import { redirected } from "./redirect.ts";

const request: FetchRequest = {
  url: "http://quotes.service/a/b",
  method: "POST",
  headers: { authorization: "secret", "content-type": "text/plain", accept: "*/*" },
  body: Buffer.from("x"),
  redirect: "follow",
  redirects: 0,
};
const to = (location: string | undefined, status = 302) => ({
  status,
  headers: location === undefined ? {} : { location },
  body: undefined,
});

describe("redirected", () => {
  it("leaves alone what is no redirect, has no location or is wanted by hand", () => {
    expect(redirected(request, to("/c", 200))).toBeUndefined();
    expect(redirected(request, to(undefined))).toBeUndefined();
    expect(redirected({ ...request, redirect: "manual" }, to("/c"))).toBeUndefined();
  });

  it.each([301, 302, 303])("turns a POST into a GET without a body after %i", (status) => {
    expect(redirected(request, to("../c", status))).toEqual({
      ...request,
      url: "http://quotes.service/c",
      method: "GET",
      body: undefined,
      headers: { authorization: "secret", accept: "*/*" },
      redirects: 1,
    });
  });

  it.each([307, 308])("keeps method and body after %i", (status) => {
    expect(redirected(request, to("c", status))).toMatchObject({ method: "POST", url: "http://quotes.service/a/c" });
  });

  it("keeps secrets from another host", () => {
    expect(redirected(request, to("http://rates.service/", 307))?.headers).toEqual({
      "content-type": "text/plain",
      accept: "*/*",
    });
  });

  it.each([
    [{ ...request, redirect: "error" as const }, "/c"],
    [{ ...request, redirects: 20 }, "/c"],
    [{ ...request, body: (async function* () {})() }, "/c"],
    [request, "http://["],
  ])("rejects as fetch does (%#)", (from, location) => {
    expect(() => redirected(from, to(location, 307))).toThrow(TypeError);
  });
});
