import { defineConfig } from 'vitepress';

export default defineConfig({ title: 'Posthorn', srcDir: '../docs' });
