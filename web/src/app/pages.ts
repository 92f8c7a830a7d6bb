import {
  IconAffiliate,
  IconArrowsExchange,
  IconBinaryTree,
  IconFileText,
  IconHistory,
  IconLifebuoy,
  IconPlayerPlay,
  type TablerIcon,
} from "@tabler/icons-react";

/** A page of the navigation, in its order; `key` after "g" goes there. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly icon: TablerIcon;
  readonly key: string;
}

export const PAGES: readonly Page[] = [
  { path: "/", title: "Services", icon: IconAffiliate, key: "s" },
  { path: "/traces", title: "Traces", icon: IconBinaryTree, key: "t" },
  { path: "/logs", title: "Logs", icon: IconFileText, key: "l" },
  { path: "/traffic", title: "Traffic", icon: IconArrowsExchange, key: "f" },
  { path: "/resilience", title: "Resilience", icon: IconLifebuoy, key: "i" },
  { path: "/explorer", title: "Explorer", icon: IconPlayerPlay, key: "e" },
  { path: "/runs", title: "Runs", icon: IconHistory, key: "r" },
];
