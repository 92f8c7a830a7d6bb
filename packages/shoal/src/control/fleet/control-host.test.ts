import { describe, expect, it } from "vitest";
import { checkControlHost } from "./control-host.ts";

const SHOAL_CONTROL_TOKEN = "0123456789abcdef";

describe("checkControlHost", () => {
  it.each([
    {},
    { SHOAL_CONTROL_HOST: "" },
    { SHOAL_CONTROL_HOST: "127.0.0.1" },
    { SHOAL_CONTROL_HOST: "0.0.0.0", SHOAL_CONTROL_TOKEN },
    { SHOAL_CONTROL_HOST: "::", SHOAL_CONTROL_TOKEN },
  ])("lets %j pass", (env) => {
    expect(() => checkControlHost(env)).not.toThrow();
  });

  it.each([
    [{ SHOAL_CONTROL_HOST: "0.0.0.0" }, "SHOAL_CONTROL_TOKEN is not set"],
    [{ SHOAL_CONTROL_HOST: "::", SHOAL_CONTROL_TOKEN: "short" }, "fewer than 16 characters"],
    [
      { SHOAL_CONTROL_HOST: "10.0.0.7", SHOAL_CONTROL_TOKEN },
      "SHOAL_CONTROL_HOST must be one of 127.0.0.1, 0.0.0.0, ::",
    ],
  ])("refuses %j before anything is started", (env, message) => {
    expect(() => checkControlHost(env)).toThrow(message);
  });
});
