import { describe, expect, it } from "vitest";
import { intakeToken } from "../intake-token.ts";
import { command, node } from "./definition.ts";
import { conditionsIn, groupSpecOf, type LaunchSetting, processSpecOf, withExec } from "./launch.ts";

const setting: LaunchSetting = {
  definition: {
    name: "tuition",
    options: { fallbackRealms: { rates: "staging", banks: "prod" }, policies: { rates: { attemptMs: 500 } } },
  },
  folder: "/fleet",
  stateFolder: "/fleet/.shoal",
  controlUrl: "http://127.0.0.1:4400",
  env: {
    PATH: "/bin",
    SHOAL_CONTROL: "http://outer",
    SHOAL_SUPERVISOR: "of another",
    SHOAL_SUPERVISOR_FD: "3",
    SHOAL_LOG_LEVEL: "debug",
    SHOAL_POLICIES: "of another",
    PORT: "1",
  },
  execArgv: ["-C", "shoal-source", "--inspect"],
  watch: true,
  mark: { SHOAL_SUPERVISOR: "0123" },
  run: "20260101-000000-abcd",
};

describe("groupSpecOf", () => {
  it("starts one Node for all services of a group, and names to it what each has of its own", () => {
    const options = { env: { KEY: "1" }, cwd: "data", nodeArgs: ["--inspect"] };
    const members = new Map([
      ["quotes", node("quotes.ts", options)] as const,
      ["rates", node("rates.ts", options)] as const,
    ]);
    const own = [
      { service: "quotes", instance: "quotes-1-ab", port: 20_001, file: "/fleet/quotes.ts" },
      { service: "rates", instance: "rates-1-cd", port: 20_002, file: "/fleet/rates.ts" },
    ];
    const group = { name: "core", members, instances: 1 };
    const spec = groupSpecOf(
      { ...setting, env: { ...setting.env, SHOAL_GROUP: "of another" } },
      { group, instance: "core-1-ef", members: own },
    );
    expect(spec.args.slice(4)).toEqual(["--inspect", expect.stringMatching(/server\/group\/main\.ts$/)]);
    expect(spec.cwd).toBe("/fleet/data");
    expect(JSON.parse(spec.env["SHOAL_GROUP"] ?? "")).toEqual({ name: "core", members: own });
    expect(spec.env).toMatchObject({
      KEY: "1",
      PORT: undefined,
      SHOAL_SERVICE: undefined,
      SHOAL_INSTANCE: "core-1-ef",
      SHOAL_SUPERVISOR_FD: "3",
      OTEL_SERVICE_NAME: "core",
    });
  });
});

