/** What Buffer has and its types leave out: `write` and `toString` cost several times as much for a head's few bytes. */
interface Latin1Buffer {
  readonly latin1Slice: (start: number, end: number) => string;
  readonly latin1Write: (text: string, at: number, bytes: number) => number;
}

/** The bytes as a string, one character a byte. */
export function readLatin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as unknown as Latin1Buffer).latin1Slice(start, end);
}

/** Writes a string of one byte a character; there has to be room for it. */
export function writeLatin1(bytes: Buffer, text: string, at: number): void {
  (bytes as unknown as Latin1Buffer).latin1Write(text, at, text.length);
}
