import { expect, it } from "vitest";
import { ownerMark, ownerOfTheRest, readOwner } from "./line-owner.ts";

it("takes the name off a line that carries one", () => {
  expect(readOwner(`${ownerMark("quotes")}ready: 1`)).toEqual({ service: "quotes", text: "ready: 1", rest: false });
  expect(readOwner(ownerMark("quotes"))).toEqual({ service: "quotes", text: "", rest: false });
  expect(readOwner(ownerOfTheRest("rates"))).toMatchObject({ service: "rates", rest: true });
});

it("leaves other lines as they are", () => {
  for (const text of ["", "ready", "\u2063half a mark", "a\u2063b\u2063c"]) {
    expect(readOwner(text)).toEqual({ service: undefined, text, rest: false });
  }
});
