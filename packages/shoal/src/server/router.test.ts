import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { del, get, post } from "../contract/operation.ts";
import { createRouter } from "./router.ts";

const Id = z.object({ id: z.string() });
const router = createRouter(
  contract("quotes", {
    list: get("/quotes", {}),
    create: post("/quotes", {}),
    latest: get("/quotes/latest", {}),
    read: get("/quotes/:id", { params: Id }),
    remove: del("/quotes/:id", { params: Id }),
    pdf: get("/quotes/:id.pdf", { params: Id }),
    line: get("/quotes/:id/lines/:line", { params: z.object({ id: z.string(), line: z.string() }) }),
    root: get("/", {}),
  }),
);
const found = (method: string, path: string) => {
  const route = router.find(method, path);
  return route.kind === "operation" ? [route.operation.name, { ...route.params }] : route;
};

describe("createRouter", () => {
  it.each([
    ["GET", "/", "root", {}],
    ["GET", "/quotes", "list", {}],
    ["POST", "/quotes", "create", {}],
    ["HEAD", "/quotes", "list", {}],
    ["GET", "/quotes/latest", "latest", {}],
    ["GET", "/quotes/42", "read", { id: "42" }],
    ["GET", "/quotes/42.pdf", "pdf", { id: "42" }],
    ["DELETE", "/quotes/42", "remove", { id: "42" }],
    ["GET", "/quotes/a%2Fb%20c%3F", "read", { id: "a/b c?" }],
    ["GET", "/quotes/%C3%A4", "read", { id: "ä" }],
    ["GET", "/quotes/1/lines/2", "line", { id: "1", line: "2" }],
  ])("finds %s %s", (method, path, name, params) => {
    expect(found(method, path)).toEqual([name, params]);
  });

  it("finds a parameter as long as the header limit lets through", () => {
    const id = "x".repeat(16_000);
    expect(found("GET", `/quotes/${id}`)).toEqual(["read", { id }]);
  });

  it.each(["/quotes/%", "/quotes/%zz", "/quotes/%ff", "/quotes/%C3"])("refuses %s, which does not decode", (path) => {
    expect(found("GET", path)).toMatchObject({ kind: "refused", error: { code: "REQUEST_INVALID", status: 400 } });
  });

  it.each([
    ["PUT", "/quotes", "GET, POST, HEAD"],
    ["HEAD", "/quotes/1/x", undefined],
    ["OPTIONS", "/quotes/7", "GET, DELETE, HEAD"],
    ["POST", "/quotes/1/lines/2", "GET, HEAD"],
  ])("answers %s %s with Allow: %s", (method, path, allow) => {
    const code = allow === undefined ? "OPERATION_UNKNOWN" : "METHOD_NOT_ALLOWED";
    expect(found(method, path)).toMatchObject({ kind: "refused", allow, error: { code } });
  });

  it("does not offer HEAD where there is no GET", () => {
    const writeOnly = createRouter(contract("log", { add: post("/lines", {}) }));
    expect(writeOnly.find("HEAD", "/lines")).toMatchObject({ kind: "refused", allow: "POST" });
  });

  it.each([
    ["/quote/42", "Did you mean read: GET /quotes/:id?"],
    ["/qoutes", "Did you mean list: GET /quotes?"],
    ["/quotes/1/line/2", "Did you mean line: GET /quotes/:id/lines/:line?"],
  ])("hints for %s at the nearest operation", (path, hint) => {
    expect(found("GET", path)).toMatchObject({ error: { code: "OPERATION_UNKNOWN", hint } });
  });

  it("hints at the document where nothing is near, or the path is too long to compare", () => {
    const hint = "See the service's /openapi.json for what it offers.";
    for (const path of ["/nothing/like/it", "/x", `/${"x".repeat(10_000)}/y`]) {
      expect(found("GET", path)).toMatchObject({ error: { hint } });
    }
  });
});
