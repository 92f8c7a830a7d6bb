import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fleetFolder } from "../support/cli.ts";
import { until } from "../support/until.ts";

/** One for each place, so that a failure says which leaks. */
const secretOf = (place: string) => `Zq7${place.replaceAll(/\W/g, "")}9xV`;
const planted: string[] = [];
function plant(place: string): string {
  const secret = secretOf(place);
  planted.push(secret);
  return secret;
}

const vault = `
import { contract, post, serve, fetch } from "shoal";
import { z } from "zod";

const Card = z.object({ number: z.string(), holder: z.string() });
const vault = contract("vault", {
  pay: post("/pay/:account", {
    params: z.object({ account: z.string() }),
    query: z.object({ memo: z.string() }),
    body: z.object({ cards: z.array(Card) }),
    returns: z.object({ receipt: z.string(), echo: z.string() }),
    sensitive: ["params.account", "query.memo", "body.cards.number", "returns.receipt"],
  }),
  fail: post("/fail", { body: z.object({ password: z.string() }) }),
});

export default serve(vault, {
  async pay({ body }) {
    const [card] = body.cards;
    await fetch(process.env.OUTSIDE + "/charge?access_token=${plant("outside query")}", {
      method: "POST",
      headers: { authorization: "Bearer ${plant("outside header")}", "content-type": "application/json" },
      body: JSON.stringify({ client_secret: "${plant("outside body")}" }),
    });
    return { receipt: "${plant("contract reply")}", echo: "paid with " + card.number };
  },
  fail({ body }, { log }) {
    log.error("login with password=" + body.password, { apiKey: "${plant("log field")}", nested: { token: body.password } });
    throw new Error("cannot log in to postgres://ada:${plant("error userinfo")}@db/shop");
  },
});
`;

const shop = `
import express from "express";

const app = express();
app.use(express.json(), express.urlencoded());
app.post("/buy", async (request, response) => {
  console.log("buying", { user: "ada", password: "${plant("console object")}", nested: { apiKey: '${plant("console nested")}' } });
  console.log(JSON.stringify({ msg: "buy", level: 30, req: { headers: { cookie: "sid=${plant("json line")}" } } }));
  console.error("Authorization: Bearer ${plant("stderr line")}");
  console.log("-----BEGIN PRIVATE KEY-----\\n${plant("key line")}\\n-----END PRIVATE KEY-----");
  console.log(JSON.stringify({ cookies: 1, "set-cookie": ["sid=${plant("pretty json list")}"], credentials: { a: "${plant("pretty json object")}" } }, null, 2));
  console.log("started as", process.argv.slice(2).join(" "));
  console.log(process.argv.slice(2));
  console.error(new Error("ALTER USER ada WITH PASSWORD '${plant("stack of sql")}'").stack);
  console.log("<login><param name='password' value='${plant("xml attribute")}'/><password><![CDATA[${plant("xml cdata")}]]></password></login>");
  console.log("got user%5Bpassword%5D=${plant("encoded line")}&user=ada");
  await fetch("http://vault.service/graphql;jsessionid=${plant("path parameter")}", {
    method: "POST",
    headers: { "content-type": "application/json", baggage: "password=${plant("baggage")},user=7", "x-forwarded-cookie": "a=${plant("odd header")}" },
    body: JSON.stringify({
      query: 'mutation { login(password: "${plant("graphql query")}") { id } }',
      variables: { input: { newPassword: "${plant("graphql variables")}" } },
    }),
  });
  const reply = await fetch("http://vault.service/pay/${plant("param")}?memo=${plant("query by contract")}", {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "${plant("service header")}" },
    body: JSON.stringify({ cards: [{ number: "${plant("card")}", holder: "Ada" }] }),
  });
  response.cookie("session", "${plant("set cookie")}");
  response.json({ token: "${plant("app reply")}", vault: await reply.json(), id: "order-visible" });
});
app.post("/login", async (request, response) => {
  const reply = await fetch("http://vault.service/fail", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password: "${plant("failing body")}" }),
  });
  response.status(502).type("text").send("upstream said " + reply.status + ", password=${plant("app text")}");
});
app.listen(process.env.PORT);
`;

const reports = `
import os, sys, json
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_GET(self):
        print("config {'db_password': '${plant("python repr")}', 'port': 1}", flush=True)
        print(json.dumps({"level": "warn", "msg": "x", "secret": "${plant("python json")}"}), flush=True)
        print("DB_PASSWORD=${plant("python env")} visible-line", file=sys.stderr, flush=True)
        print("\\n".join(f"{k}={v}" for k, v in os.environ.items()), flush=True)
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

const configOf = (outside: string) => `
import { command, fleet, node } from "shoal/fleet";

