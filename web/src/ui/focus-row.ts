/**
 * Puts the focus on a row of a virtualised list that was scrolled to: at once when the row exists already, since the
 * next key may be pressed before the next frame and has to find it focused; else when the list has been drawn.
 * @param row A CSS selector.
 */
export function focusRow(place: HTMLElement | null, row: string): void {
  const focus = () => {
    const element = place?.querySelector<HTMLElement>(row);
    element?.focus();
    return element !== null && element !== undefined;
  };
  if (!focus()) requestAnimationFrame(focus);
}
