/** What everybody must pass on at least, and we pass on at most (W3C Baggage, section 3.3.2). */
const BYTES_MAX = 8_192;
const MEMBERS_MAX = 64;

/**
 * What is passed on of a `baggage` header: all of it up to 8 192 bytes and 64 members, of a longer one as many whole
 * members from its start. Header values hold one byte a character.
 */
export function baggageOf(header: string): string {
  if (header.length <= BYTES_MAX && (header.length < 2 * MEMBERS_MAX || commas(header) < MEMBERS_MAX)) return header;
  let end = 0;
  for (let member = 0; member < MEMBERS_MAX; member += 1) {
    const comma = header.indexOf(",", end === 0 ? 0 : end + 1);
    const next = comma < 0 ? header.length : comma;
    if (next > BYTES_MAX) break;
    end = next;
    if (comma < 0) break;
  }
  return header.slice(0, end);
}

function commas(text: string): number {
  let count = 0;
  for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1)) count += 1;
  return count;
}
