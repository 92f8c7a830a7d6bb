import type { ComponentType } from "react";
import type { JsonSchema } from "./schema-form-schema.ts";

/** Where in a form a field is, and what is wrong in it. */
export interface FormPlace {
  readonly root: unknown;
  readonly problems: ReadonlyMap<string, string>;
  readonly path: string;
  readonly depth: number;
  /** Renders what is within: handed down, so that the kinds of fields need not import one another. */
  readonly Field: ComponentType<FieldProps>;
}

/** What every kind of field is given. */
export interface FieldProps {
  readonly at: FormPlace;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly label: string;
  readonly required: boolean;
  readonly description?: string;
  /** Of a value that stands in a frame already: without one of its own, and without what the choice of it has decided. */
  readonly isBare?: boolean;
}

/** The place of a member or an item. */
export function placeBelow(at: FormPlace, key: string | number): FormPlace {
  const part = String(key).replaceAll("~", "~0").replaceAll("/", "~1");
  return { ...at, path: `${at.path}/${part}`, depth: at.depth + 1 };
}
