import { Title } from "@mantine/core";
import { CopyButton } from "../../ui/copy-button.tsx";
import classes from "./span-panel.module.css";

interface AttributeListProps {
  readonly title: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Longer values scroll; whole they are copied. */
const SHOWN_CHARACTERS_MAX = 20_000;

/** Names and values, by name. */
export function AttributeList({ title, attributes }: AttributeListProps) {
  const entries = Object.entries(attributes).sort(([left], [right]) => left.localeCompare(right));
  if (entries.length === 0) return null;
  return (
    <section>
      <Title order={3}>{title}</Title>
      <dl className={classes["attributes"]}>
        {entries.map(([name, value]) => {
          const text = Array.isArray(value) ? value.join(", ") : String(value);
          return (
            <div key={name} className={classes["attribute"]}>
              <dt title={name}>{name}</dt>
              <dd>
                <span className={classes["value"]} {...(text.length > 300 ? { tabIndex: 0 } : {})}>
                  {text.slice(0, SHOWN_CHARACTERS_MAX)}
                </span>
                <span className={classes["copy"]}>
                  <CopyButton value={text} label={`Copy ${name}`} />
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
