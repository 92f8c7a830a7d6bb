import { expect, it } from "vitest";
import { arrivingContext } from "../transport/arrival.ts";
import { type Filter, stack } from "./service.ts";

const context = arrivingContext(new AbortController().signal);

it("stack lets the first filter see the request first and the reply last", async () => {
  const mark =
    (name: string): Filter<string, string> =>
    async (request, given, next) =>
      `${await next(`${request}>${name}`, given)}<${name}`;
  const service = stack([mark("a"), mark("b")], async (request) => `[${request}]`);
  expect(await service("r", context)).toBe("[r>a>b]<b<a");
});

it("stack lets a filter answer by itself", async () => {
  let reached = false;
  const service = stack<string, string>([async () => "no"], async () => {
    reached = true;
    return "yes";
  });
  expect(await service("r", context)).toBe("no");
  expect(reached).toBe(false);
});

it("stack of no filters is the service", async () => {
  const service = async (request: string) => request;
  expect(stack([], service)).toBe(service);
});
