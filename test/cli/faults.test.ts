import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fleetFolder, isAlive, shellEnvironment, shoalCommand } from "../support/cli.ts";
import { until } from "../support/until.ts";

const BROKEN: readonly (readonly [what: string, config: string, says: RegExp])[] = [
  ["does not parse", "export default fleet(", /shoal\.config\.ts/],
  ["throws", 'throw new Error("no licence");', /no licence/],
  ["exports nothing", "export const x = 1;", /no default export/],
  ["exports something else", "export default 42;", /not a fleet/],
  ["has a bad name", 'import { fleet, node } from "shoal/fleet";\nexport default fleet("Bad Name", {});', /Bad Name/],
  [
    "names a file that is not there",
    'import { fleet, node } from "shoal/fleet";\nexport default fleet("f", { quotes: node("services/quotes.ts") });',
    /services\/quotes\.ts does not exist/,
  ],
  [
    "has an unknown option",
    'import { fleet, command } from "shoal/fleet";\nexport default fleet("f", { quotes: command("x", { instanses: 2 } as object) });',
    /Did you mean instances\?/,
  ],
  ["imports what is not installed", 'import "left-pad";\nexport default 1;', /left-pad/],
];

it.each(BROKEN)("says where and why when the config %s", async (_, config, says) => {
  await using folder = fleetFolder();
  folder.write("shoal.config.ts", config);
  const { code, out, err } = await folder.shoal(["up"]);
  expect([code, out]).toEqual([5, ""]);
  expect(err).toMatch(/^shoal: .*\[CONFIG_INVALID\]$/m);
  expect(err).toContain("shoal.config.ts");
  expect(err).toMatch(says);
  expect(err).toMatch(/^ {2}next {3}\S/m);
  expect(err).not.toMatch(/^ +at /m);
});

it("finds a broken config before it detaches, shows its stack when asked to, and in the doctor's list", async () => {
  await using folder = fleetFolder();
  folder.write("shoal.config.ts", 'throw new Error("no licence");');
  expect(await folder.shoal(["up", "--detach"])).toMatchObject({ code: 5, out: "" });
  expect((await folder.shoal(["up", "--verbose"])).err).toMatch(/^ +at /m);
  expect(await folder.shoal(["doctor"])).toMatchObject({ code: 1, out: expect.stringMatching(/^fail {2}config/m) });
});

const HALF_BROKEN = `import { command, fleet } from "shoal/fleet";
export default fleet("half", {
  good: command("while true; do sleep 1; done", { listens: false }),
  bad: command("echo opening the books; echo no such ledger >&2; exit 3"),
});`;

it("a service that fails to start leaves the others running, and the exit code says so", async () => {
  await using folder = fleetFolder();
  folder.write("shoal.config.ts", HALF_BROKEN);
  const up = await folder.shoal(["up", "--detach"]);
  expect(up.code).toBe(1);
  expect(up.out).toMatch(/^started in .* but not ready: bad$/m);
  expect(up.err).toContain("shoal logs bad");
  const rows = JSON.parse((await folder.shoal(["ps", "--json"])).out) as { service: string; state: string }[];
  expect(rows.find(({ service }) => service === "good")?.state).toBe("ready");
  expect((await folder.shoal(["down"])).code).toBe(0);
  expect(readFileSync(join(folder.path, ".shoal/supervisor.log"), "utf8")).toContain("no such ledger");
});

it("in a pipe, up prints plain lines until Ctrl-C, and exits with 1 when a service never was ready", async () => {
  await using folder = fleetFolder();
  folder.write("shoal.config.ts", HALF_BROKEN);
  const [node, file] = shoalCommand(folder.path);
  const child = spawn(node, [file, "up"], {
    cwd: folder.path,
    env: shellEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  await until("it has started", () => out.includes("started in "));
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(out).toMatch(/^ {2}bad-\S+ \| no such ledger$/m);
  expect(out).toMatch(/^stopping \d instances? \.\.\.\n[\s\S]*^stopped in [\d.]+ s\n$/m);
  expect(out).not.toContain("\x1b[");
  expect(folder.record()).toBeUndefined();
});

it("a supervisor that was killed is not mistaken for a running one", async () => {
  await using folder = fleetFolder();
  await folder.shoal(["init", "--no-install"]);
  expect((await folder.shoal(["up", "--detach"])).code).toBe(0);
  const record = folder.record();
  const killed = record?.pid ?? 0;
  process.kill(killed, "SIGKILL");
  await until("it is gone", () => !isAlive(killed));
  folder.write(".shoal/fleet.json", JSON.stringify(record));

  expect(await folder.shoal(["ps"])).toMatchObject({
    code: 3,
    err: expect.stringContaining("ended without cleaning up"),
  });
  expect((await folder.shoal(["doctor"])).out).toMatch(/^warn {2}fleet/m);
  const again = await folder.shoal(["up", "--detach"]);
  expect(again.code, again.err).toBe(0);
  expect(folder.record()?.pid).not.toBe(killed);
});

it("says what a fleet in the background lacks when its folder cannot be written", async () => {
  await using folder = fleetFolder();
  await folder.shoal(["init", "--no-install"]);
  folder.write(".shoal", "a file where the folder should be");
  expect(await folder.shoal(["up", "--detach"])).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(/\[STORE_UNAVAILABLE\][\s\S]*without --detach/),
  });
});

it("down works when the control plane does not answer", async () => {
  await using folder = fleetFolder();
  await folder.shoal(["init", "--no-install"]);
  expect((await folder.shoal(["up", "--detach"])).code).toBe(0);
  const record = folder.record();
  // A stopped process accepts connections and never answers: the worst kind of dead.
  const controlPid = controlPidOf(record?.pid ?? 0);
  process.kill(controlPid, "SIGSTOP");
  expect(await folder.shoal(["down"])).toMatchObject({ code: 0 });
  expect(isAlive(record?.pid ?? 0)).toBe(false);
  await until("the control plane has ended", () => !isAlive(controlPid));
});

/** The control plane tells its process id nowhere: it is the child of the supervisor that runs its entry. */
function controlPidOf(supervisor: number): number {
  const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("control/main"));
  if (found === undefined) throw new Error(`none of ${children.join(", ")} is a control plane`);
  return found;
}
