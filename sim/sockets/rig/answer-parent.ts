import { flushCompileCache } from "node:module";

/** What a program can be asked for by the process that started it. */
export type Commands<Of> = { readonly [Name in keyof Of]: (...parameters: never[]) => unknown };

/** A question of the parent. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly unknown[];
}

/** What comes back: the value, or the text of the error. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Answers the parent's questions from now on, and ends with it. The first answer, with id 0, says that it has begun. */
export function answerParent<Of extends Commands<Of>>(commands: Of): void {
  const answerTo = async ({ id, name, parameters }: Question): Promise<Answer> => {
    try {
      const command = commands[name as keyof Of] as unknown as (...parameters: readonly unknown[]) => unknown;
      return { id, value: await command(...parameters) };
    } catch (cause) {
      return { id, error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
    }
  };
  process.on("disconnect", () => process.exit());
  // a parent that was killed may be found out by an answer that it does not take
  const send = (answer: Answer) => process.send?.(answer, undefined, undefined, (cause) => cause && process.exit());
  process.on("message", (question: Question) => void answerTo(question).then(send));
  flushCompileCache(); // it may be killed before it could do so itself
  process.send?.({ id: 0 } satisfies Answer);
}
