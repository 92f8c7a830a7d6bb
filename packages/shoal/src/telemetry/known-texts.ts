/** What is made of short texts that come again and again, each made once; there is a bound to what is kept. */
export type KnownTexts = (text: string) => string;

const CHARS_MAX = 128;

/**
 * @param make Pure; what it makes is about as long as the text.
 * @param textsMax When so many are kept, new ones are made each time: those that come all the time are in by then.
 */
export function createKnownTexts(make: (text: string) => string, textsMax: number): KnownTexts {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = make(text);
    if (known.size < textsMax && text.length <= CHARS_MAX) known.set(text, made);
    return made;
  };
}
