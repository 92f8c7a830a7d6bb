import { Anchor } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

interface CopyLinkProps {
  /** Made when it is copied. */
  readonly text: () => string;
  /** Says what, such as "Copy as JSON". */
  readonly label: string;
}

/** Words that copy something larger than what stands beside them. */
export function CopyLink({ text, label }: CopyLinkProps) {
  const { copied, copy } = useClipboard({ timeout: 1_500 });
  return (
    <Anchor component="button" type="button" size="xs" onClick={() => copy(text())}>
      {copied ? "Copied" : label}
    </Anchor>
  );
}
