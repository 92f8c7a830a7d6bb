import { describe, expect, it } from "vitest";
import { serviceOfHost } from "./service-host.ts";

describe("serviceOfHost", () => {
  it.each([
    ["catalog.service", "catalog"],
    ["catalog.service:80", "catalog"],
    ["Catalog.Service".replace("S", "s"), "catalog"],
    ["a-1.service", "a-1"],
  ])("reads %s as the service %s", (host, service) => {
    expect(serviceOfHost(host)).toBe(service);
  });

  it.each([
    "",
    ".service",
    "service",
    "catalog",
    "example.com",
    "catalog.services",
    "catalog.service.consul",
    "catalog.service.example.com",
    "a.b.service",
    "1a.service",
    "-a.service",
    "catalog.service:port",
    "catalog.service:123456",
    "127.0.0.1:80",
    "[::1]",
  ])("leaves %j alone", (host) => {
    expect(serviceOfHost(host)).toBeUndefined();
  });
});
