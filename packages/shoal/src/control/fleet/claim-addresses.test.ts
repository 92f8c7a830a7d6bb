import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import { claimAddresses } from "./claim-addresses.ts";

function listener(taken: ReadonlySet<number> = new Set()) {
  const open = new Set<number>();
  const listen = async (port: number) => {
    if (taken.has(port) || open.has(port)) throw shoalError("PORT_TAKEN", { message: `port ${port} is taken` });
    open.add(port);
    return { address: `http://127.0.0.1:${port}`, close: async () => void open.delete(port) };
  };
  return { listen, open };
}

describe("claimAddresses", () => {
  it("gives two that claim at the same time different ports, whoever is first", async () => {
    const { listen } = listener();
    const claims = await Promise.all(Array.from({ length: 10 }, () => claimAddresses(undefined, listen)));
    const ports = claims.map(({ controlPort }) => controlPort);
    expect(new Set(ports).size).toBe(10);
    for (const { controlPort, api } of claims) expect(api.address).toBe(`http://127.0.0.1:${controlPort + 1}`);
  });

  it("skips a pair whose second port is taken", async () => {
    const first = await claimAddresses(undefined, listener().listen);
    const second = await claimAddresses(undefined, listener(new Set([first.controlPort + 1])).listen);
    expect(second.controlPort).toBeGreaterThan(first.controlPort);
  });

  it("keeps to a wanted port, and takes any other for itself when the next one is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(claimAddresses(port, listener().listen)).rejects.toMatchObject({ code: "PORT_TAKEN" });
    await new Promise((resolve) => server.close(resolve));
    const { listen, open } = listener(new Set([port + 1]));
    expect((await claimAddresses(port, listen)).controlPort).toBe(port);
    expect([...open]).toEqual([0]);
  });

  it("passes on what is no taken port", async () => {
    await expect(claimAddresses(undefined, () => Promise.reject(new Error("no network")))).rejects.toThrow(
      "no network",
    );
  });
});
