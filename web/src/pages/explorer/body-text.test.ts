import { expect, it } from "vitest";
import { bodyTextProblem, parsedBody } from "./body-text.ts";

const body = {
  required: true,
  contentType: "application/json",
  schema: { type: "object", required: ["name"], properties: { name: { type: "string", minLength: 1 } } },
};
const problem = (text: string, required = true) => bodyTextProblem(text, { ...body, required }, {});

it("says what is wrong with a body that is written by hand", () => {
  expect(problem("{")).toMatch(/^This is no JSON: /);
  expect(problem("{}")).toBe("/name is needed");
  expect(problem("3")).toBe("the body must be an object");
  expect(problem(" ")).toBe("A body is needed");
  expect(problem("", false)).toBeUndefined();
  expect(problem('{"name":"x"}')).toBeUndefined();
});

it("takes nothing for no body", () => {
  expect(parsedBody("")).toEqual({ isJson: true, value: undefined, problem: "" });
});
