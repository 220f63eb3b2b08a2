import { Button } from '@mantine/core';
import type { Conversation } from '@sotto/client/api';
import { useNavigate } from '@tanstack/react-router';
import { Dialog } from '../../ui/Dialog.tsx';
import { useAct, useDevice } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import { nameOfAddress } from '../../ui/words.ts';
import styles from './banners.module.css';

/** Asks before somebody is blocked, and says how it is taken back. */
export function BlockDialog(props: { conversation: Conversation; onClose: () => void }) {
  const { id, with: person } = props.conversation;
  const name = nameOfAddress(person.address);
  const device = useDevice();
  const navigate = useNavigate();
  const block = useAct(async () => {
    await device.call('declineRequest', { conversation: id });
    await navigate({ to: '/chats' });
  });
  return (
    <Dialog title={`Block ${name}?`} onClose={props.onClose}>
      <p className={styles.dialogText}>
        The conversation leaves your list, and nothing more that {name} writes is shown, on all your devices.
        They are not told. You can take it back in Settings, under Blocked people.
      </p>
      <ProblemBox problem={block.problem} />
      <div className={styles.choices}>
        <Button color="red" loading={block.busy} onClick={() => block.run()}>
          Block
        </Button>
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
