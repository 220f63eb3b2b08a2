/** Whether the quick switcher is open: anything may open it, the frame shows it. */
const listeners = new Set<() => void>();
let open = false;

function set(next: boolean): void {
  open = next;
  for (const listener of listeners) listener();
}

export function openSwitcher(): void {
  set(true);
}

export function closeSwitcher(): void {
  set(false);
}

export function subscribeSwitcher(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function switcherIsOpen(): boolean {
  return open;
}
