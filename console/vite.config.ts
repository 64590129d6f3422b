import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** For `npm run dev`: an environment to show, such as the one that `npm start` runs, and a key to call it with. */
const { POSTHORN_API = 'http://127.0.0.1:8080', POSTHORN_KEY } = process.env;
const api = {
  target: POSTHORN_API,
  ...(POSTHORN_KEY && { headers: { authorization: `Bearer ${POSTHORN_KEY}` } }),
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    target: 'es2023',
    // The policy takes no script and no font that stands in the page.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    emptyOutDir: true,
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/v1': api, '/stats': api, '/health': api } },
});
