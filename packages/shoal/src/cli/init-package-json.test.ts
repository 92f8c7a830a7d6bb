import { describe, expect, it } from "vitest";
import { mergePackageJson } from "./init-package-json.ts";

const wish = { name: "my-fleet", dependencies: { shoal: "^0.1.0", zod: "^4.0.0" } };
const merge = (present: unknown, isFree = true) =>
  JSON.parse(mergePackageJson(present === undefined ? undefined : JSON.stringify(present), wish, isFree));

describe("the package.json of a fleet", () => {
  it("is made where there is none", () => {
    expect(merge(undefined)).toEqual({
      name: "my-fleet",
      version: "0.1.0",
      private: true,
      type: "module",
      scripts: { start: "shoal up" },
      dependencies: wish.dependencies,
    });
  });

  it("keeps everything that is there: other fields, scripts, and the tarball that shoal came from", () => {
    const present = {
      name: "shop",
      license: "MIT",
      scripts: { start: "node shop.js", test: "node --test" },
      dependencies: { shoal: "file:../shoal-0.1.0.tgz", express: "^5.0.0" },
      devDependencies: { zod: "^4.2.0" },
    };
    expect(merge(present)).toEqual({ ...present, type: "module" });
  });

  it("adds what is missing", () => {
    expect(merge({ dependencies: { shoal: "file:x.tgz" } })).toEqual({
      type: "module",
      scripts: { start: "shoal up" },
      dependencies: { zod: "^4.0.0", shoal: "file:x.tgz" },
    });
  });

  it("turns npm's default type into module only while no file depends on it", () => {
    expect(merge({ type: "commonjs" })).toMatchObject({ type: "module" });
    expect(() => merge({ type: "commonjs" }, false)).toThrow("there are .js files here that rely on it");
  });

  it("keeps the indentation", () => {
    expect(mergePackageJson('{\n\t"name": "x"\n}\n', wish, true)).toContain('\n\t"type": "module"');
  });

  it.each(["{", "[]", "null"])("refuses %j", (text) => {
    expect(() => mergePackageJson(text, wish, true)).toThrow("[CONFIG_INVALID] package.json is no");
  });
});
