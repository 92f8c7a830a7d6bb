import { Badge, Text } from "@mantine/core";
import { Fragment } from "react";
import { isRedacted } from "./exchange-parties.ts";
import classes from "./header-list.module.css";

interface HeaderListProps {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly label: string;
}

/** Names and values, such as headers or the fields of a form. */
export function HeaderList({ headers, label }: HeaderListProps) {
  if (headers.length === 0) {
    return (
      <Text size="sm" c="var(--shoal-text-quiet)">
        None.
      </Text>
    );
  }
  return (
    <dl className={classes["list"]} aria-label={label}>
      {headers.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and the list never changes
        <Fragment key={index}>
          <dt className={classes["name"]}>{name}</dt>
          <dd className={classes["value"]}>{isRedacted(value) ? <Redacted value={value} /> : value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** A value whose secret was cut out before it left its process. */
function Redacted({ value }: { readonly value: string }) {
  return (
    <>
      {value.replaceAll(/\[redacted\]|%5Bredacted%5D/g, "").trim()}{" "}
      <Badge color="gray" title="A secret: it was cut out before it left its process">
        redacted
      </Badge>
    </>
  );
}
