import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * For `npm run -w console dev`: the console's address of an environment, such as the one that `npm start` runs, whose APIs the
 * pages call. A key serves where a browser keeps the address's cookie from pages without TLS.
 */
const { POSTHORN_CONSOLE = 'http://127.0.0.1:8081', POSTHORN_KEY } = process.env;
const environment = {
  target: POSTHORN_CONSOLE,
  changeOrigin: true,
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
  server: {
    proxy: {
      '/v1': environment,
      '/stats': environment,
      '/health': environment,
      // Not the folder live/ of the source.
      '^/live(\\?|$)': { ...environment, ws: true },
    },
  },
});
