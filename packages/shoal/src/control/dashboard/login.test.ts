import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import type { HttpReply } from "../../core/message.ts";
import { stack } from "../../core/service.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { guard } from "../guard.ts";
import { isApiPath } from "./api-paths.ts";
import { login } from "./login.ts";

const TOKEN = "correct horse battery staple";
const HOST = "shoal.internal:4400";
const page = { accept: "text/html", "sec-fetch-site": "none" };
const form = { "content-type": "application/x-www-form-urlencoded", "user-agent": "Mozilla/5.0" };

function server(token: string | undefined = TOKEN) {
  const clock = createVirtualClock();
  const options = { port: () => 4400, token, isPage: (path: string) => !isApiPath(path) };
  const answer = async () => ({ status: 200, headers: {}, body: Buffer.from("inside") });
  const handle = stack([login(clock, options), guard("shoal-control", options)], answer);
  const ask = (target: string, headers: Record<string, string> = {}, body?: string) =>
    handle(
      {
        method: body === undefined ? "GET" : "POST",
        target,
        headers: { host: HOST, ...headers },
        body: body === undefined ? undefined : Buffer.from(body),
      },
      {} as Context,
    );
  const submit = (given: string, headers = {}) =>
    ask("/login", { ...form, origin: `http://${HOST}`, ...headers }, new URLSearchParams({ token: given }).toString());
  return { clock, ask, submit };
}

const text = ({ body }: HttpReply) => Buffer.from((body ?? []) as Uint8Array).toString();
const cookieOf = ({ headers }: HttpReply) => String(headers["set-cookie"]).split(";", 1)[0] ?? "";

describe("login", () => {
  it("asks a person for the token, and lets a form with it in by a cookie that no other site can use", async () => {
    const { ask, submit } = server();
    const asked = await ask("/traces", page);
    expect(asked.status).toBe(401);
    expect(text(asked)).toContain('action="/login"');
    // With "no-referrer" a form says Origin: null (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    expect(asked.headers["referrer-policy"]).toBe("same-origin");
    const admitted = await submit(TOKEN);
    expect(admitted).toMatchObject({ status: 303, headers: { location: "/" } });
    expect(admitted.headers["set-cookie"]).toMatch(/; HttpOnly; SameSite=Strict;/);
    expect(admitted.headers["set-cookie"]).not.toContain(TOKEN);
    const cookie = cookieOf(admitted);
    expect(text(await ask("/api/v1/live", { cookie, "sec-fetch-site": "same-origin" }))).toBe("inside");
    expect(text(await ask("/traces", { ...page, cookie: `a=b; ${cookie}` }))).toBe("inside");
    expect((await ask("/api/v1/fleet", { cookie: `${cookie}x` })).status).toBe(401);
  });

  it("leads back to the page that was asked for, and to no other host", async () => {
    const { submit } = server();
    const locationAfter = async (referer: string) => (await submit(TOKEN, { referer })).headers["location"];
    expect(await locationAfter(`http://${HOST}/traces?status=error`)).toBe("/traces?status=error");
    for (const referer of [
      `http://${HOST}/login`,
      "https://evil.example/traces",
      "nonsense",
      `http://${HOST}//evil.example`,
    ]) {
      expect(await locationAfter(referer)).toMatch(/^\/(evil\.example)?$/);
    }
  });

  it("takes the token out of a link's address", async () => {
    const { ask } = server();
    const target = `/traces?status=error&token=${encodeURIComponent(TOKEN)}`;
    const admitted = await ask(target, page);
    expect(admitted).toMatchObject({ status: 303, headers: { location: "/traces?status=error" } });
    const elsewhere = await ask(`//evil.example/?token=${encodeURIComponent(TOKEN)}`, page);
    expect(elsewhere.headers["location"]).toBe("/evil.example/");
  });

  it("asks the browser again when a link of another site led here, for then it leaves the cookie out", async () => {
    const headers = {
      accept: "text/html",
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect(text(await server().ask("/traces", headers))).toContain('http-equiv="refresh"');
  });

  it("takes no form of another site, and no cookie from one", async () => {
    const { ask, submit } = server();
    expect((await submit(TOKEN, { origin: "https://evil.example" })).status).toBe(403);
    const cookie = cookieOf(await submit(TOKEN));
    expect((await ask("/api/v1/fleet", { cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);
    const post = { cookie, origin: "https://evil.example", "content-type": "application/json" };
    expect((await ask("/api/v1/services/quotes/stop", post, "{}")).status).toBe(403);
  });

  it("stops guessing after ten wrong tokens, for a minute, and leaves those who are in alone", async () => {
    const { ask, submit, clock } = server();
    const cookie = cookieOf(await submit(TOKEN));
    for (let index = 0; index < 10; index += 1) expect((await submit(`guess ${index}`)).status).toBe(401);
    expect((await submit(TOKEN)).status).toBe(429);
    expect(text(await ask("/api/v1/fleet", { cookie }))).toBe("inside");
    expect(text(await ask("/api/v1/fleet", { authorization: `Bearer ${TOKEN}` }))).toBe("inside");
    await clock.advance(60_000);
    expect((await submit(TOKEN)).status).toBe(303);
  });

  it("leaves machines to the guard", async () => {
    const { ask } = server();
    const refused = await ask("/api/v1/fleet", page);
    expect(refused.headers).toMatchObject({ "www-authenticate": "Bearer" });
    expect((await ask(`/api/v1/fleet?token=${encodeURIComponent(TOKEN)}`)).status).toBe(401);
  });

  it("finds no token in a form that is too long", async () => {
    expect((await server().submit("x".repeat(5_000))).status).toBe(401);
  });

  it("is not there without a token", async () => {
    const clock = createVirtualClock();
    const filter = login(clock, { port: () => 4400 });
    const inside = { status: 200, headers: {}, body: undefined };
    const request = { method: "GET", target: "/?token=x", headers: page, body: undefined };
    expect(await filter(request, {} as Context, async () => inside)).toBe(inside);
  });
});
