import { createRoot } from 'react-dom/client';
import './console.css';
import { App } from './app.js';

const container = document.getElementById('console');
if (!container) throw new Error('expected an element with the id console');
createRoot(container).render(<App />);
