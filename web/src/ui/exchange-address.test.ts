import { expect, it } from "vitest";
import { reachableUrl } from "./exchange-address.ts";

const instances = [
  { service: "quotes", state: "stopped", address: "127.0.0.1:1" },
  { service: "quotes", state: "ready", address: "127.0.0.1:2" },
  { service: "rates", state: "ready", address: "http://127.0.0.1:3/" },
] as const;

it("puts the address of a ready instance in the place of a service's name", () => {
  expect(reachableUrl("http://quotes.service/a?b=1", instances)).toBe("http://127.0.0.1:2/a?b=1");
  expect(reachableUrl("http://rates.service", instances)).toBe("http://127.0.0.1:3/");
});

it("leaves alone what it cannot place", () => {
  for (const url of ["https://api.example.com/x", "http://schools.service/x", "/x"]) {
    expect(reachableUrl(url, instances)).toBe(url);
  }
});
