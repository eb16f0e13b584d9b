// A React host, strict as hosts are, with the example's app in it. The test takes it off the page and puts it back.
import { StrictMode, version } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { App } from './example/react.js';

let root: Root | undefined;

Object.assign(window, {
  reactVersion: version,
  mount() {
    root = createRoot(document.getElementById('root') as HTMLElement);
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  },
  unmount: () => root?.unmount(),
});
