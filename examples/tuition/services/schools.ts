import { readFileSync } from "node:fs";
import { serve } from "shoal";
import { type School, schools } from "../contracts/schools.ts";

type Fact = Omit<School, "id">;

/** 500 schools: parsed in a millisecond. */
function loadSchools(): Map<string, School> {
  const facts = JSON.parse(readFileSync(new URL("../data/universities.json", import.meta.url), "utf8")) as Fact[];
  return new Map(facts.map((fact) => [schoolIdOf(fact.domain), { id: schoolIdOf(fact.domain), ...fact }]));
}

/** "ox.ac.uk" is "ox-ac-uk". */
function schoolIdOf(domain: string): string {
  return domain.replaceAll(".", "-");
}

function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}

export default serve(schools, () => {
  const all = loadSchools();
  return {
    getSchool({ params }) {
      const school = all.get(params.id);
      if (!school) throw schools.errors.schoolUnknown({ id: params.id });
      return school;
    },
    findSchools({ query }) {
      const words = plain(query.name ?? "").split(/\s+/);
      const found = [...all.values()].filter(
        ({ name, country, currency }) =>
          words.every((word) => plain(name).includes(word)) &&
          (query.country ?? country) === country &&
          (query.currency ?? currency) === currency,
      );
      return { schools: found.slice(0, query.limit), total: found.length };
    },
  };
});
