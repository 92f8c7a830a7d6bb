import { Input, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./schema-form.module.css";
import type { FieldProps } from "./schema-form-place.ts";

interface FieldFrameProps extends FieldProps {
  /** Without a frame: the form itself is one. */
  readonly isRoot?: boolean;
  readonly children: ReactNode;
}

/** Around the fields that belong together: what they are called, and what is wrong with them as a whole. */
export function FieldFrame({ at, label, required, description, isRoot = false, children }: FieldFrameProps) {
  const problem = at.problems.get(at.path);
  if (isRoot) return children;
  return (
    <fieldset className={classes["frame"]}>
      <legend className={classes["legend"]}>
        {label || "value"}
        {required && <span className={classes["star"]}> *</span>}
      </legend>
      {description !== undefined && description !== "" && (
        <Text size="xs" c="var(--shoal-text-quiet)" mb={6}>
          {description}
        </Text>
      )}
      {children}
      {problem !== undefined && <Input.Error mt={4}>{problem}</Input.Error>}
    </fieldset>
  );
}
