// A React host that has the README's component in it.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Numbers } from './readme.js';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Numbers />
  </StrictMode>,
);
