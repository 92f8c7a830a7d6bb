import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { CLAIM_AGAIN_MS, CLAIM_CHECK_MS, keepFleetClaim } from "./fleet-claim.ts";
import { claimFleetFile, type FleetFile, fleetFileOf, ownProcess, readFleetFile } from "./fleet-file.ts";

let folder: string;
let path: string;
let content: FleetFile;
const clock = createVirtualClock();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shoal-claim-"));
  path = fleetFileOf(join(folder, "shoal.config.ts"));
  const place = { control: "http://127.0.0.1:4400", configFile: join(folder, "shoal.config.ts") };
  content = { fleet: "tuition", realm: "local", ...ownProcess(), startedMs: 1, ...place };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the claim of a folder", () => {
  it("is made at once, hidden from git, and leaves no fleet file when it is given back", () => {
    const claim = keepFleetClaim(path, content, clock);
    expect(claim.warnings()).toEqual([]);
    expect(readdirSync(dirname(path)).sort()).toEqual([".gitignore", "fleet.json"]);
    claim.release();
    expect(existsSync(path)).toBe(false);
    expect(clock.pending()).toBe(0);
  });

  it("is made again when somebody deletes .shoal/ while the fleet runs", async () => {
    const claim = keepFleetClaim(path, content, clock);
    rmSync(dirname(path), { recursive: true });
    await clock.advance(CLAIM_CHECK_MS);
    expect(readFleetFile(path)).toEqual(content);
    claim.release();
    expect([existsSync(path), clock.pending()]).toEqual([false, 0]);
  });

  it("does not make a folder again that was deleted with its config", async () => {
    const claim = keepFleetClaim(path, content, clock);
    rmSync(folder, { recursive: true });
    await clock.advance(CLAIM_CHECK_MS);
    const isThere = existsSync(folder);
    claim.release();
    mkdirSync(folder);
    expect([isThere, claim.warnings(), clock.pending()]).toEqual([false, [], 0]);
  });

  it("that the disk does not take is a warning, and made when the disk takes it", async () => {
    writeFileSync(dirname(path), "a file where the folder should be");
    const claim = keepFleetClaim(path, content, clock);
    expect(claim.warnings()).toEqual([expect.stringMatching(/STORE_UNAVAILABLE.*its process is \d+$/)]);
    await clock.advance(CLAIM_AGAIN_MS);
    expect(claim.warnings()).toHaveLength(1);
    rmSync(dirname(path));
    await clock.advance(CLAIM_AGAIN_MS);
    expect(claim.warnings()).toEqual([]);
    expect(readFleetFile(path)).toEqual(content);
    claim.release();
    expect([existsSync(path), clock.pending()]).toEqual([false, 0]);
  });

  it("is refused while another fleet runs there, and only a warning when that one came later", async () => {
    claimFleetFile(path, content);
    expect(() => keepFleetClaim(path, content, clock)).toThrow("[FLEET_RUNNING]");
    rmSync(dirname(path), { recursive: true });
    writeFileSync(dirname(path), "a file where the folder should be");
    const claim = keepFleetClaim(path, content, clock);
    rmSync(dirname(path));
    claimFleetFile(path, content);
    await clock.advance(CLAIM_AGAIN_MS);
    expect(claim.warnings()).toEqual([expect.stringContaining("FLEET_RUNNING")]);
    claim.release();
    expect(clock.pending()).toBe(0);
  });
});
