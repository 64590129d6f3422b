import '@fontsource-variable/inter/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { IS_FRAMED, IS_PORTAL } from './app/mode.ts';

const root = document.getElementById('root')!;

/**
 * The header `frame-ancestors` lets the portal alone be framed. It goes by the path as CloudFront reads it, which takes
 * `//portal/` for the portal's; the router does not. So the page looks, too.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
if (IS_FRAMED && !IS_PORTAL) root.textContent = 'The console is shown in no frame. Open it in a tab.';
// The router would go on from `//evil.example/` to another host.
else if (location.pathname.startsWith('//')) location.replace('/');
else createRoot(root).render(<App />);
