import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REDACTED, redactNamesIn, redactRules } from "./redact-rules.ts";
import { redactJson, redactText, redactUrl } from "./redact-text.ts";

const SECRET = "S3cr3tValue";
const rules = redactRules();

const NAMES = ["password", "db_password", "API-Key", "x-api-key", "accessToken", "client_secret", "Set-Cookie", "pwd"];
const name = fc.constantFrom(...NAMES);
/** As a JSON string may spell it: any character as an escape. */
const spelled = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((escapes) =>
      [...text]
        .map((one, at) => (escapes[at] ? `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}` : one))
        .join(""),
    );
const escapedName = name.chain((each) => spelled(each).map((text) => ({ text, each })));
const percentEncoded = (text: string) =>
  [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");

describe("redactText", () => {
  it.each([
    `password=${SECRET}`,
    `password = "${SECRET} and more"`,
    `login failed, password: ${SECRET}, user: ada`,
    `Authorization: Bearer ${SECRET}`,
    `Authorization: Basic ${SECRET}=`,
    `sent with bearer ${SECRET}`,
    `Authorization: Digest username="a", response="${SECRET}"`,
    `cookie: theme=dark; sid=${SECRET}; a=${SECRET}`,
    `curl -H 'Cookie: sid=${SECRET}' http://localhost`,
    `tool --password ${SECRET} --user ada`,
    `tool --api-key=${SECRET}`,
    `DB_PASSWORD=${SECRET} npm start`,
    `{ password: '${SECRET} b', user: 'ada' }`,
    `{ password: \u001b[32m'${SECRET}'\u001b[39m }`,
    `{'password': b'${SECRET} c'}`,
    `map[token:${SECRET} user:ada]`,
    `<password>${SECRET}</password>`,
    `<soap:Password type="x">${SECRET}</soap:Password>`,
    `"token" => "${SECRET}"`,
    `client_secret\t${SECRET}`,
    `data: {"secret":"${SECRET}"}\n\n`,
    `INFO got {"p\\u0061ssword":"${SECRET}"} from ada`,
    `GET /cb?token=${SECRET}&b=1 HTTP/1.1`,
    `GET /cb?%74oken=${SECRET}&b=1`,
    `postgres://ada:${SECRET}@db/shop`,
    `to https%3A%2F%2Fada%3A${SECRET}%40host%2F`,
    `["cookie","${SECRET}"]`,
    `{"name":"cookie","value":"${SECRET}"}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\\n${SECRET}`,
    `{"a: 1, "password": "${SECRET}"}`,
    `ALTER USER ada WITH PASSWORD '${SECRET}'`,
    `CREATE USER ada IDENTIFIED BY '${SECRET}'`,
    `invalid API key '${SECRET}' provided`,
    `<password type="x"><![CDATA[${SECRET}]]></password>`,
    `<param name="password" value="${SECRET}"/>`,
    `<param name='password'>${SECRET}</param>`,
    `name: DB_PASSWORD, value: ${SECRET}`,
    `- name: DB_PASSWORD\n  value: ${SECRET}`,
    `Content-Disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n--x`,
    `sent user%5Bpassword%5D=${SECRET}&user=ada`,
    `%7B%22password%22%3A%22${SECRET}%22%7D`,
    `to=https%253A%252F%252Fx%252F%253Ftoken%253D${SECRET}`,
    `{\\"query\\":\\"mutation { login(password: \\\\"${SECRET}\\\\") { id } }\\"}`,
    `{"url":"/?token\\u003d${SECRET}"`,
    `password -> ${SECRET}`,
    `│ password │ '${SECRET}' │`,
    `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${SECRET};EndpointSuffix=x`,
    `DB_PASS=${SECRET} SMTP_PASS='${SECRET}'`,
    `{ 'smtp.pass': '${SECRET}' }`,
    `PHPSESSID=${SECRET}; connect.sid=${SECRET}`,
    `https://a.blob.core.windows.net/c?sv=2020&sig=${SECRET}`,
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\n${SECRET}\n-----END PGP PRIVATE KEY BLOCK-----`,
    `posting to https://hooks.slack.com/services/T0/B0/${SECRET}`,
  ])("hides the secret in %j", (text) => {
    const redacted = redactText(text);
    expect(redacted).not.toContain(SECRET);
    expect(redacted).toContain(REDACTED);
    expect(redactText(redacted)).toBe(redacted);
  });

  it.each([
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    `AKIA${"A1".repeat(8)}`,
    `ghp_${"a1".repeat(18)}`,
    `xoxb-${"1".repeat(12)}`,
    // in pieces, or a push would be refused
    `sk_${"live"}_${"a1".repeat(8)}`,
    `sk-${"proj"}-${"aB1_".repeat(10)}`,
    `sk-${"aB1".repeat(16)}`,
    `wh${"sec"}_${"aB1".repeat(10)}`,
  ])("hides %s without any name", (value) => {
    expect(redactText(`got ${value} from there`)).toBe(`got ${REDACTED} from there`);
  });

  it.each([
    "invalid token at position 5",
    '{"maxTokens":5,"token":null,"tokenType":"x"}',
    "GET /quotes/42?limit=10 200 12ms",
    "http://quotes.service/quotes/42?limit=1#top",
    "the password is wrong",
    "Basic settings were loaded",
    "Unexpected token '<', \"<!DOCTYPE\" is not valid JSON",
    "the secret 'db' was not found",
    "16 passed, bypass=on, passenger: ada, compass=north",
    '{"passed":3,"bypass":"yes","surpass":"no"}',
    "sk-learn-compatible-estimators-are-many-and-so-are-words",
    "signal=9 design=flat",
    "second pass: 12 modules, PASS: 3, testPass=yes",
    '{"pass":12,"fail":0}',
    "/cart;view=full/items",
    "path C:\\users\\x",
    "ada@example.org",
    "",
  ])("leaves %j as it is", (text) => expect(redactText(text)).toBe(text));

  it("keeps what stands around", () => {
    expect(redactText(`a=1 password=${SECRET} b=2`)).toBe(`a=1 password=${REDACTED} b=2`);
    expect(redactText(`{"id":7,"token":"${SECRET}","to":[1]}`)).toBe(`{"id":7,"token":"${REDACTED}","to":[1]}`);
  });

  it("hides further names, as a whole", () => {
    const own = redactRules(redactNamesIn({ SHOAL_REDACT: "x-partner-id, Pin" }));
    expect(redactText(`{"X_Partner_Id":"${SECRET}","pin":1234,"pinned":1}`, own)).toBe(
      `{"X_Partner_Id":"${REDACTED}","pin":"${REDACTED}","pinned":1}`,
    );
    expect(redactText(`partner.id=1 x-partner-id=${SECRET}`, own)).toBe(`partner.id=1 x-partner-id=${REDACTED}`);
  });

  it("takes time that grows with the text only, whatever it is", () => {
    const took = (text: string) => {
      const startMs = performance.now();
      redactText(text);
      return performance.now() - startMs;
    };
    for (const piece of [
      "password",
      "password:",
      "token=[{",
      '"',
      "\\",
      '{"a":',
      "://a@",
      "?%7",
      "bearer ",
      "-----BEGIN ",
    ]) {
      expect(took(piece.repeat(Math.ceil(65_536 / piece.length))), piece).toBeLessThan(1_000);
    }
  });

  it("hides what names a secret and is one", () => {
    expect(redactText(`"password=${SECRET} ""`)).not.toContain(SECRET);
    expect(redactText(`["password=${SECRET}", "x"]`)).not.toContain(SECRET);
  });

  it("never throws, and finds nothing more the second time", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json());
    fc.assert(
      fc.property(text, name, text, (before, key, after) => {
        const redacted = redactText(`${before}${key}=${SECRET} ${after}`);
        expect(redacted).not.toContain(SECRET);
      }),
    );
  });
});

