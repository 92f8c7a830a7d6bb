import { Modal, ScrollArea, TextInput, useMantineColorScheme } from "@mantine/core";
import { IconAffiliate, IconBinaryTree, IconBolt, IconFileText, IconSearch, IconSun } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { control } from "../api/control.ts";
import { useFleet } from "../api/fleet-store.ts";
import { takeEarlyKeys } from "./early-keys.ts";
import { PAGES } from "./pages.ts";
import classes from "./palette.module.css";
import { type PaletteItem, paletteItems } from "./palette-items.ts";

const ICONS = {
  page: IconFileText,
  service: IconAffiliate,
  operation: IconBolt,
  trace: IconBinaryTree,
  search: IconSearch,
  theme: IconSun,
};

/** Ctrl+K: go anywhere by typing a part of its name. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  // What is typed right after Ctrl+K is meant for the field: it has the focus, and the letters, as soon as it is there.
  const ready = useCallback((field: HTMLInputElement | null) => {
    field?.focus();
    if (field) setTyped((before) => before + takeEarlyKeys());
  }, []);
  // At once, not deferred: Enter must choose from what was typed, however fast it follows.
  const items = useItems(typed);
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const active = Math.min(at, items.length - 1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`#palette-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const go = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    if (item.theme !== undefined) return setColorScheme(item.theme);
    void navigate({ to: item.to, params: item.params ?? {}, search: item.search ?? {} });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") go(items[active]);
    if (step === undefined) return;
    event.preventDefault();
    setAt((active + step + items.length) % items.length);
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding={0} size={560} yOffset="12vh" aria-label="Go to">
      <TextInput
        ref={ready}
        data-autofocus
        size="md"
        variant="unstyled"
        className={classes["field"] ?? ""}
        leftSection={<IconSearch size={17} />}
        placeholder="A service, operation, trace id or page"
        aria-label="Go to"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={items.length > 0 ? `palette-${active}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ScrollArea.Autosize mah={380} viewportProps={{ tabIndex: 0, "aria-label": "Places" }}>
        <div ref={list} id="palette-list" role="listbox" aria-label="Places" className={classes["list"]}>
          {items.map((item, index) => (
            <Item key={item.key} item={item} index={index} isActive={index === active} onChoose={go} />
          ))}
        </div>
      </ScrollArea.Autosize>
    </Modal>
  );
}

interface ItemProps {
  readonly item: PaletteItem;
  readonly index: number;
  readonly isActive: boolean;
  readonly onChoose: (item: PaletteItem) => void;
}

function Item({ item, index, isActive, onChoose }: ItemProps) {
  const Icon = PAGES.find(({ path }) => item.kind === "page" && path === item.to)?.icon ?? ICONS[item.kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys, as the pattern of a combobox has it.
    <div
      id={`palette-${index}`}
      role="option"
      aria-selected={isActive}
      className={classes["item"]}
      onClick={() => onChoose(item)}
    >
      <Icon size={15} aria-hidden />
      <span className={classes["title"]}>{item.title}</span>
      <span className={classes["detail"]}>{item.detail}</span>
    </div>
  );
}

function useItems(typed: string): readonly PaletteItem[] {
  const { services } = useFleet();
  const { data } = useQuery({
    queryKey: ["names"],
    queryFn: ({ signal }) => control.listNames({ query: {} }, signal),
    staleTime: 30_000,
  });
  return useMemo(() => {
    const names = services.map(({ service }) => service);
    return paletteItems(typed, { pages: PAGES, services: names, operations: (data?.operations ?? []).filter(isOwn) });
  }, [typed, services, data]);
}

/** Attempts are spans of their own, but nothing that anybody looks for by name. */
function isOwn({ operation }: { readonly operation: string }): boolean {
  return !/ attempt \d+$/.test(operation);
}
