import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import styles from './EmojiPicker.module.css';
import { emojiGroups } from './emoji.ts';

const GROUPS = emojiGroups();

/** A grid of emoji with a field to find them by name; arrows move, Enter takes one, or the first found, Escape closes. */
export default function EmojiPicker(props: { onPick: (emoji: string) => void; onClose: () => void }) {
  const [words, setWords] = useState('');
  const panel = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const { onClose } = props;
  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      const target = event.target;
      const inside = target instanceof Node && panel.current?.parentElement?.contains(target) === true;
      if (!inside) onClose();
    };
    document.addEventListener('pointerdown', onDown);
    return () => document.removeEventListener('pointerdown', onDown);
  }, [onClose]);
  const wanted = words.trim().toLowerCase();
  const groups = GROUPS.map(({ title, emoji }) => ({
    title,
    emoji: emoji.filter(({ name }) => name.includes(wanted)),
  })).filter(({ emoji }) => emoji.length > 0);
  const first = wanted === '' ? undefined : groups[0]?.emoji[0];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && event.target === field.current) {
      event.preventDefault();
      if (first !== undefined) props.onPick(first.picture);
    } else if (event.key === 'Escape') onClose();
    else if (moveFocus(panel.current, event.key)) event.preventDefault();
  };
  return (
    <div ref={panel} className={styles.panel} role="dialog" aria-label="Emoji" onKeyDown={onKeyDown}>
      <input
        className={styles.find}
        aria-label="Find an emoji"
        placeholder="Find an emoji"
        ref={field}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <div className={styles.groups}>
        {groups.map(({ title, emoji }) => (
          <section key={title} aria-label={title}>
            <p className={styles.title} aria-hidden="true">
              {title}
            </p>
            <div className={styles.grid}>
              {emoji.map(({ picture, name }) => (
                <button
                  key={name}
                  type="button"
                  aria-label={name}
                  title={name}
                  onClick={() => props.onPick(picture)}
                >
                  {picture}
                </button>
              ))}
            </div>
          </section>
        ))}
        {groups.length === 0 && <p className={styles.none}>Nothing by that name.</p>}
      </div>
    </div>
  );
}

/** Arrows go through the buttons, rows by what stands above and below. True when `key` was one of ours. */
function moveFocus(panel: HTMLElement | null, key: string): boolean {
  const buttons = [...(panel?.querySelectorAll<HTMLElement>('button') ?? [])];
  const at = buttons.findIndex((button) => button.matches(':focus'));
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
  const step = steps[key];
  if (step === undefined || (at === -1 && key !== 'ArrowDown')) return false;
  const next = at === -1 ? 0 : Math.min(buttons.length - 1, Math.max(0, at + step));
  buttons[next]?.focus();
  return true;
}
