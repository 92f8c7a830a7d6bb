import { useMediaQuery } from "@mantine/hooks";

/** Whether the window is at least so wide, in px, now and after each change. */
export function useAtLeast(px: number): boolean {
  return useMediaQuery(`(min-width: ${px}px)`, true, { getInitialValueInEffect: false }) ?? true;
}
