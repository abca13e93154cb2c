import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `npm run dev` talks to; `npm start` serves the built app itself. */
const server = process.env['SYNCLINE_URL'] ?? 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    cssTarget: 'es2023',
    outDir: 'dist',
    // No data: addresses and no inline script, so that a strict content security policy holds.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    // What changes with us apart from what changes with our libraries, so that a new version of the app is a small download.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
            {
              name: 'aria',
              test: /node_modules[\\/](react-aria|react-stately|react-aria-components|@react-aria|@react-stately|@internationalized)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: server } } },
});
