import type { DatabaseSync } from "node:sqlite";

/** How a text is kept in a column of type ANY: by its number in `words`, or as it is. */
export type Word = number | string;

/** Longer texts are not worth a place in an index. */
const WORD_CHARS_MAX = 4_096;
/** Words that a thread remembers. */
const REMEMBERED_MAX = 20_000;

/** Keeps each text once. For the writer. */
export interface WordKeeper {
  readonly wordOf: (text: string) => Word;
}

/** Throws what SQLite throws. */
export function createWordKeeper(database: DatabaseSync, run: number, wordsMax: number): WordKeeper {
  const keep = database.prepare(
    `INSERT INTO words (text, run) VALUES (?, ?)
     ON CONFLICT (text) DO UPDATE SET run = max(run, excluded.run) RETURNING number`,
  );
  const find = database.prepare("SELECT number FROM words WHERE text = ?");
  let count = Number(database.prepare("SELECT count(*) AS count FROM words").get()?.["count"] ?? 0);
  let known = new Map<string, Word>();
  const look = (text: string): Word => {
    if (text.length > WORD_CHARS_MAX) return text;
    const isNew = find.get(text) === undefined;
    if (isNew && count >= wordsMax) return text;
    if (isNew) count += 1;
    return Number(keep.get(text, run)?.["number"]);
  };
  return {
    wordOf(text) {
      const word = known.get(text);
      if (word !== undefined) return word;
      if (known.size >= REMEMBERED_MAX) known = new Map();
      const found = look(text);
      known.set(text, found);
      return found;
    },
  };
}

/** Reads words. For the reader: what is found once stays so, since a number is never given to another text. */
export interface WordReader {
  /** All that the text may be kept as. */
  readonly wordsFor: (text: string) => readonly Word[];
  readonly textOf: (word: unknown) => string;
}

export function createWordReader(database: DatabaseSync): WordReader {
  const byText = database.prepare("SELECT number FROM words WHERE text = ?");
  const byNumber = database.prepare("SELECT text FROM words WHERE number = ?");
  let known = new Map<number, string>();
  return {
    wordsFor(text) {
      const found = byText.get(text);
      return found === undefined ? [text] : [Number(found["number"]), text];
    },
    textOf(word) {
      if (typeof word !== "number") return String(word ?? "");
      const text = known.get(word) ?? String(byNumber.get(word)?.["text"] ?? "");
      if (known.size >= REMEMBERED_MAX) known = new Map();
      known.set(word, text);
      return text;
    },
  };
}
