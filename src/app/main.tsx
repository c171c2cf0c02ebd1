import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './look/page.css';
import './look/texts.css';
import './look/directions.css';
import './look/compounding.css';
import './look/lab.css';
import './look/editor.css';
import './look/chat.css';
import './look/exchange.css';
import './look/experiments.css';
import './look/models.css';
import './look/find.css';
import './look/plane.css';
import './look/tour.css';
import './look/measures.css';
import './look/sweep.css';
import './look/lens.css';
import './look/scan.css';
import './look/quality.css';
import './look/gallery.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { registerServiceWorker } from '../hosting/register.js';
import { App } from './App.js';
import { cssVariables, theme } from './look/theme.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element #root.');
// A page that is about to reload loads no model first.
if ((await registerServiceWorker()) === 'ready') {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
        <Notifications position="bottom-right" />
        <App />
      </MantineProvider>
    </StrictMode>,
  );
}
