import { shoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";

type Json = Readonly<Record<string, unknown>>;

export interface PackageJsonWish {
  /** Of the package, when it has none. */
  readonly name: string;
  /** Name to range; a dependency that is there already keeps its own, such as the path of a tarball. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * The package.json of a fleet: the present text with what is missing added, in its own indentation; a new one without it.
 * Throws CONFIG_INVALID for a file that is no JSON object.
 * @param isFreeOfCommonJs True when nothing in the folder would change its meaning by `"type": "module"`.
 */
export function mergePackageJson(
  present: string | undefined,
  wish: PackageJsonWish,
  isFreeOfCommonJs: boolean,
): string {
  const before = present === undefined ? { name: wish.name, version: "0.1.0", private: true } : read(present);
  if (before["type"] === "commonjs" && !isFreeOfCommonJs) {
    throw shoalError("CONFIG_INVALID", {
      message: 'package.json says "type": "commonjs", and there are .js files here that rely on it',
      hint: "Make the fleet in a folder of its own, such as `shoal init fleet`, or rename those files to .cjs.",
      details: { file: "package.json" },
    });
  }
  const merged = {
    ...before,
    type: "module",
    scripts: { start: "shoal up", ...objectAt(before, "scripts") },
    dependencies: { ...missing(wish.dependencies, before), ...objectAt(before, "dependencies") },
  };
  const indent = /^[ \t]+/m.exec(present ?? "")?.[0] ?? "  ";
  return `${JSON.stringify(merged, undefined, indent)}\n`;
}

/** Wished dependencies that are declared nowhere yet. */
function missing(wished: Readonly<Record<string, string>>, before: Json): Record<string, string> {
  const declared = { ...objectAt(before, "devDependencies"), ...objectAt(before, "optionalDependencies") };
  return Object.fromEntries(Object.entries(wished).filter(([name]) => !Object.hasOwn(declared, name)));
}

function read(text: string): Json {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw invalid("package.json is not valid JSON", cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("package.json is no JSON object");
  return value as Json;
}

function invalid(message: string, cause?: unknown) {
  return shoalError("CONFIG_INVALID", {
    message,
    hint: "Correct it, then run `shoal init` again.",
    details: { file: "package.json" },
    cause,
  });
}

function objectAt(value: Json, key: string): Json {
  const found = value[key];
  return typeof found === "object" && found !== null ? (found as Json) : {};
}
