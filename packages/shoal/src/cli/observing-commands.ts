import { CONTROL_OPTION, CONTROLLED, type CommandSpec, JSON_OPTION, NEEDS_FLEET, RUN_OPTION } from "./command-spec.ts";

const logs: CommandSpec = {
  name: "logs",
  summary: "Show what processes printed",
  description: "The last lines of all services or of one, and with --follow the next ones as they come.",
  positional: [["[service]", "only this service"]],
  options: [
    { flags: "-f, --follow", description: "go on with new lines until Ctrl-C" },
    {
      flags: "-n, --lines <count>",
      description: "how many of the last lines, at most 10000 (default: 200; all with --since)",
    },
    { flags: "--since <duration>", description: "only lines younger than this, such as 5m" },
    { flags: "--instance <id>", description: "only this instance" },
    { flags: "-g, --grep <words>", description: 'only lines with these words; "a phrase", prefix* and -without work' },
    { flags: "-l, --level <level>", description: "only lines of at least this level: debug, info, warn, error" },
    { flags: "--trace <id>", description: "only lines of this trace" },
    RUN_OPTION,
    CONTROL_OPTION,
    {
      ...JSON_OPTION,
      description:
        "print one JSON object a line: seq, timeMs, service, instance, stream, text, level, message, traceId, spanId, fields",
    },
  ],
  examples: [
    ["shoal logs quotes -f", "follow one service"],
    ["shoal logs --since 5m --level warn", "what went wrong in the last five minutes"],
    ["shoal logs --grep 'timeout -retry'", "search the text"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/logs.ts")).logs,
};

const trace: CommandSpec = {
  name: "trace",
  summary: "Show what happened in a request",
  description:
    "With an id (its first 8 digits or more): each span of the trace with its place in time, its errors and its log lines. Without: the last traces, newest first.",
  positional: [["[id]", "a trace's id, as in a log line's trace_id or a reply's traceparent"]],
  options: [
    { flags: "--service <name>", description: "only traces that touch this service" },
    { flags: "--operation <name>", description: "only traces with a span of this name" },
    { flags: "--errors", description: "only traces in which something failed" },
    { flags: "--min <duration>", description: "only traces that took at least this long, such as 500ms" },
    {
      flags: "--attribute <key=value>",
      description: "only traces with this attribute on some span; may be repeated",
      isRepeatable: true,
    },
    { flags: "--since <duration>", description: "only traces younger than this, such as 5m" },
    { flags: "-n, --lines <count>", description: "how many, at most 1000 (default: 20)" },
    RUN_OPTION,
    CONTROL_OPTION,
    JSON_OPTION,
  ],
  examples: [
    ["shoal trace --errors --since 10m", "what failed lately"],
    ["shoal trace 4bf92f3577b34da6", "one of them, in whole"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/trace.ts")).trace,
};

const traffic: CommandSpec = {
  name: "traffic",
  summary: "Show requests and replies",
  description:
    "The last recorded exchanges, oldest first: who called whom, the status and the time it took. One of them in whole with --show: headers, bodies and each attempt. Secrets were replaced when they were recorded.",
  positional: [["[service]", "only what this service recorded, as caller or callee"]],
  options: [
    { flags: "-f, --follow", description: "go on with new ones until Ctrl-C" },
    { flags: "--show <id>", description: "one exchange with its headers and bodies" },
    { flags: "--curl <id>", description: "one exchange as a curl command" },
    { flags: "--har <file>", description: "write them to a file as an HTTP Archive, for a browser's developer tools" },
    { flags: "--errors", description: "only 5xx and what got no reply" },
    { flags: "--status <status>", description: "only this status, or 4xx" },
    { flags: "--peer <name>", description: "only with this service, or host outside, at the other end" },
    { flags: "--external", description: "only calls to the world outside" },
    { flags: "--trace <id>", description: "only those of this trace" },
    { flags: "-g, --grep <text>", description: "only with this in the URL or the operation" },
    { flags: "--body <text>", description: "only with this in the body of the request or the reply" },
    { flags: "--min <duration>", description: "only what took at least this long, such as 500ms" },
    { flags: "--since <duration>", description: "only younger than this, such as 5m" },
    { flags: "-n, --lines <count>", description: "how many, at most 1000 (default: 30)" },
    RUN_OPTION,
    CONTROL_OPTION,
    { ...JSON_OPTION, description: "print one JSON object a line; with --show one object" },
  ],
  examples: [
    ["shoal traffic quotes -f", "watch one service"],
    ["shoal traffic --errors --since 5m", "what failed lately"],
    ["shoal traffic --curl 0f3a91c2d4e5", "do one of them again by hand"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/traffic.ts")).traffic,
};

const resilience: CommandSpec = {
  name: "resilience",
  summary: "Show what is retried, ejected, held back and shed",
  description:
    "One line for each pair of services that call one another, those in trouble first and what is wrong in words; then the instances that get no requests, why, and when they are tried again; then how services protect themselves. Rates are of the last ten seconds, counts of the last minute. With --json one object: edges, services, policyDefaults.",
  positional: [["[service]", "only what this service calls and who calls it"]],
  options: [...CONTROLLED],
  examples: [
    ["shoal resilience", "the whole fleet"],
    ["shoal resilience quotes --json", "one service, for a script"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/resilience.ts")).resilience,
};

const fault: CommandSpec = {
  name: "fault",
  summary: "Make calls to a service slow, or fail, on purpose",
  description:
    "add: from now on callers of a service wait, get errors, or get no answer, as if the service were like that; retries, timeouts, ejection and all else that protects them act as they would. ls: the faults that last. rm: ends one, or all (of a service, if one is named). A fault ends by itself. Only in the realm local, or one with the word dev in its name, unless the control plane was started with SHOAL_FAULTS=allowed. Each that is added or ended is logged by the control plane.",
  positional: [
    ["<action>", "add, ls or rm"],
    ["[target]", "add: the service; ls: only this service; rm: the fault's id, or with --all a service"],
  ],
  options: [
    { flags: "--latency <duration>", description: "each request waits this long first, such as 300ms; at most 1m" },
    { flags: "--errors <share>", description: "this share of requests, such as 5%, is answered with an error" },
    { flags: "--status <status>", description: "the error's status, 400 to 599 (default: 503)" },
    { flags: "--drop <share>", description: "this share of requests, such as 10%, gets no answer" },
    { flags: "--operation <name>", description: "only this operation, such as getQuote or 'GET /quotes/:id'" },
    { flags: "--instance <id>", description: "only requests to this instance" },
    { flags: "--from <service>", description: "only requests by this service" },
    { flags: "--for <duration>", description: "how long it lasts, at most 1h (default: 5m)" },
    { flags: "--all", description: "rm: all faults, or all of the service that is named" },
    CONTROL_OPTION,
    { ...JSON_OPTION, description: "print JSON: add one object; ls and rm an array of them" },
  ],
  examples: [
    ["shoal fault add quotes --latency 300ms --errors 5% --for 2m", "a slow service that fails now and then"],
    ["shoal fault add quotes --instance quotes-2 --drop 100%", "one instance that hangs"],
    ["shoal fault rm --all", "enough of that"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/fault.ts")).fault,
};

/** Commands that show what happens in the fleet, and one that makes something happen, in the order of the help. */
export const OBSERVING_COMMANDS: readonly CommandSpec[] = [logs, trace, traffic, resilience, fault];
