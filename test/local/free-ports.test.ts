import { expect, it } from 'vitest';
import { tryPorts } from '../../local/free-ports.ts';
import { startReceiver } from '../../local/receiver.ts';

const portOf = (url: string): number => Number(new URL(url).port);

it('a port that is taken is named with its option, and with what to type (A20)', async ({
  onTestFinished,
}) => {
  const receiver = await startReceiver(() => ({ status: 200 }));
  onTestFinished(receiver.close);
  const port = portOf(receiver.url);
  const tried = tryPorts([
    { option: 'port', port: 0 },
    { option: 'console-port', port },
  ]);
  await expect(tried).rejects.toThrow(
    new RegExp(`^port ${port} is taken: give another one, as in \`npm start -- --console-port \\d+\``),
  );
});

it('a free port stays free, and two options can’t share one', async ({ onTestFinished }) => {
  const first = await startReceiver(() => ({ status: 200 }));
  const port = portOf(first.url);
  await first.close();
  await tryPorts([{ option: 'port', port }]);
  await expect(
    tryPorts([
      { option: 'port', port },
      { option: 'receiver-port', port },
    ]),
  ).rejects.toThrow(`npm start -- --receiver-port ${port > 65_000 ? port - 10 : port + 10}`);
  const again = await startReceiver(() => ({ status: 200 }), port);
  onTestFinished(again.close);
  expect(portOf(again.url)).toBe(port);
});
