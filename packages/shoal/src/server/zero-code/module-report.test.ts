import { describe, expect, it } from "vitest";
import { createModuleReport } from "./module-report.ts";

function make() {
  const batches: (readonly string[])[] = [];
  const tasks: (() => void)[] = [];
  const seen = createModuleReport({
    later: (task) => void tasks.push(task),
    send: (files) => void batches.push(files),
    ownFolder: "file:///shoal/src/",
  });
  const settle = () => {
    for (const task of tasks.splice(0)) task();
  };
  return { seen, batches, settle };
}

describe("createModuleReport", () => {
  it("reports what was loaded in one burst as one batch, each file once", () => {
    const { seen, batches, settle } = make();
    for (const name of ["a.js", "b.ts", "a.js"]) seen(`file:///app/${name}`);
    settle();
    seen("file:///app/a.js");
    settle();
    seen("file:///app/c%20d.js");
    settle();
    expect(batches).toEqual([["/app/a.js", "/app/b.ts"], ["/app/c d.js"]]);
  });

  it("leaves out packages, built-in modules and Shoal itself", () => {
    const { seen, batches, settle } = make();
    for (const url of [
      "file:///app/node_modules/x/index.js",
      "node:http",
      "data:text/javascript,",
      "file:///shoal/src/core/a.ts",
    ]) {
      seen(url);
    }
    settle();
    expect(batches).toEqual([]);
  });

  it("follows no more than 10 000 files", () => {
    const { seen, batches, settle } = make();
    for (let index = 0; index < 10_001; index += 1) seen(`file:///app/${index}.js`);
    settle();
    expect(batches[0]).toHaveLength(10_000);
  });
});
