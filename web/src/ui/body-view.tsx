import { Group, SegmentedControl, Text } from "@mantine/core";
import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { formatBytes } from "../format/number.ts";
import classes from "./body-view.module.css";
import { BodyFind } from "./body-view-find.tsx";
import { hexLines } from "./body-view-hex.ts";
import { JsonTree } from "./body-view-json.tsx";
import { type BodyContent, bodyContentOf, mediaTypeOf, type ViewedBody } from "./body-view-kind.ts";
import { Code } from "./code.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Note } from "./exchange-note.tsx";
import { foundParts } from "./found-parts.ts";
import { HeaderList } from "./header-list.tsx";

interface BodyViewProps {
  readonly body: ViewedBody;
  /** As its header says; "" without one. */
  readonly contentType: string;
  /** Such as "Request body". */
  readonly label: string;
}

type View = "tree" | "text" | "raw";

/** In shorter bodies the eye finds faster. */
const FIND_CHARS_MIN = 300;

/** A body by its type: JSON as a tree, forms as fields, pictures as such, the rest as text or bytes. */
export function BodyView({ body, contentType, label }: BodyViewProps) {
  const content = useMemo(() => bodyContentOf(body, contentType), [body, contentType]);
  const views = viewsOf(content);
  const [chosen, setChosen] = useState<View>();
  const view = views.find(({ value }) => value === chosen)?.value ?? views[0]?.value ?? "raw";
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const find = useDeferredValue(typed.toLowerCase());
  const text = textOf(content, body, view);
  const hits = useMemo(() => (text === undefined ? undefined : foundParts(text, find).hits), [text, find]);
  const isSearched = (content.kind === "json" || content.kind === "text") && body.text.length >= FIND_CHARS_MIN;
  return (
    <section aria-label={label} className={classes["body"]}>
      <Group justify="space-between" gap="xs" mih={30} mb={6} wrap="nowrap">
        <Text size="xs" c="var(--shoal-text-quiet)" truncate miw={0} title={contentType}>
          {[mediaTypeOf(contentType) || "no content type", formatBytes(body.bytes)].join(" · ")}
        </Text>
        <Group gap={6} wrap="nowrap" flex="none">
          {isSearched && (
            <BodyFind
              label={label}
              value={typed}
              onChange={(next) => {
                setTyped(next);
                setAt(0);
              }}
              hits={view === "tree" ? undefined : hits}
              at={at}
              onGo={setAt}
            />
          )}
          {views.length > 1 && (
            <SegmentedControl
              aria-label={`${label} as`}
              value={view}
              onChange={(next) => setChosen(next as View)}
              data={[...views]}
            />
          )}
          {view === "tree" && content.kind === "json" && (
            <CopyButton value={content.pretty} label={`Copy ${label.toLowerCase()}`} />
          )}
          {content.kind === "form" && <CopyButton value={body.text} label={`Copy ${label.toLowerCase()}`} />}
        </Group>
      </Group>
      {body.truncated && content.kind !== "absent" && (
        <div className={classes["cut"]}>
          <Note kind="warn">
            Only the beginning was kept: {formatBytes(keptBytesOf(body))} of {formatBytes(body.bytes)}.
          </Note>
        </div>
      )}
      <Content content={content} body={body} label={label} view={view} find={find} at={at} />
    </section>
  );
}

const TREE = { value: "tree", label: "Tree" } as const;
const TEXT = { value: "text", label: "Text" } as const;
const RAW = { value: "raw", label: "Raw" } as const;

/** The ways in which it can be shown, the best first. */
function viewsOf(content: BodyContent): readonly { readonly value: View; readonly label: string }[] {
  if (content.kind === "json") return [TREE, TEXT, RAW];
  return content.kind === "text" && content.pretty !== undefined ? [TEXT, RAW] : [];
}

/** What is shown of it as text; undefined when that is none. */
function textOf(content: BodyContent, body: ViewedBody, view: View): string | undefined {
  if (content.kind === "json") return view === "tree" ? undefined : view === "text" ? content.pretty : body.text;
  if (content.kind === "text") return view === "text" ? (content.pretty ?? body.text) : body.text;
  return undefined;
}

interface ContentProps {
  readonly content: BodyContent;
  readonly body: ViewedBody;
  readonly label: string;
  readonly view: View;
  readonly find: string;
  readonly at: number;
}

function Content({ content, body, label, view, find, at }: ContentProps): ReactNode {
  switch (content.kind) {
    case "empty":
      return <Quiet>There is no body.</Quiet>;
    case "absent":
      return <Quiet>The body was not kept, only its length.</Quiet>;
    case "json":
    case "text":
      return view === "tree" && content.kind === "json" ? (
        <JsonTree value={content.value} label={label} find={find} />
      ) : (
        <Code text={textOf(content, body, view) ?? ""} label={label} find={find} at={at} />
      );
    case "form":
      return <HeaderList headers={content.fields} label={`${label}: fields`} />;
    case "image":
      return <Picture source={content.source} label={label} />;
    case "binary":
      return <Code text={hexLines(body.text)} label={`${label} in hexadecimal`} />;
    default:
      return content satisfies never;
  }
}

/** With its measures, which nothing else tells. */
function Picture({ source, label }: { readonly source: string; readonly label: string }) {
  const [measures, setMeasures] = useState("");
  return (
    <figure className={classes["figure"]}>
      <img
        className={classes["image"]}
        src={source}
        alt={label}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setMeasures(`${naturalWidth} × ${naturalHeight} pixels`)
        }
      />
      <figcaption className={classes["caption"]}>{measures}</figcaption>
    </figure>
  );
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
