import { Kbd, Modal, Table, Text } from "@mantine/core";
import { PAGES } from "./pages.ts";

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["Ctrl", "K"], "Go to a service, operation, trace or page"],
  ...PAGES.map(({ key, title }) => [["g", key], `Go to ${title}`] as const),
  [["/"], "Search on this page"],
  [["↑", "↓"], "Move in a table; also j and k, Home and End"],
  [["Enter"], "Open the row"],
  [["Space"], "In Traffic: mark the exchange, to compare it or export it"],
  [["Ctrl", "Enter"], "In the Explorer, and in Send again: send the request"],
  [["→", "←"], "Show a service's instances, and hide them"],
  [["+", "−", "0"], "In a trace: zoom in and out, show all of the time"],
  [["n", "N"], "In a trace: the next failed span, and the one before"],
  [["w", "W"], "In a trace: where the time went, the slowest span first"],
  [["f"], "In a trace: show the spans below this one alone"],
  [["Esc"], "Close what is open"],
  [["?"], "This list"],
];

export function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={<Text fw={600}>Keyboard shortcuts</Text>} centered size={480}>
      <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0}>
        <Table.Tbody>
          {SHORTCUTS.map(([keys, what]) => (
            <Table.Tr key={what}>
              <Table.Td w={110}>
                {keys.map((key) => (
                  <Kbd key={key} mr={4} size="xs">
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>
                <Text size="sm">{what}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
