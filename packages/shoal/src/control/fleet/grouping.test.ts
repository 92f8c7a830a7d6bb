import { describe, expect, it } from "vitest";
import { command, type FleetOptions, fleet, node, type ServiceDefinition } from "./definition.ts";
import { type Colocation, planGroups } from "./grouping.ts";

const SERVES = 'import { serve, use } from "shoal";\nexport default serve(quotes, {});';

function plan(
  services: Readonly<Record<string, ServiceDefinition>>,
  how: Colocation,
  options: FleetOptions = {},
  sources: Readonly<Record<string, string>> = {},
) {
  const { groups, apart, notes } = planGroups(fleet("shop", services, options), how, (file) => sources[file] ?? SERVES);
  return {
    groups: groups.map(({ name, members, instances }) => ({ name, services: [...members.keys()], instances })),
    apart: Object.fromEntries(apart),
    notes,
  };
}

const NONE = { groups: [], apart: {}, notes: [] };
const two = { quotes: node("quotes.ts"), rates: node("rates.ts") };

describe("a fleet as its config has it", () => {
  it("gives each service a process, unless the config groups them", () => {
    expect(plan(two, "config")).toEqual(NONE);
    expect(plan(two, "config", { groups: { core: ["quotes", "rates"] } }).groups).toEqual([
      { name: "core", services: ["quotes", "rates"], instances: 1 },
    ]);
  });

  it("runs a group as often as its services say, or as the group does", () => {
    const twice = { quotes: node("q.ts", { instances: 2 }), rates: node("r.ts", { instances: 2 }) };
    const groups = { core: ["quotes", "rates"] };
    expect(plan(twice, "config", { groups }).groups[0]?.instances).toBe(2);
    expect(
      plan(twice, "config", { groups: { core: { services: ["quotes"], instances: 3 } } }).groups[0]?.instances,
    ).toBe(3);
  });

  it("is overruled by who starts it", () => {
    expect(plan(two, "apart", { groups: { core: ["quotes", "rates"] } })).toEqual(NONE);
    expect(plan(two, "together", { groups: { core: ["quotes"] } }).groups[0]?.services).toEqual(["quotes", "rates"]);
  });

  it("refuses what cannot be, also where nobody checked the config", () => {
    const services = { ...two, pages: command("python3 pages.py") };
    expect(() => plan(services, "config", { groups: { core: ["quotes", "pages"] } })).toThrow(
      "groups.core: pages cannot be in it: a command() is a program of its own",
    );
  });
});

describe("a fleet together", () => {
  it("is one process of all that serve a contract, and says why others are not in it", () => {
    const services = {
      ...two,
      pages: command("python3 pages.py"),
      worker: node("worker.ts", { listens: false }),
      tool: node("tool.ts", { args: ["--fast"] }),
      legacy: node("legacy.js"),
    };
    expect(plan(services, "together", {}, { "legacy.js": 'import express from "express";' })).toEqual({
      groups: [{ name: "together", services: ["quotes", "rates"], instances: 1 }],
      apart: {
        pages: "a command() is a program of its own",
        worker: "it listens to nothing (listens: false)",
        tool: "it has arguments (args), which a process has only once",
        legacy: "its file does not import serve from shoal; if it serves a contract all the same, name it in groups",
      },
      notes: [],
    });
  });

  it("takes the most that have the same environment, folder and options of Node", () => {
    const services = {
      odd: node("odd.ts", { env: { KEY: "1" } }),
      ...two,
      away: node("away.ts", { cwd: "elsewhere" }),
      traced: node("traced.ts", { nodeArgs: ["--inspect"] }),
    };
    const { groups, apart } = plan(services, "together");
    expect(groups[0]?.services).toEqual(["quotes", "rates"]);
    expect(apart).toEqual({
      odd: "its env (KEY) is other than the others'",
      away: "its cwd is other than the others'",
      traced: "its nodeArgs are other than the others'",
    });
  });

  it("runs as often as the service with the fewest instances, and says so", () => {
    const services = {
      quotes: node("q.ts", { instances: 3 }),
      rates: node("r.ts"),
      edge: node("e.ts", { instances: 2 }),
    };
    expect(plan(services, "together")).toMatchObject({
      groups: [{ instances: 1 }],
      notes: ["the process they share runs once, and so do quotes, edge, which have more instances apart"],
    });
    const twice = { quotes: node("q.ts", { instances: 2 }), rates: node("r.ts", { instances: 2 }) };
    expect(plan(twice, "together")).toMatchObject({ groups: [{ instances: 2 }], notes: [] });
  });

  it("leaves alone what has nobody to share with", () => {
    expect(plan({ quotes: node("q.ts"), pages: command("true") }, "together")).toEqual({
      groups: [],
      apart: {
        quotes: "there is no other that could share a process with it",
        pages: "a command() is a program of its own",
      },
      notes: [],
    });
  });

  it("has a name that no service has", () => {
    const name = plan({ together: node("t.ts"), quotes: node("q.ts") }, "together").groups[0]?.name;
    expect(name).toBe("all-together");
  });

  it.each([
    ['import { contract, serve } from "shoal";', true],
    ["import { serve as make } from 'shoal';", true],
    ['import {\n  follow,\n  serve,\n} from "shoal";', true],
    ['import * as shoal from "shoal";\nshoal.serve(quotes, {});', true],
    ['const { serve } = require("shoal");', true],
    ['import { use } from "shoal";', false],
    ['import { serve } from "@hono/node-server";', false],
    ['import { serve } from "@hono/node-server";\nimport { use } from "shoal";', false],
    ['import { observe } from "shoal";', false],
    ["", false],
  ])("takes %j for a service: %s", (source, isService) => {
    const { apart } = plan({ ...two, it: node("it.ts") }, "together", {}, { "it.ts": source });
    expect("it" in apart).toBe(!isService);
  });
});