describe("processSpecOf", () => {
  it("starts a node service with Shoal's surroundings and its own arguments", () => {
    const definition = node("services/quotes.ts", { args: ["--fast"], nodeArgs: ["--inspect"], cwd: "data" });
    const spec = processSpecOf(setting, { service: "quotes", definition, instance: "quotes-1-ab", port: 20_001 });
    expect(spec.executable).toBe(process.execPath);
    expect(spec.args).toEqual([
      "-C",
      "shoal-source",
      "--import",
      expect.stringMatching(/^file:.*\/register\.ts$/),
      "--inspect",
      "/fleet/services/quotes.ts",
      "--fast",
    ]);
    expect(spec.cwd).toBe("/fleet/data");
    expect(spec.env).toMatchObject({
      PATH: "/bin",
      PORT: "20001",
      SHOAL_SERVICE: "quotes",
      SHOAL_INSTANCE: "quotes-1-ab",
      SHOAL_REALM: "local",
      SHOAL_CONTROL: "http://127.0.0.1:4400",
      SHOAL_FALLBACK_REALMS: "rates=staging,banks=prod",
      SHOAL_POLICIES: '{"rates":{"attemptMs":500}}',
      SHOAL_SUPERVISOR: "0123",
      SHOAL_SUPERVISOR_FD: "3",
      SHOAL_WATCH: "1",
      OTEL_SERVICE_NAME: "quotes",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4400",
      NODE_COMPILE_CACHE: "/fleet/.shoal/compile-cache",
    });
  });

  it("gives a command no descriptor of ours, and nothing of a supervisor around this one", () => {
    const definition = command("python3 reports.py", { env: { MODE: "fast" } });
    const spec = processSpecOf(setting, { service: "reports", definition, instance: "reports-1-ab", port: 20_002 });
    expect([spec.executable, spec.args]).toEqual(["/bin/sh", ["-c", "exec python3 reports.py"]]);
    expect(spec.env).toMatchObject({
      MODE: "fast",
      PORT: "20002",
      SHOAL_CONTROL: "http://127.0.0.1:4400",
      SHOAL_LOG_LEVEL: "debug",
    });
    expect(spec.env).not.toHaveProperty("SHOAL_SUPERVISOR_FD");
  });

  it("passes on no policies but the fleet's own", () => {
    const none = { ...setting, definition: { name: "tuition", options: {} } };
    const spec = processSpecOf(none, { service: "a", definition: command("a"), instance: "a-1", port: 1 });
    expect(spec.env).not.toHaveProperty("SHOAL_POLICIES");
  });

  it("finds services where the config says for a service, and not where a fleet around this one does", () => {
    const around = { ...setting, env: { SHOAL_STATIC: "rates=http://127.0.0.1:9" } };
    const launch = { service: "a", instance: "a-1", port: 1 };
    const own = { SHOAL_STATIC: "rates=http://127.0.0.1:8", SHOAL_GROUP: "of another" };
    const told = processSpecOf(around, { ...launch, definition: node("a.ts", { env: own }) });
    expect(told.env).toMatchObject({ SHOAL_STATIC: "rates=http://127.0.0.1:8" });
    expect(told.env).not.toHaveProperty("SHOAL_GROUP");
    expect(processSpecOf(around, { ...launch, definition: node("a.ts") }).env).not.toHaveProperty("SHOAL_STATIC");
  });

  it("sends telemetry where the user says, if he says", () => {
    const own = { ...setting, env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" } };
    const spec = processSpecOf(own, { service: "a", definition: command("a"), instance: "a-1", port: 1 });
    expect(spec.env["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe("http://collector:4318");
  });

  it("lets an SDK into a control plane that asks for a token, and tells nobody else of it", () => {
    const headersWith = (env: Readonly<Record<string, string>>) =>
      processSpecOf({ ...setting, env }, { service: "a", definition: command("a"), instance: "a-1", port: 1 }).env[
        "OTEL_EXPORTER_OTLP_HEADERS"
      ];
    const token = { SHOAL_CONTROL_TOKEN: "0123456789abcdef" };
    expect(headersWith(token)).toBe(`authorization=Bearer%20${intakeToken("0123456789abcdef")}`);
    expect(headersWith({})).toBeUndefined();
    expect(headersWith({ ...token, OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" })).toBeUndefined();
    expect(headersWith({ ...token, OTEL_EXPORTER_OTLP_HEADERS: "api-key=1" })).toBe("api-key=1");
  });
});

describe("conditionsIn", () => {
  it.each([
    [
      ["-C", "a", "--conditions", "b"],
      ["-C", "a", "-C", "b"],
    ],
    [
      ["--conditions=a", "-C=b", "-Cc", "--inspect"],
      ["-C", "a", "-C", "b", "-C", "c"],
    ],
    // Node chooses these for each load: for a whole process, require() would find what is meant for import.
    [
      ["--conditions", "import", "-C", "a", "--conditions=require", "-Cimport"],
      ["-C", "a"],
    ],
    [[], []],
  ])("%j are %j", (given, found) => {
    expect(conditionsIn(given)).toEqual(found);
  });
});

describe("withExec", () => {
  it.each(["python3 app.py", "python3 -m http.server $PORT --bind '127.0.0.1'", "./server --port=$PORT"])(
    "lets %j take the shell's place",
    (command) => {
      expect(withExec(command)).toBe(`exec ${command}`);
    },
  );
  it.each([
    "cd app && ./run",
    "while true; do nc -l $PORT; done",
    "A=1 ./run",
    "a | b",
    "./run > log",
    "(a)",
    "exec a",
    "echo `b`",
  ])("leaves %j to the shell", (command) => {
    expect(withExec(command)).toBe(command);
  });
});