export default fleet("secrets", {
  vault: node("services/vault.ts", { env: { OUTSIDE: "${outside}" } }),
  shop: node("apps/shop.js", { args: ["--api-key", "${plant("argument")}", "--token=${plant("argument with sign")}"] }),
  reports: command("python3 reports.py --db-password ${plant("command line")}", {
    env: { SMTP_PASS: "${plant("environment")}", DATABASE_URL: "postgres://ada:${plant("url in environment")}@db/shop" },
  }),
});
`;

/** A third party's API, which answers with secrets. */
async function startOutside(): Promise<Server> {
  const reply = JSON.stringify({ id_token: plant("outside reply") });
  const cookie = `sid=${plant("outside cookie")}`;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "set-cookie": cookie, "content-type": "application/json" }).end(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Every file below the folder, as bytes that text can be found in. */
function filesBelow(folder: string): readonly { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}

/** All that the control plane's API says of some exchanges, of their traces, and of what was printed. */
async function whatIsTold(control: string, exchanges: readonly Seen[]): Promise<string> {
  const paths = [
    ...exchanges.map(({ id }) => `exchanges/${id}`),
    ...new Set(exchanges.map(({ traceId }) => `traces/${traceId}`)),
    ...["logs", "har", "names", "map"],
  ];
  const texts = paths.map(async (path) => {
    const reply = await fetch(`${control}/api/v1/${path}`);
    expect(reply.status, path).toBe(200);
    return reply.text();
  });
  return (await Promise.all(texts)).join("\n");
}

it("no planted secret is in any file of a fleet, and what happened is", async () => {
  await using folder = fleetFolder();
  await using outside = await startOutside();
  for (const [file, text] of Object.entries({
    "services/vault.ts": vault,
    "apps/shop.js": shop,
    "reports.py": reports,
    "shoal.config.ts": configOf(`http://127.0.0.1:${(outside.address() as AddressInfo).port}`),
  })) {
    folder.write(file, text);
  }
  const up = await folder.shoal(["up", "--detach"]);
  expect(up, up.err).toMatchObject({ code: 0 });
  const rows = JSON.parse((await folder.shoal(["ps", "--json"])).out) as { service: string; address: string }[];
  const addressOf = (name: string) => rows.find(({ service }) => service === name)?.address ?? "";

  const json = { "content-type": "application/json" };
  const jwt = [`{"alg":"none"}`, `{"sub":"${plant("jwt in path")}"}`, "x"].map((part) =>
    Buffer.from(part).toString("base64url"),
  );
  planted.push(jwt[1] ?? "");
  await fetch(`${addressOf("shop")}/reset/${jwt.join(".")}`);
  const bought = await fetch(`${addressOf("shop")}/buy?token=${plant("query")}&%61pi_key=${plant("encoded query")}`, {
    method: "POST",
    headers: { ...json, authorization: `Basic ${plant("basic")}`, cookie: `a=${plant("cookie")}` },
    body: JSON.stringify({ user: { passwd: plant("body"), note: `{"refresh_token":"${plant("nested json")}"}` } }),
  });
  expect(bought.status).toBe(200);
  const form = new URLSearchParams({ user: "ada", "user[password]": plant("form") });
  expect((await fetch(`${addressOf("shop")}/login`, { method: "POST", body: form })).status).toBe(502);
  const multipart = new FormData();
  multipart.set("password", plant("multipart"));
  await fetch(`${addressOf("shop")}/login`, { method: "POST", body: multipart });
  expect((await fetch(`${addressOf("reports")}/`)).status).toBe(200);

  const visible = await until("exchanges and logs have arrived", async () => {
    const { out } = await folder.shoal(["traffic", "--json", "-n", "100"]);
    const logs = await folder.shoal(["logs", "reports", "--json"]);
    const seen = out
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Seen);
    const kinds = new Set(seen.map(kindOf));
    return KINDS.every((kind) => kinds.has(kind)) && logs.out.includes("visible-line") && seen;
  });
  expect(new Set(visible.map(kindOf))).toEqual(new Set(KINDS));

  const told = await whatIsTold(folder.record()?.control ?? "", visible);
  expect(told).toContain("order-visible");
  expect(told).toContain("visible-line");
  expect(told).toContain("SMTP_PASS=[redacted]");
  expect(told).toContain("--api-key [redacted]");
  expect(planted.filter((secret) => told.includes(secret))).toEqual([]);

  const [first] = visible;
  const commands = [
    ["logs"],
    ["trace", first?.traceId ?? ""],
    ["traffic", "--show", first?.id ?? ""],
    ["traffic", "--curl", first?.id ?? ""],
  ];
  for (const words of commands) {
    const { code, out, err } = await folder.shoal(words);
    expect(code, err).toBe(0);
    expect(planted.filter((secret) => (out + err).includes(secret))).toEqual([]);
  }

  await folder.shoal(["down"]);
  const files = filesBelow(join(folder.path, ".shoal")).filter(({ path }) => !path.includes("compile-cache"));
  // bodies are compressed there: what they hold was looked at above
  for (const text of ["visible-line", "[redacted]"]) {
    expect(files.filter(({ bytes }) => bytes.includes(text)).length, text).toBeGreaterThan(0);
  }
  const leaks = planted.flatMap((secret) =>
    files.filter(({ bytes }) => bytes.includes(secret)).map(({ path }) => `${secret} in ${path}`),
  );
  expect(leaks).toEqual([]);
});

/** What the fleet's requests are, as each of their sides saw them. */
const KINDS = ["shop server ", "shop client vault", "vault server shop", "vault client outside"];

function kindOf({ service, side, peer, external }: Seen): string {
  return `${service} ${side} ${external ? "outside" : peer}`;
}

interface Seen {
  readonly id: string;
  readonly traceId: string;
  readonly service: string;
  readonly side: string;
  readonly peer: string;
  readonly external: boolean;
}