describe("redactJson", () => {
  const redacted = (text: string) => redactJson(text, { rules }).text;

  it("hides the value of a secret key at any depth, however it is spelled, and leaves valid JSON", () => {
    const place = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constant("HERE"),
        fc
          .tuple(fc.jsonValue({ maxDepth: 1 }), tie("value"))
          .map(([other, inner]) => `[${JSON.stringify(other)},${inner}]`),
        fc.tuple(fc.string(), tie("value")).map(([key, inner]) => `{${JSON.stringify(key)}: ${inner} }`),
      ),
    })).value as fc.Arbitrary<string>;
    const secret = fc.constantFrom(`"${SECRET}"`, `["${SECRET}"]`, `{"a":{"b":"${SECRET}"}}`, `"a\\"${SECRET}"`);
    fc.assert(
      fc.property(place, escapedName, secret, (outer, key, value) => {
        const text = outer.replace("HERE", () => `{"id":1,"${key.text}":${value},"${key.text}" : ${value}}`);
        fc.pre(text.includes(SECRET));
        const out = redacted(text);
        expect(out).not.toContain(SECRET);
        expect(() => JSON.parse(out)).not.toThrow();
      }),
    );
  });

  it("hides it in JSON that is cut anywhere", () => {
    const value = { id: 1, list: [{ password: SECRET }, { apiKey: { deep: [SECRET] } }], text: `token=${SECRET}` };
    const text = JSON.stringify(value);
    for (let end = 0; end <= text.length; end += 1) {
      // from the fourth character of it on the secret is recognizable
      expect(redacted(text.slice(0, end)), text.slice(0, end)).not.toContain(SECRET.slice(0, 4));
    }
  });

  it("hides it in JSON that is text in JSON, several times over, with names in escapes", () => {
    fc.assert(
      fc.property(escapedName, fc.integer({ min: 0, max: 4 }), (key, times) => {
        let text = `{"${key.text}":"${SECRET}"}`;
        for (let layer = 0; layer < times; layer += 1) text = JSON.stringify({ payload: text });
        expect(redacted(text)).not.toContain(SECRET);
      }),
    );
  });

  it("hides it in JSON lines and in what is no JSON", () => {
    expect(redacted(`{"a":1}\n{"token":"${SECRET}"}\n`)).toBe(`{"a":1}\n{"token":"${REDACTED}"}\n`);
    for (const text of [`{password: ${SECRET}}`, `{"a":[}],"password":"${SECRET}"}`, `}{'token':'${SECRET}'`]) {
      const { text: out, isJson } = redactJson(text, { rules });
      expect(out).not.toContain(SECRET);
      expect(isJson).toBe(false);
    }
  });

  it("changes no text without secrets, whatever its form", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        fc.pre(!rules.isSuspicious(text));
        expect(redactText(`[${text}, "\\u0041"]`)).toBe(`[${text}, "\\u0041"]`);
      }),
    );
  });
});

