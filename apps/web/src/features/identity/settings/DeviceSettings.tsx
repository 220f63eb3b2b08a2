import { Button, Skeleton } from '@mantine/core';
import type { DeviceInfo } from '@sotto/client/api';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useState } from 'react';
import { useLive } from '../../../ui/device.tsx';
import { fullTime, listTime } from '../../../ui/words.ts';
import { Card } from './Card.tsx';
import { RemoveDeviceDialog, RenameDeviceDialog } from './device-dialogs.tsx';
import styles from './settings.module.css';

type Asked = { readonly what: 'rename' | 'remove'; readonly device: DeviceInfo } | null;

export function DeviceSettings() {
  const devices = useLive('devices', null);
  const [asked, setAsked] = useState<Asked>(null);
  return (
    <Card
      title="Where you are signed in"
      text="Each browser or program has keys of its own. Remove what you do not use or do not know."
    >
      <ul className={styles.devices} aria-label="Devices">
        {devices === undefined && <Skeleton height={56} radius="lg" />}
        {devices?.map((device) => (
          <li key={device.id}>
            <DeviceRow device={device} onAsk={(what) => setAsked({ what, device })} />
          </li>
        ))}
      </ul>
      {asked?.what === 'rename' && (
        <RenameDeviceDialog device={asked.device} onClose={() => setAsked(null)} />
      )}
      {asked?.what === 'remove' && (
        <RemoveDeviceDialog device={asked.device} onClose={() => setAsked(null)} />
      )}
    </Card>
  );
}

function DeviceRow(props: { device: DeviceInfo; onAsk: (what: 'rename' | 'remove') => void }) {
  const { device, onAsk } = props;
  return (
    <div className={styles.device}>
      <IconDeviceDesktop size={20} stroke={1.6} aria-hidden="true" />
      <div className={styles.grow}>
        <p className={styles.name}>{device.name}</p>
        <p className={styles.text}>{stateOf(device)}</p>
      </div>
      {device.current ? (
        <Button variant="default" size="compact-md" onClick={() => onAsk('rename')}>
          Rename
        </Button>
      ) : (
        <Button
          variant="default"
          size="compact-md"
          aria-label={`Remove ${device.name}`}
          onClick={() => onAsk('remove')}
        >
          Remove
        </Button>
      )}
    </div>
  );
}

function stateOf(device: DeviceInfo): React.ReactNode {
  const state = device.current ? 'This device' : device.signedOut ? 'Signed out' : 'Signed in';
  if (device.added === null) return state;
  return (
    <>
      {state} ·{' '}
      <span className={styles.together}>
        added{' '}
        <time dateTime={new Date(device.added).toISOString()} title={fullTime(device.added)}>
          {listTime(device.added, Date.now())}
        </time>
      </span>
    </>
  );
}
