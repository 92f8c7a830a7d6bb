import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HEADER, PATH, PROBLEM_JSON } from "./wire.ts";

const page = readFileSync(new URL("../../../../docs/wire.md", import.meta.url), "utf8");
/** Of HTTP itself, which the page need not explain. */
const PLAIN: readonly string[] = [HEADER.contentLength];

describe("docs/wire.md", () => {
  it.each([...Object.values(HEADER), ...Object.values(PATH), PROBLEM_JSON])("says what %s is", (name) => {
    if (!PLAIN.includes(name)) expect(page).toContain(`\`${name}`);
  });
});
