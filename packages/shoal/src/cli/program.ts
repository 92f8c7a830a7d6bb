import { CommanderError, Option, Command as Parser } from "commander";
import type { CommandArgs } from "./args.ts";
import { usage } from "./args.ts";
import { COMMANDS, COMMON_OPTIONS, type CommandSpec, type OptionSpec } from "./catalogue.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { codeOf, explain } from "./explain.ts";
import { readPackageInfo } from "./package-info.ts";
import type { CliPorts } from "./ports.ts";

/** What the words of a command line ask for. */
type Request =
  | { readonly kind: "run"; readonly spec: CommandSpec; readonly args: CommandArgs }
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "wrong"; readonly text: string };

/**
 * Runs one command line. Prints its error, if any, and resolves to the exit code: never rejects.
 * @param words Without the program's name, such as ["ps", "--json"].
 */
export async function runCli(ports: CliPorts, words: readonly string[]): Promise<number> {
  try {
    const request = parse(ports, words);
    switch (request.kind) {
      case "print":
        ports.stdout.write(request.text);
        return EXIT.ok.code;
      case "wrong":
        ports.stderr.write(request.text);
        return EXIT.usage.code;
      case "run":
        return await (await request.spec.load())(ports, request.args);
      default:
        return request satisfies never;
    }
  } catch (error) {
    const has = (option: string) => words.includes(option);
    ports.stderr.write(explain(error, { verbose: has("--verbose"), json: has("--json"), colours: ports.colours }));
    return exitCodeOf(codeOf(error));
  }
}

function parse(ports: CliPorts, words: readonly string[]): Request {
  let request: Request | undefined;
  let help = "";
  const parser = parserOf((spec, args) => {
    request = { kind: "run", spec, args };
  });
  for (const each of [parser, ...parser.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => {
        help += text;
      },
      writeErr: (text) => {
        help += text;
      },
      outputError: () => {},
      getOutHelpWidth: () => ports.columns(),
      getErrHelpWidth: () => ports.columns(),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  }
  try {
    parser.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "print", text: help };
    if (error.code === "commander.help") return { kind: "wrong", text: help };
    throw usageOf(error, words);
  }
  return request ?? { kind: "wrong", text: parser.helpInformation() };
}

function usageOf(error: CommanderError, words: readonly string[]) {
  const message = error.message.replace(/^error: /, "").trim();
  const command = COMMANDS.find((spec) => spec.name === words[0]);
  return usage(message, command ? `See \`shoal ${command.name} --help\`.` : "See `shoal help` for all commands.");
}

/** The parser of all commands. */
function parserOf(onRun: (spec: CommandSpec, args: CommandArgs) => void): Parser {
  const parser = new Parser("shoal")
    .description("Build, run, watch, test and ship dozens of small services as if they were one program.")
    .usage("<command> [options]")
    .version(readPackageInfo().version, "--version", "print Shoal's version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "Show help, of a command if one is named")
    .configureHelp({ subcommandTerm: (command) => command.name() });
  for (const spec of COMMANDS) addCommand(parser, spec, onRun);
  return parser.addHelpText("after", "\nExample:\n  shoal init && shoal up    make a fleet here and start it");
}

function addCommand(parser: Parser, spec: CommandSpec, onRun: (spec: CommandSpec, args: CommandArgs) => void): void {
  const command = parser
    .command(spec.name)
    .summary(spec.summary)
    .description(`${spec.summary}.\n\n${spec.description}`);
  command.helpOption("-h, --help", "show this help");
  for (const [syntax, description] of spec.positional) command.argument(syntax, description);
  for (const option of [...spec.options, ...COMMON_OPTIONS]) command.addOption(optionOf(option));
  command.addHelpText("after", afterHelp(spec));
  command.action((...given: unknown[]) => {
    const positional = given.slice(0, spec.positional.length) as (string | undefined)[];
    onRun(spec, { positional, options: command.opts() });
  });
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.isHidden) option.hideHelp();
  if (spec.isRepeatable) {
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  }
  return option;
}

function afterHelp(spec: CommandSpec): string {
  const width = Math.max(...spec.examples.map(([command]) => command.length));
  const examples = spec.examples.map(([command, what]) => `  ${command.padEnd(width)}    ${what}`);
  const exits = (["ok", "failed", "usage", ...spec.exits] as const).map((name) => {
    const { code, means } = EXIT[name];
    return `  ${String(code).padEnd(5)}${means}`;
  });
  return ["", `Example${spec.examples.length > 1 ? "s" : ""}:`, ...examples, "", "Exit codes:", ...exits].join("\n");
}
