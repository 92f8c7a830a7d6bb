import { ERRORS } from "../core/errors.ts";
import { PATH } from "../core/wire.ts";
import { errorStatus, type OperationDraft, type OperationSpec } from "./operation.ts";
import { parsePath } from "./path.ts";
import { isSchema } from "./schema.ts";
import { isStreamed, itemOf } from "./stream.ts";

const SCHEMA_PARTS = ["params", "query", "headers", "body", "returns"] as const;
/** Answered by every service itself, the same everywhere. */
const OWN_PATHS: readonly string[] = Object.values(PATH);
/** Statuses that HTTP sends without a body. */
const WITHOUT_BODY: readonly number[] = [204, 205];
/**
 * What means the same to every router and URL parser: no "*", "?", "#", "(" or percent, and nothing that could be taken
 * for the rest of a param's name.
 */
const PATH_TEMPLATE = /^(?:\/(?!\/)|[A-Za-z0-9._~!$&'+,;=@-]|:[A-Za-z_][A-Za-z0-9_]*(?=[/.-]|$))*$/;

/** What is wrong with an operation, in words; undefined when nothing is. */
export function faultOf({ method, path, spec }: OperationDraft): string | undefined {
  return (
    pathFault(path, spec) ??
    schemaFault(spec) ??
    sensitiveFault(spec) ??
    errorFault(spec) ??
    statusFault(spec) ??
    bodyFault(method, spec) ??
    streamFault(method, spec)
  );
}

function pathFault(path: string, spec: OperationSpec): string | undefined {
  if (!path.startsWith("/")) return 'its path must start with "/"';
  if (!PATH_TEMPLATE.test(path))
    return 'its path may hold plain characters and :params, each param a whole word before "/", "-", "." or the end';
  if (OWN_PATHS.includes(path)) return "that is a path that every service answers itself";
  const { params } = parsePath(path);
  if (params.length > 0 && !spec.params) return "it has :params in its path but no params schema";
  if (new Set(params).size < params.length) return "it has one :param twice";
  return undefined;
}

function schemaFault(spec: OperationSpec): string | undefined {
  const wrong = SCHEMA_PARTS.find((part) => spec[part] !== undefined && !isSchema(spec[part]));
  return wrong && `its ${wrong} is no Standard Schema value (zod, valibot, arktype and typebox make them)`;
}

/** A secret's path that is mistyped would leave it in plain sight. */
function sensitiveFault({ sensitive = [], ...spec }: OperationSpec): string | undefined {
  const declared = SCHEMA_PARTS.filter((part) => spec[part]);
  const wrong = sensitive.find((path) => !declared.some((part) => path.split(".", 1)[0] === part));
  return wrong === undefined
    ? undefined
    : `its sensitive "${wrong}" begins with none of the parts it declares (${declared.join(", ") || "it declares none"})`;
}

function errorFault(spec: OperationSpec): string | undefined {
  for (const [code, error] of Object.entries(spec.errors ?? {})) {
    const status = errorStatus(error);
    if (!Number.isInteger(status) || status < 400 || status > 599)
      return `its error ${code} needs a status from 400 to 599, got ${status}`;
    if (typeof error === "object" && !isSchema(error.details))
      return `the details of its error ${code} are no Standard Schema value`;
    // A caller could not tell it from the toolkit's, and those say what may be retried.
    if (Object.hasOwn(ERRORS, code)) return `its error ${code} is a code of the toolkit's own`;
  }
  return undefined;
}

function statusFault({ status, returns }: OperationSpec): string | undefined {
  if (status === undefined) return undefined;
  if (!Number.isInteger(status) || status < 200 || status > 299)
    return `its status must be from 200 to 299, got ${status}`;
  return returns && WITHOUT_BODY.includes(status)
    ? `a reply with status ${status} has no body, but it returns one`
    : undefined;
}

function bodyFault(method: string, spec: OperationSpec): string | undefined {
  return method === "GET" && spec.body ? "a GET has no body" : undefined;
}

/** A stream is answered as it is made: there is no answer that could be kept, nor another status to begin with. */
function streamFault(method: string, spec: OperationSpec): string | undefined {
  const part = SCHEMA_PARTS.find((each) => each !== "returns" && itemOf(spec[each]) !== undefined);
  if (part !== undefined) return `its ${part} is a stream, which only what it returns may be`;
  if (!isStreamed({ spec })) return undefined;
  if (spec.status !== undefined && spec.status !== 200) return `a stream has status 200, got ${spec.status}`;
  return spec.idempotent === true && (method === "POST" || method === "PATCH")
    ? "a stream cannot be kept and answered again, so a POST or PATCH that returns one cannot promise to be idempotent"
    : undefined;
}
