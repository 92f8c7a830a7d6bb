import { Button, Table, Title } from "@mantine/core";
import { useState } from "react";
import type { Resilience } from "../../api/types.ts";
import { Tag } from "../../ui/tag.tsx";
import classes from "./resilience.module.css";
import { policyRows } from "./resilience-words.ts";

interface PolicyPartProps {
  readonly policy: Resilience["policyDefaults"];
  readonly defaults: Resilience["policyDefaults"];
}

/** The settings that apply; those that somebody chose are marked. */
export function PolicyPart({ policy, defaults }: PolicyPartProps) {
  const [isOpen, setOpen] = useState(false);
  const rows = policyRows(policy, defaults);
  const chosen = rows.filter(({ standard }) => standard !== undefined);
  const shown = isOpen ? rows : chosen;
  return (
    <section aria-label="Policy">
      <Title order={3} className={classes["partTitle"] ?? ""}>
        Policy
      </Title>
      <p className={classes["note"]}>
        {chosen.length === 0
          ? `All ${rows.length} settings have their defaults.`
          : `${chosen.length} of ${rows.length} settings differ from the defaults.`}
      </p>
      {shown.length > 0 && (
        <Table className={classes["table"] ?? ""}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Setting</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Default</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ name, value, standard }) => (
              <Table.Tr key={name}>
                <Table.Td className={classes["mono"] ?? ""}>{name}</Table.Td>
                <Table.Td>{standard === undefined ? value : <Tag meaning="info">{value}</Tag>}</Table.Td>
                <Table.Td className={classes["quiet"] ?? ""}>{standard ?? "the same"}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Button variant="subtle" size="compact-xs" aria-expanded={isOpen} onClick={() => setOpen((now) => !now)}>
        {isOpen ? "Show what differs" : `Show all ${rows.length} settings`}
      </Button>
    </section>
  );
}
