import { describe, expect, it } from "vitest";
import { parseServiceUrl } from "./service-url.ts";

describe("parseServiceUrl", () => {
  it.each([
    ["service://quotes/quotes/42?a=1#x", { service: "quotes", target: "/quotes/42?a=1" }],
    ["service://quotes", { service: "quotes", target: "/" }],
    ["http://quotes.service/quotes/42", { service: "quotes", target: "/quotes/42" }],
    ["http://QUOTES.service:80", { service: "quotes", target: "/" }],
    ["HTTP://quotes.service/%20", { service: "quotes", target: "/%20" }],
  ])("reads %s", (url, read) => {
    expect(parseServiceUrl(url)).toEqual(read);
  });

  it.each([
    "https://quotes.service/",
    "http://quotes.service:8080/",
    "http://user@quotes.service/",
    "http://quotes.service.example.com/",
    "http://example.com/",
    "http://.service/",
    "http://a.b.service/",
    "service://Quotes/",
    "/quotes",
    "data:text/plain,x",
    "",
  ])("leaves %s alone", (url) => {
    expect(parseServiceUrl(url)).toBeUndefined();
  });
});
