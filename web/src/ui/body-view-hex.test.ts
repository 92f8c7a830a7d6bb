import { expect, it } from "vitest";
import { hexLines } from "./body-view-hex.ts";

it("prints bytes as hexdump does", () => {
  const base64 = Buffer.from("Hello, world!\n\u0000\u0001more").toString("base64");
  expect(hexLines(base64)).toBe(
    "00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a 00 01  |Hello, world!...|\n" +
      `00000010  6d 6f 72 65${" ".repeat(37)}  |more|`,
  );
});

it("prints nothing of what is no base64", () => {
  expect(hexLines("%%%")).toBe("");
});
