import { type } from "arktype";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { codecOf } from "./codec.ts";
import { contract } from "./contract.ts";
import { link, withLinks } from "./link.ts";
import { openApiOf } from "./openapi.ts";
import { get, post } from "./operation.ts";
import { jsonSchemaOf } from "./schema.ts";

const schools = contract("schools", {
  getSchool: get("/schools/:id", {
    params: z.object({ id: z.string() }),
    query: z.object({ full: z.boolean().optional() }),
  }),
  addSchool: post("/schools", {}),
});
const school = link(schools.operations.getSchool);
const check = (value: unknown) => school["~standard"].validate(value);

describe("link", () => {
  it("makes the URL of one request", () => {
    expect(school.to({ params: { id: "a/b" }, query: { full: true } })).toBe(
      "http://schools.service/schools/a%2Fb?full=true",
    );
    expect(() => school.to({ params: { id: "" }, query: {} })).toThrow("[REQUEST_INVALID]");
  });

  it("takes such a URL and nothing else", () => {
    const url = "http://schools.service/schools/7";
    expect(check(url)).toEqual({ value: url });
    for (const other of ["http://evil.example/schools/7", "http://schools.service.evil/x", "/schools/7", 7, null]) {
      expect(check(other)).toMatchObject({ issues: [{ message: expect.stringContaining("schools.getSchool") }] });
    }
  });

  it("refuses an operation that would change something when followed", () => {
    expect(() => link(schools.operations.addSchool)).toThrow("[CONTRACT_INVALID] link(schools.addSchool)");
  });
});

describe.each([
  ["zod", z.object({ name: z.string() })],
  ["arktype", type({ name: "string" })],
])("withLinks around %s", (_, base) => {
  const Student = withLinks(base, { school });
  const students = contract("students", { getStudent: get("/students", { returns: Student }) });
  const codec = codecOf(students.operations.getStudent);
  const value = { name: "Ada", school: school.to({ params: { id: "7" }, query: {} }) };

  it("brings both through, and drops the rest", async () => {
    const encoded = await codec.encodeReply({ ...value, secret: 1 });
    expect(encoded.ok && JSON.parse(String(encoded.value))).toEqual(value);
  });

  it.each([
    ["a link that is none", { ...value, school: "http://evil.example/" }, "returns.school"],
    ["no link", { name: "Ada" }, "returns.school"],
    ["a wrong field of the base", { ...value, name: 5 }, "returns.name"],
    ["nothing at all", null, "returns.school"],
  ])("refuses %s", async (_case, wrong, path) => {
    const encoded = await codec.encodeReply(wrong);
    expect(encoded).toMatchObject({ ok: false, error: { details: { issues: [{ path }] } } });
  });

  it("describes both", () => {
    expect(jsonSchemaOf(Student, "output")).toMatchObject({
      properties: { name: { type: "string" }, school: { format: "uri", "x-shoal-link": "schools.getSchool" } },
      required: ["name", "school"],
    });
    expect(JSON.stringify(openApiOf(students, "1"))).toContain("x-shoal-link");
  });
});
