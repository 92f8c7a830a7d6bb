// `node -C shoal-source tools/errors-page.ts`: writes docs/errors.md from the error table.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ERRORS } from "../packages/shoal/src/core/errors.ts";

const sections = Object.entries(ERRORS).map(
  ([code, row]) => `## ${code}\n\nStatus ${row.status}, retry: ${row.retry}. ${row.hint}\n`,
);
const page = `# Errors

Every error that Shoal throws or answers is a \`ShoalError\` with one of these codes, or with a code that a contract
declares. Match on \`code\`, never on the message. \`status\` is the HTTP status when a server answers with it; \`retry\`
says whether trying again can help: \`now\` (the work was provably not begun), \`later\` (after a pause, if the operation
is idempotent) or \`never\`. This page is made from the table in the code by \`npm run reference\`.

${sections.join("\n")}`;
writeFileSync(join(resolve(import.meta.dirname, ".."), "docs/errors.md"), page);
