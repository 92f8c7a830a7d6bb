let typed = "";
let stop = (): void => {};

/** After this long nobody waits for a dialog any more. */
const EARLY_MS = 2_000;

/** From now on keeps what is typed for a field that is about to be shown, and from everybody else. */
export function collectEarlyKeys(): void {
  stop();
  typed = "";
  const onKey = (event: KeyboardEvent) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    typed += event.key;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const timer = setTimeout(() => stop(), EARLY_MS);
  document.addEventListener("keydown", onKey, true);
  stop = () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", onKey, true);
    stop = () => {};
  };
}

/** What was typed since; from now on keys are everybody's again. */
export function takeEarlyKeys(): string {
  stop();
  const early = typed;
  typed = "";
  return early;
}
