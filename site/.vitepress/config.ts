import { join } from 'node:path';
import { slug } from 'github-slugger';
import { type DefaultTheme, defineConfig, type Plugin } from 'vitepress';
import { ROOT } from '../root.ts';
import { STAGED, stage } from '../stage.ts';
import { sidebar, topics } from './sidebar.ts';

stage();

/** Makes the pages anew when a source changes, while `npm run docs` shows them. */
const followSources: Plugin = {
  name: 'follow-sources',
  configureServer({ watcher }) {
    watcher.add(join(ROOT, 'docs'));
    watcher.on('change', (path) => {
      if (path.startsWith(join(ROOT, 'docs')) && path.endsWith('.md')) stage();
    });
  },
};

export default defineConfig({
  title: 'Posthorn',
  description: 'Webhook delivery that you deploy into your own AWS account.',
  lang: 'en',
  srcDir: STAGED,
  outDir: join(ROOT, 'site/dist'),
  cacheDir: join(ROOT, 'site/.cache'),
  // Such as /posthorn/, where the site is not at the root of its host.
  base: process.env.SITE_BASE ?? '/',
  cleanUrls: false,
  metaChunk: true,
  markdown: {
    // Links of pages, dashboards and alarms name headings as GitHub does.
    anchor: { slugify: slug },
    theme: { light: 'github-light', dark: 'github-dark' },
    config(md) {
      // Code within a line may hold braces, which Vue would read.
      const plain = md.renderer.rules.code_inline!;
      md.renderer.rules.code_inline = (...of) => plain(...of).replace('<code', '<code v-pre');
    },
  },
  vite: { plugins: [followSources] },
  themeConfig: {
    nav: topics(),
    sidebar: sidebar(),
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  } satisfies DefaultTheme.Config,
});
