/** At most `charsMax` characters; what is longer ends in "…". No half of a surrogate pair is left at the cut. */
export function cutText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const end = charsMax - 1;
  const last = text.charCodeAt(end - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end)}…`;
}
