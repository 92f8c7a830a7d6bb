import { describe, expect, it } from "vitest";
import { replyOutput } from "./reply-output.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

describe("replyOutput", () => {
  it("keeps bytes from a terminal, and says how to get them; a file has them as they came", () => {
    expect(replyOutput(PNG, "image/png", true)).toEqual({
      out: "",
      note: "8 bytes of image/png, not text: to keep them, redirect the output to a file",
    });
    expect(replyOutput(PNG, "image/png", false)).toEqual({ out: PNG, note: "" });
  });

  it("shows text on a terminal without what the terminal would obey, and elsewhere as it came", () => {
    const text = Buffer.from("one\n\u001b[31mtwo\u001b]0;title\u0007");
    expect(replyOutput(text, "text/plain", true)).toEqual({ out: "one\ntwo\n", note: "" });
    expect(replyOutput(text, "text/plain", false).out).toBe("one\n\u001b[31mtwo\u001b]0;title\u0007\n");
  });

  it("says nothing of an empty body", () => {
    expect(replyOutput(new Uint8Array(0), "", true)).toEqual({ out: "", note: "" });
  });
});
