/** Copies one member; `hint` is what is known of it. */
export type CopyMember<Hint> = (member: unknown, hint: Hint, depth: number) => unknown;

/** Makes a record of the copies of another's members; what `copyMember` would not copy comes back as it said so. */
export type RecordMaker<Hint> = (record: object, hints: readonly Hint[], depth: number) => unknown;

/**
 * Compiles a maker for records with these keys, in their order: one expression with the keys in it costs a third of a
 * loop over them, which has to find the place of each in the new record. Undefined where code may not be made of text
 * (`--disallow-code-generation-from-strings`). `npm run bench -- wire --only local` guards it.
 *
 * @param keys None of them "__proto__": in an expression it would set the prototype.
 * @param none What `copyMember` returns for a member that it does not copy.
 */
export function compileRecordMaker<Hint>(
  keys: readonly string[],
  copyMember: CopyMember<Hint>,
  none: unknown,
): RecordMaker<Hint> | undefined {
  const names = keys.map((key) => JSON.stringify(key));
  const lines = names.map(
    (name, index) =>
      `const m${index} = copyMember(record[${name}], hints[${index}], depth); if (m${index} === none) return none;`,
  );
  const members = names.map((name, index) => `${name}: m${index}`);
  const source = `return (record, hints, depth) => { ${lines.join(" ")} return { ${members.join(", ")} }; };`;
  try {
    return new Function("copyMember", "none", source)(copyMember, none);
  } catch {
    return undefined;
  }
}
