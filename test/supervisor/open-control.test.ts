import { describe, expect, it } from "vitest";
import { connectControl } from "../../packages/shoal/src/cli/control-client.ts";
import { node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { createSupervisor } from "../../packages/shoal/src/control/fleet/supervisor.ts";
import { systemPorts } from "../../packages/shoal/src/transport/system-ports.ts";
import { until } from "../support/until.ts";
import { fleetFolder } from "./fleets.ts";

const TOKEN = "a long random text of a test";

describe("a control plane that is open to the network", () => {
  it("serves its own fleet and whoever has the token, and nobody else", async () => {
    using at = fleetFolder({ app: node("answer.js") });
    const env = { ...process.env, SHOAL_CONTROL_HOST: "0.0.0.0", SHOAL_CONTROL_TOKEN: TOKEN };
    const supervisor = createSupervisor({ ...at, watch: false, env });
    try {
      await supervisor.start();
      await supervisor.settled();
      const control = connectControl(systemPorts, supervisor.controlUrl(), { token: TOKEN });
      expect(await control.listInstances({ query: {} })).toMatchObject([{ service: "app", state: "ready" }]);
      // The service itself registers with the token that it has from the fleet's environment.
      await until("it is registered", async () => {
        const headers = { authorization: `Bearer ${TOKEN}` };
        const reply = await fetch(`${supervisor.controlUrl()}/registry/v1/instances?service=app`, { headers });
        return (await reply.text()).includes('"service":"app"');
      });
      await expect(control.restartService({ params: { service: "app" } })).resolves.toMatchObject({
        instances: [expect.stringMatching(/^app-1-/)],
      });
      const stranger = connectControl(systemPorts, supervisor.controlUrl());
      await expect(stranger.getFleet()).rejects.toMatchObject({ code: "FORBIDDEN", status: 401 });
    } finally {
      await supervisor.stop();
    }
  });

  it("is refused without a token, before anything starts", async () => {
    using at = fleetFolder({ app: node("answer.js") });
    const supervisor = createSupervisor({ ...at, env: { ...process.env, SHOAL_CONTROL_HOST: "0.0.0.0" } });
    await expect(supervisor.start()).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("SHOAL_CONTROL_TOKEN is not set"),
    });
    expect(supervisor.instances()).toEqual([]);
    await supervisor.stop();
  });
});
