import { useCallback, useEffect, useRef } from 'react';
import { useDevice } from '../../ui/device.tsx';

/** After the last key, in milliseconds. */
const PAUSE = 400;

/**
 * Lets the device keep what is being written: a moment after each pause, and at once where it is sent or the
 * conversation is left. What cannot be kept is still in the field.
 */
export function useKeptDraft(conversation: string, text: string, kept: string): void {
  const device = useDevice();
  const draft = useRef({ text, kept });
  draft.current.text = text;
  const keep = useCallback(() => {
    const { current } = draft;
    if (current.text === current.kept) return;
    current.kept = current.text;
    device.call('keepDraft', { conversation, text: current.text }).catch(() => undefined);
  }, [device, conversation]);
  useEffect(() => {
    const timer = setTimeout(keep, text === '' ? 0 : PAUSE);
    return () => clearTimeout(timer);
  }, [keep, text]);
  useEffect(() => {
    addEventListener('pagehide', keep);
    return () => {
      removeEventListener('pagehide', keep);
      keep();
    };
  }, [keep]);
}
