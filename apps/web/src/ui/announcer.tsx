/** One polite live region for the page: what arrives while a person looks at something else is said, once. */
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';

const Context = createContext<(text: string) => void>(() => undefined);

export function AnnouncerProvider(props: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: '', turn: 0 });
  const announce = useCallback((text: string) => setSaid((last) => ({ text, turn: last.turn + 1 })), []);
  return (
    <Context value={announce}>
      {props.children}
      <div role="status" aria-live="polite" className="visually-hidden">
        {/* A new key makes the same sentence be said again. */}
        <span key={said.turn}>{said.text}</span>
      </div>
    </Context>
  );
}

export function useAnnounce(): (text: string) => void {
  return useContext(Context);
}
