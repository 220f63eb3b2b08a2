import { useCallback, useEffect, useState } from 'react';

const SHOWN_MS = 8_000;

/** Copies a text; `copied` stays true for a few seconds, and false where the browser refuses. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<void> } {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (turn === 0) return undefined;
    const timer = setTimeout(() => setTurn(0), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [turn]);
  const copy = useCallback(async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setTurn((last) => last + 1);
    } catch {
      setTurn(0);
    }
  }, []);
  return { copied: turn > 0, copy };
}
