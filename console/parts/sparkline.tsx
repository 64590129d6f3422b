import Box from '@mui/material/Box';

const WIDTH = 80;
const HEIGHT = 24;
/** More points than this make a comb of a line that is so short. */
const POINTS = 20;

/** The means of neighbours, so that few enough are left. */
function folded(values: readonly number[]): number[] {
  const each = Math.ceil(values.length / POINTS);
  return Array.from({ length: Math.ceil(values.length / each) }, (_, i) => {
    const part = values.slice(i * each, (i + 1) * each);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** Values over time without axes, for beside a number. Says nothing that the number's list does not. */
export function Sparkline({ values: all }: { readonly values: readonly number[] }) {
  const values = folded(all);
  const most = Math.max(...values, 0);
  if (values.length < 2 || most === 0) return null;
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * WIDTH;
    const y = HEIGHT - 1 - (value / most) * (HEIGHT - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <Box
      component="svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden
      sx={{ width: WIDTH, minWidth: 0, height: HEIGHT, flexShrink: 1, color: 'primary.main' }}
    >
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </Box>
  );
}
