import { MantineProvider } from '@mantine/core';
import type { DeviceApi } from '@sotto/client/api';
import { RouterProvider } from '@tanstack/react-router';
import { makeRouter } from './routes.tsx';
import { AnnouncerProvider } from './ui/announcer.tsx';
import { appearanceStore } from './ui/appearance.ts';
import { DeviceProvider } from './ui/device.tsx';
import { theme } from './ui/theme.ts';

const router = makeRouter();

/** The whole page, around one device. */
export function App(props: { device: DeviceApi }) {
  return (
    // Mantine would write its variables into a <style> element, which the page's policy refuses: ui/styles.ts has them.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={appearanceStore}
      withCssVariables={false}
      withGlobalClasses={false}
      deduplicateInlineStyles={false}
    >
      <DeviceProvider device={props.device}>
        <AnnouncerProvider>
          <RouterProvider router={router} />
        </AnnouncerProvider>
      </DeviceProvider>
    </MantineProvider>
  );
}
