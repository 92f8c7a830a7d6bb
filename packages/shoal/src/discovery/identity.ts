import { shoalError } from "../core/errors.ts";
import { isName, NAME_RULE } from "../core/names.ts";

/** Who this process is, as its supervisor told it through the environment. */
export interface Identity {
  /** "" when nobody said: a script, a test. */
  readonly service: string;
  readonly instance: string;
  readonly realm: string;
  readonly zone: string;
  readonly release: string;
  /** The control plane's URL, or undefined when there is none. */
  readonly control: string | undefined;
  /** Service to the realm that is asked when the own realm has no instance of it. */
  readonly fallbackRealms: Readonly<Record<string, string>>;
  /** A folder for what should survive a restart, or undefined. */
  readonly stateFolder: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads SHOAL_* variables. Throws OPTION_INVALID naming the variable. An empty variable counts as absent. */
export function identityFrom(env: Environment, pid: number): Identity {
  const service = env["SHOAL_SERVICE"] ?? "";
  return {
    service: service === "" ? "" : nameIn("SHOAL_SERVICE", service),
    instance: env["SHOAL_INSTANCE"] || `${service || "process"}-${pid}`,
    realm: nameIn("SHOAL_REALM", env["SHOAL_REALM"] || "local"),
    zone: nameIn("SHOAL_ZONE", env["SHOAL_ZONE"] || "local"),
    release: env["SHOAL_RELEASE"] || "dev",
    control: urlIn("SHOAL_CONTROL", env["SHOAL_CONTROL"]),
    fallbackRealms: pairsIn("SHOAL_FALLBACK_REALMS", env["SHOAL_FALLBACK_REALMS"] ?? ""),
    stateFolder: env["SHOAL_STATE"] || undefined,
  };
}

function nameIn(variable: string, value: string): string {
  if (isName(value)) return value;
  throw shoalError("OPTION_INVALID", {
    message: `${variable} must be ${NAME_RULE}, got "${value}"`,
    details: { option: variable },
  });
}

function urlIn(variable: string, value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (URL.canParse(value) && /^https?:/.test(value)) return new URL(value).origin;
  throw shoalError("OPTION_INVALID", {
    message: `${variable} must be an http URL, got "${value}"`,
    details: { option: variable },
  });
}

/** "rates=staging,quotes=staging" */
function pairsIn(variable: string, value: string): Record<string, string> {
  const entries = value.split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    entries.map((pair) => {
      const [service = "", realm = ""] = pair.split("=");
      return [nameIn(variable, service), nameIn(variable, realm)];
    }),
  );
}
