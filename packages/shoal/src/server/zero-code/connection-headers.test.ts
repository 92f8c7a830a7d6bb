import { describe, expect, it } from "vitest";
import { withoutConnectionHeaders } from "./connection-headers.ts";

describe("withoutConnectionHeaders", () => {
  it("drops what concerns the connection, and what its connection header names", () => {
    const headers = {
      connection: "keep-alive, X-Hop",
      "keep-alive": "timeout=5",
      "x-hop": "1",
      te: "trailers",
      accept: "a/b",
    };
    expect(withoutConnectionHeaders(headers)).toEqual({ accept: "a/b" });
  });

  it("keeps headers with several values", () => {
    expect(withoutConnectionHeaders({ "set-cookie": ["a=1", "b=2"] })).toEqual({ "set-cookie": ["a=1", "b=2"] });
  });
});
