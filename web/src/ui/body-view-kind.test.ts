import { describe, expect, it } from "vitest";
import { bodyContentOf, headerOf, mediaTypeOf, type ViewedBody } from "./body-view-kind.ts";

const body = (text: string, more: Partial<ViewedBody> = {}): ViewedBody => ({
  bytes: text.length,
  truncated: false,
  encoding: "utf8",
  text,
  ...more,
});

describe("bodyContentOf", () => {
  it("tells a body that was empty from one that was not kept", () => {
    expect(bodyContentOf(body(""), "text/plain")).toEqual({ kind: "empty" });
    expect(bodyContentOf(body("", { bytes: 9 }), "text/plain")).toEqual({ kind: "absent" });
  });

  it.each(["application/json", "application/problem+json; charset=utf-8", ""])(
    "reads JSON of the type '%s'",
    (type) => {
      expect(bodyContentOf(body('{"a":1}'), type)).toEqual({ kind: "json", value: { a: 1 }, pretty: '{\n  "a": 1\n}' });
    },
  );

  it("shows as text what claims to be JSON and is not, such as JSON that was cut", () => {
    expect(bodyContentOf(body('{"a":', { truncated: true }), "application/json").kind).toBe("text");
  });

  it("indents JSON that was cut, XML and HTML", () => {
    expect(bodyContentOf(body('{"a":', { truncated: true }), "application/json")).toEqual({
      kind: "text",
      pretty: '{\n  "a":',
    });
    expect(bodyContentOf(body("<a><b/></a>"), "application/soap+xml")).toEqual({
      kind: "text",
      pretty: "<a>\n  <b/>\n</a>",
    });
    expect(bodyContentOf(body("<p>"), "text/plain")).toEqual({ kind: "text" });
  });

  it("shows lines of JSON and the events of a stream as a list", () => {
    const list = { kind: "json", value: [{ a: 1 }, 2], pretty: '{\n  "a": 1\n}\n2' };
    expect(bodyContentOf(body('{"a":1}\n2\n'), "application/x-ndjson")).toEqual(list);
    expect(bodyContentOf(body("data: 1\n\n"), "text/event-stream")).toMatchObject({ value: [{ data: 1 }] });
    expect(bodyContentOf(body("nothing of it"), "text/event-stream")).toEqual({ kind: "text" });
  });

  it("shows HTML and pictures that are documents as text", () => {
    expect(bodyContentOf(body("<script>alert(1)</script>"), "text/html").kind).toBe("text");
    expect(bodyContentOf(body("<svg onload='alert(1)'/>"), "image/svg+xml").kind).toBe("text");
    expect(bodyContentOf(body("PHN2Zy8+", { encoding: "base64" }), "image/svg+xml").kind).toBe("binary");
  });

  it("shows a whole raster, but not half of one, nor one of an unknown type", () => {
    const pixel = body("iVBORw0KGgo=", { encoding: "base64" });
    expect(bodyContentOf(pixel, "image/png")).toEqual({ kind: "image", source: "data:image/png;base64,iVBORw0KGgo=" });
    expect(bodyContentOf({ ...pixel, truncated: true }, "image/png").kind).toBe("binary");
    expect(bodyContentOf(pixel, "image/x").kind).toBe("binary");
  });

  it("takes a form apart", () => {
    const content = bodyContentOf(body("a=1&b=x+y&a=2"), "application/x-www-form-urlencoded");
    expect(content).toEqual({
      kind: "form",
      fields: [
        ["a", "1"],
        ["b", "x y"],
        ["a", "2"],
      ],
    });
  });
});

it("reads types and headers whatever their case", () => {
  expect(mediaTypeOf("Text/HTML; charset=utf-8")).toBe("text/html");
  expect(headerOf([["Content-Type", "a/b"]], "content-type")).toBe("a/b");
  expect(headerOf([], "content-type")).toBe("");
});
