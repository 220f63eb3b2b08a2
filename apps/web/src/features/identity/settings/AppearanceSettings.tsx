import { useMantineColorScheme } from '@mantine/core';
import { APPEARANCES } from '../../../ui/appearance.ts';
import { Card } from './Card.tsx';
import styles from './settings.module.css';

export function AppearanceSettings() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <Card title="Colours" text="Kept on this device only.">
      <fieldset className={styles.choices}>
        <legend className="visually-hidden">Light or dark</legend>
        {APPEARANCES.map(({ value, label }) => (
          <label key={value} className={styles.choice}>
            <input
              type="radio"
              name="appearance"
              value={value}
              checked={colorScheme === value}
              onChange={() => setColorScheme(value)}
            />
            <span className={styles.sample} data-appearance={value} aria-hidden="true" />
            {label}
          </label>
        ))}
      </fieldset>
    </Card>
  );
}
