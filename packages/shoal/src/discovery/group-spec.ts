import { parseJson } from "../core/json.ts";

/** One service of a group, as its supervisor gave it. */
export interface GroupMemberSpec {
  readonly service: string;
  readonly instance: string;
  readonly port: number;
  /** Absolute. */
  readonly file: string;
}

/** The services that share one process. */
export interface GroupSpec {
  readonly name: string;
  readonly members: readonly GroupMemberSpec[];
}

/** The variable that carries it from the supervisor to the process. */
export const GROUP_VARIABLE = "SHOAL_GROUP";

/** The group that this process is to run, as JSON in SHOAL_GROUP; undefined without one. */
export function groupSpecFrom(env: Readonly<Record<string, string | undefined>>): GroupSpec | undefined {
  const text = env[GROUP_VARIABLE];
  return text === undefined || text === "" ? undefined : (parseJson(text) as GroupSpec);
}
