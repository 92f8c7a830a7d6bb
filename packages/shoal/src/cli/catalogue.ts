import {
  CONFIG_OPTION,
  CONTROL_OPTION,
  CONTROLLED,
  type CommandSpec,
  JSON_OPTION,
  NEEDS_FLEET,
  type OptionSpec,
} from "./command-spec.ts";
import { OBSERVING_COMMANDS } from "./observing-commands.ts";

export type { CommandSpec, OptionSpec } from "./command-spec.ts";

/** Every command has these too. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { flags: "--verbose", description: "show the stack of an error" },
];

const init: CommandSpec = {
  name: "init",
  summary: "Make a fleet of one service here",
  description:
    "Writes shoal.config.ts, a contract, a service, tsconfig.json, .gitignore and package.json (an existing package.json is kept and added to), then runs npm install. Refuses to overwrite any other file.",
  positional: [["[folder]", "where (default: here)"]],
  options: [
    { flags: "--no-install", description: "do not run npm install" },
    { flags: "-y, --yes", description: "accepted for scripts; init asks no questions" },
    JSON_OPTION,
  ],
  examples: [
    ["shoal init", "make a fleet in this folder"],
    ["shoal init my-fleet --no-install", "make it in a new folder, and install later"],
  ],
  exits: [],
  load: async () => (await import("./commands/init.ts")).init,
};

const up: CommandSpec = {
  name: "up",
  summary: "Start the fleet and watch it",
  description:
    "Starts the control plane and every service in parallel, shows a live table, restarts what crashes and what changes on disk. A service that fails to start does not stop the others: it is shown with its last lines, and the exit code tells. Ctrl-C stops everything; a second Ctrl-C kills it.",
  positional: [],
  options: [
    CONFIG_OPTION,
    {
      flags: "-d, --detach",
      description: "return when the fleet is ready, and leave it running (stop it with `shoal down`)",
    },
    { flags: "--no-watch", description: "do not restart a service when its files change" },
    {
      flags: "--together",
      description: "run all services made with serve() in one process; what cannot be in it stays apart, and says why",
    },
    { flags: "--apart", description: "run each service in a process of its own, whatever the config groups" },
    {
      flags: "--control-port <port>",
      description: "port of the control plane (default: 4400, or a free one when taken)",
    },
    { flags: "--plain", description: "print lines instead of the live table" },
    { ...JSON_OPTION, description: "print one JSON object a line for each change" },
    { flags: "--detached-child", description: "the supervisor of `up --detach`", isHidden: true },
  ],
  examples: [
    ["shoal up", "start the fleet of this folder"],
    ["shoal up --detach && shoal ps", "start it in the background and list it"],
    ["shoal up --together", "start it as one process, for a small machine or a quick start"],
  ],
  exits: ["config", "alreadyRunning", "killed"],
  load: async () => (await import("./commands/up.ts")).up,
};

const down: CommandSpec = {
  name: "down",
  summary: "Stop the fleet",
  description:
    "Stops the fleet that runs here, however it was started, and waits until its supervisor has ended. Works without the control plane. A supervisor that has not ended in time is killed, and its services with it.",
  positional: [],
  options: [
    CONFIG_OPTION,
    { flags: "--timeout <duration>", description: "how long to wait before killing, such as 30s (default: 60s)" },
    JSON_OPTION,
  ],
  examples: [["shoal down", "stop the fleet of this folder"]],
  exits: ["notRunning"],
  load: async () => (await import("./commands/down.ts")).down,
};

const ps: CommandSpec = {
  name: "ps",
  summary: "List instances",
  description:
    "One line for each instance. With --json an array with one object for each instance: service, instance, state, address, pid, restarts, realm, zone, release, sinceMs, reason; and group for a service that shares its process, which has the same pid as the others of the group.",
  positional: [["[service]", "only this service"]],
  options: [...CONTROLLED],
  examples: [
    ["shoal ps", "list all instances"],
    ["shoal ps quotes --json", "the instances of quotes, for a script"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/ps.ts")).ps,
};

function lifecycle(name: "restart" | "start" | "stop", summary: string, description: string): CommandSpec {
  return {
    name,
    summary,
    description,
    positional: [["<service>", "its name in shoal.config.ts"]],
    options: [...CONTROLLED],
    examples: [[`shoal ${name} quotes`, `${name} every instance of quotes`]],
    exits: [...NEEDS_FLEET],
    load: async () => (await import("./commands/lifecycle.ts"))[name],
  };
}

const restart = lifecycle(
  "restart",
  "Restart a service, one instance after another",
  "The new process is ready before the old one drains where the service has several instances. Returns when all are ready again; exit 1 when one does not become ready.",
);
const start = lifecycle(
  "start",
  "Start a stopped service",
  "Returns when every instance is ready; exit 1 when one does not become ready.",
);
const stop = lifecycle(
  "stop",
  "Stop a service",
  "Each instance finishes what it has begun. The service stays stopped until `shoal start`.",
);

const call: CommandSpec = {
  name: "call",
  summary: "Call an operation of a service",
  description:
    'Finds the operation in the service\'s OpenAPI document, puts each field of the JSON input where it belongs (path, query, header or body), and sends it through Shoal\'s own client: with discovery, deadline, retries and trace. The input may also be given in parts: {"params": …, "query": …, "headers": …, "body": …}. The reply\'s body goes to stdout, its status to stderr. Of an operation that streams, each item is printed as a line of JSON as it comes, until its end or Ctrl-C; the deadline is that of the first.',
  positional: [
    ["<target>", "service.operation, or a method such as GET"],
    ["[input]", "JSON input; after a method: a URL such as service://quotes/quotes/42"],
  ],
  options: [
    { flags: "-d, --data <json>", description: "the JSON input or body; @file reads a file, - reads standard input" },
    {
      flags: "-H, --header <line>",
      description: 'add a header, such as "accept-language: de"; may be repeated',
      isRepeatable: true,
    },
    { flags: "--timeout <duration>", description: "deadline of the whole call, such as 30s (default: 10s)" },
    {
      flags: "--reveal",
      description: "print what the contract calls sensitive of a reply too, rather than [redacted]",
    },
    CONTROL_OPTION,
    {
      ...JSON_OPTION,
      description: "print status, headers, duration and body as one JSON object; of a stream its items alone",
    },
  ],
  examples: [
    [`shoal call greeter.greet '{"name": "Ada"}'`, "call an operation"],
    ["shoal call GET service://greeter/greetings/Ada", "or a URL"],
    ['echo \'{"name": "Ada"}\' | shoal call greeter.greet -d -', "with the input from a pipe"],
  ],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/call.ts")).call,
};

const openapi: CommandSpec = {
  name: "openapi",
  summary: "Print a service's OpenAPI document",
  description: "The OpenAPI 3.1 document that the running service answers at /openapi.json.",
  positional: [["<service>", "its name"]],
  options: [
    { flags: "-o, --out <file>", description: "write it to a file instead" },
    CONTROL_OPTION,
    { ...JSON_OPTION, description: "print it on one line" },
  ],
  examples: [["shoal openapi quotes --out quotes.json", "save the document"]],
  exits: [...NEEDS_FLEET],
  load: async () => (await import("./commands/openapi.ts")).openapi,
};

const doctor: CommandSpec = {
  name: "doctor",
  summary: "Check what a fleet needs on this machine",
  description:
    "Checks Node, the config and the files it names, ports, .shoal/ and the running fleet. Each line is ok, warn or fail, and says what to do.",
  positional: [],
  options: [CONFIG_OPTION, { ...JSON_OPTION, description: "print an array of checks: name, result, message, next" }],
  examples: [["shoal doctor", "check this folder's fleet"]],
  exits: [],
  load: async () => (await import("./commands/doctor.ts")).doctor,
};

const version: CommandSpec = {
  name: "version",
  summary: "Print the versions of Shoal and Node",
  description: "`shoal --version` prints Shoal's alone.",
  positional: [],
  options: [JSON_OPTION],
  examples: [["shoal version --json", "for a bug report"]],
  exits: [],
  load: async () => (await import("./commands/version.ts")).version,
};

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  init,
  up,
  down,
  ps,
  ...OBSERVING_COMMANDS,
  restart,
  start,
  stop,
  call,
  openapi,
  doctor,
  version,
];
