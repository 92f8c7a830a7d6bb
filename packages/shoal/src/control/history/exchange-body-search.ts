import { unpackExchange, unpackedText } from "./exchange-keeper.ts";

/** Bodies are packed, so that each has to be looked into: so many at once, and the rest by the next page. */
export const BODIES_LOOKED_MAX = 2_000;
const CHARS_LOOKED_MAX = 24 * 1_048_576;

export interface BodySearch {
  /** Whether a recorded exchange has the text in the body of its request or its reply. */
  readonly finds: (packed: Uint8Array) => boolean;
  /** After so much the others can wait no longer. */
  readonly isTired: () => boolean;
}

/** Looks for a text in bodies, whatever the case of its letters; bodies that are no text have none. */
export function createBodySearch(text: string): BodySearch {
  const wanted = text.toLowerCase();
  // As it stands in what is packed: most are found not to have it without being read as JSON.
  const quoted = JSON.stringify(text).slice(1, -1).toLowerCase();
  let chars = 0;
  return {
    finds(packed) {
      const json = unpackedText(packed);
      chars += json.length;
      if (!json.toLowerCase().includes(quoted)) return false;
      const { request, reply } = unpackExchange(packed);
      return [request, reply].some(
        (message) => message?.body.encoding === "utf8" && message.body.text.toLowerCase().includes(wanted),
      );
    },
    isTired: () => chars > CHARS_LOOKED_MAX,
  };
}
