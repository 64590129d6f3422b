import { afterAll } from 'vitest';
import { endFile } from './file-end.ts';

// A set-up file: vitest runs it anew for each file.
afterAll(endFile);
