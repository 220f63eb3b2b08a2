/** A modal dialog on the browser's own `<dialog>`: it keeps the focus inside, closes on Escape and gives focus back. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import styles from './Dialog.module.css';

export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** A sheet comes from the side; a palette stands high and shows no title. */
  shape?: 'box' | 'sheet' | 'palette';
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const shape = props.shape ?? 'box';
  // A layout effect, since its end comes while the dialog still stands in the page and can give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // Without a field that asks for it, the browser would give the focus to the button that closes.
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click only catches the backdrop; Escape closes for the keyboard.
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={styles.dialog}
      data-shape={shape}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) props.onClose();
      }}
    >
      <div className={styles.inner}>
        <header className={shape === 'palette' ? 'visually-hidden' : styles.head}>
          <h2 id={titleId}>{props.title}</h2>
          {shape !== 'palette' && (
            <ActionIcon variant="subtle" color="gray" size={40} aria-label="Close" onClick={props.onClose}>
              <IconX size={20} stroke={1.6} />
            </ActionIcon>
          )}
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
