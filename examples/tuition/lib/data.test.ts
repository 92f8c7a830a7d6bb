import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COUNTRY_CURRENCIES } from "./country-currencies.ts";
import { CURRENCIES } from "./currency.ts";
import { dayRatesOf, loadDayRates } from "./day-rates.ts";

interface University {
  readonly name: string;
  readonly domain: string;
  readonly country: string;
  readonly currency: string;
}

const file = new URL("../data/universities.json", import.meta.url);
const universities = JSON.parse(readFileSync(file, "utf8")) as readonly University[];

describe("the universities", () => {
  it("are 500 of more than 40 countries, each once", () => {
    expect(universities).toHaveLength(500);
    expect(new Set(universities.map(({ domain }) => domain)).size).toBe(500);
    expect(new Set(universities.map(({ country }) => country)).size).toBeGreaterThan(40);
  });

  it("have a name and the currency of their country", () => {
    for (const { name, country, currency } of universities) {
      expect(name.trim().length).toBeGreaterThan(2);
      expect(currency).toBe(COUNTRY_CURRENCIES[country]);
    }
  });
});

describe("the day's rates", () => {
  it("cover every currency, and each pair agrees with its inverse", () => {
    const { date, rate } = loadDayRates();
    expect(Date.parse(date)).toBeGreaterThan(0);
    for (const code of CURRENCIES) {
      expect(rate(code, code)).toBe("1");
      expect(Number(rate("EUR", code)) * Number(rate(code, "EUR"))).toBeCloseTo(1, 8);
    }
  });

  it("are refused when they lack a currency", () => {
    expect(() => dayRatesOf({ date: "2026-01-01", eur: { usd: 1.1 } })).toThrow("the rates of 2026-01-01 lack AED");
  });
});
