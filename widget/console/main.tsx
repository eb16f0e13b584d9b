import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import './console.css';

const container = document.getElementById('console');
if (!container) throw new Error('expected an element with the id console');
createRoot(container).render(<App />);
