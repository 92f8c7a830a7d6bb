/** Now, in ms since 1970 with fractions: the same scale in all processes of the machine. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
