import { Group, SegmentedControl, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { formatBytes } from "../format/number.ts";
import classes from "./body-view.module.css";
import { hexLines } from "./body-view-hex.ts";
import { JsonTree } from "./body-view-json.tsx";
import { type BodyContent, bodyContentOf, mediaTypeOf, type ViewedBody } from "./body-view-kind.ts";
import { Code } from "./code.tsx";
import { Note } from "./exchange-note.tsx";
import { HeaderList } from "./header-list.tsx";

interface BodyViewProps {
  readonly body: ViewedBody;
  /** As its header says; "" without one. */
  readonly contentType: string;
  /** Such as "Request body". */
  readonly label: string;
}

/** A body by its type: JSON as a tree, forms as fields, pictures as such, the rest as text or bytes. */
export function BodyView({ body, contentType, label }: BodyViewProps) {
  const content = bodyContentOf(body, contentType);
  const [view, setView] = useState("tree");
  const type = mediaTypeOf(contentType);
  return (
    <section aria-label={label} className={classes["body"]}>
      <Group justify="space-between" mih={28} mb={4}>
        <Text size="xs" c="var(--shoal-text-quiet)">
          {[type || "no content type", formatBytes(body.bytes)].join(" · ")}
        </Text>
        {content.kind === "json" && (
          <SegmentedControl
            aria-label={`${label} as`}
            value={view}
            onChange={setView}
            data={[
              { value: "tree", label: "Tree" },
              { value: "text", label: "Text" },
              { value: "raw", label: "Raw" },
            ]}
          />
        )}
      </Group>
      {body.truncated && (
        <Note kind="warn">
          Only the beginning was kept: {formatBytes(keptBytesOf(body))} of {formatBytes(body.bytes)}.
        </Note>
      )}
      <Content content={content} body={body} label={label} view={view} />
    </section>
  );
}

interface ContentProps {
  readonly content: BodyContent;
  readonly body: ViewedBody;
  readonly label: string;
  readonly view: string;
}

function Content({ content, body, label, view }: ContentProps): ReactNode {
  switch (content.kind) {
    case "empty":
      return <Quiet>There is no body.</Quiet>;
    case "absent":
      return <Quiet>The body was not kept, only its length.</Quiet>;
    case "json":
      if (view === "tree") return <JsonTree value={content.value} label={label} />;
      return <Code text={view === "text" ? content.pretty : body.text} label={label} />;
    case "form":
      return <HeaderList headers={content.fields} label={`${label}: fields`} />;
    case "image":
      return <img className={classes["image"]} src={content.source} alt={label} />;
    case "binary":
      return <Code text={hexLines(body.text)} label={`${label} in hexadecimal`} />;
    case "text":
      return <Code text={body.text} label={label} />;
    default:
      return content satisfies never;
  }
}

function Quiet({ children }: { readonly children: ReactNode }) {
  return (
    <Text size="sm" c="var(--shoal-text-quiet)">
      {children}
    </Text>
  );
}

function keptBytesOf({ encoding, text }: ViewedBody): number {
  return encoding === "base64" ? Math.floor((text.length * 3) / 4) : new TextEncoder().encode(text).length;
}