describe("redactUrl", () => {
  it("hides user, password and the values of secret parameters, also of the fragment, and nothing else", () => {
    expect(redactUrl("http://u:p@h:80/a;b?x=1&token=2&user[password]=3&e=#access_token=4")).toBe(
      `http://${REDACTED}@h:80/a;b?x=1&token=${REDACTED}&user[password]=${REDACTED}&e=#access_token=${REDACTED}`,
    );
    expect(redactUrl("/search?q=token&page=2")).toBe("/search?q=token&page=2");
  });

  it("hides a secret however the names are encoded, and in URLs and JSON that are values", () => {
    fc.assert(
      fc.property(name, fc.constantFrom(0, 1, 2), fc.constantFrom("&", "?"), (key, times, mark) => {
        let encoded = key;
        for (let layer = 0; layer < times; layer += 1) encoded = percentEncoded(encoded);
        expect(redactUrl(`/a?b=1${mark}${encoded}=${SECRET}`)).not.toContain(SECRET);
        const inner = encodeURIComponent(`https://h/?${key}=${SECRET}`);
        expect(redactUrl(`/login?next=${inner}`)).not.toContain(SECRET);
        const json = encodeURIComponent(JSON.stringify({ [key]: SECRET }));
        expect(redactUrl(`/login?state=${json}`)).not.toContain(SECRET);
      }),
    );
  });
});
