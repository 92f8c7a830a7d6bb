/** Where they are, in their order. */
export function addressesOf(programs: readonly { readonly address: string }[]): readonly string[] {
  return programs.map(({ address }) => address);
}
