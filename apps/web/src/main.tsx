import './ui/styles.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { startDevice } from './connect-device.ts';
import { registerServiceWorker } from './ui/service-worker.ts';

const place = document.getElementById('root');
if (place === null) throw new Error('The page has no place for the app.');
createRoot(place).render(
  <StrictMode>
    <App device={startDevice()} />
  </StrictMode>,
);
void registerServiceWorker();
