import { createRoot } from 'react-dom/client';
import './console.css';
import { App } from './app.js';
import { pageAt } from './pages.js';

const container = document.getElementById('console');
if (!container) throw new Error('expected an element with the id console');
// On its way while it is asked who is signed in. What cannot be loaded is told of where it is shown.
pageAt(location.pathname)
  ?.page.load()
  .catch(() => undefined);
createRoot(container).render(<App />);
