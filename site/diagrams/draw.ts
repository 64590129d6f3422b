/** Diagrams of boxes and arrows, drawn as SVG that is dark where its reader's page is. */

interface Box {
  readonly id: string;
  /** The middle, in cells of the grid. */
  readonly at: readonly [x: number, y: number];
  readonly lines: readonly string[];
  /** `queue` is drawn with dashes, `outside` is not ours, `end` is where a delivery ends. */
  readonly kind?: 'part' | 'queue' | 'outside' | 'end';
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
  /** How far it bends to its left, in cells. 0: straight. */
  readonly bend?: number;
}

export interface Diagram {
  /** Read out in place of the picture. */
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const CELL = { width: 150, height: 96 };
const BOX = { width: 118, line: 18, padding: 12 };

const STYLE = `
text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1f2937;text-anchor:middle;dominant-baseline:central}
.note{font-size:12px;fill:#4b5563}
.back{fill:#ffffff}
rect{stroke-width:1.5}
.part{fill:#e8eefc;stroke:#2f5bd3}
.queue{fill:#f8fafc;stroke:#64748b;stroke-dasharray:5 3}
.outside{fill:#fff7ed;stroke:#c2410c}
.end{fill:#f0fdf4;stroke:#15803d}
path{fill:none;stroke:#475569;stroke-width:1.5}
.tip{fill:#475569;stroke:none}
@media (prefers-color-scheme:dark){
text{fill:#e5e7eb}
.note{fill:#b6bfcc}
.back{fill:#1b1b1f}
.part{fill:#1e2a4a;stroke:#9db8ff}
.queue{fill:#23272f;stroke:#94a3b8}
.outside{fill:#33231a;stroke:#fb923c}
.end{fill:#16281c;stroke:#4ade80}
path{stroke:#a8b3c4}
.tip{fill:#a8b3c4}
}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const heightOf = ({ lines }: Box): number => lines.length * BOX.line + 2 * BOX.padding;

interface Point {
  readonly x: number;
  readonly y: number;
}

const middleOf = ({ at: [x, y] }: Box): Point => ({ x: (x + 0.5) * CELL.width, y: (y + 0.5) * CELL.height });

/** Where the line from a box's middle to a point leaves the box. */
function edgeOf(box: Box, to: Point): Point {
  const { x, y } = middleOf(box);
  const [dx, dy] = [to.x - x, to.y - y];
  const across = dx === 0 ? Number.POSITIVE_INFINITY : (BOX.width / 2 + 3) / Math.abs(dx);
  const down = dy === 0 ? Number.POSITIVE_INFINITY : (heightOf(box) / 2 + 3) / Math.abs(dy);
  const share = Math.min(across, down);
  return { x: x + dx * share, y: y + dy * share };
}

function boxSvg(box: Box): string {
  const { x, y } = middleOf(box);
  const height = heightOf(box);
  const first = y - ((box.lines.length - 1) * BOX.line) / 2;
  const lines = box.lines.map(
    (line, i) =>
      `<text${i > 0 ? ' class="note"' : ''} x="${x}" y="${first + i * BOX.line}">${escaped(line)}</text>`,
  );
  return `<rect class="${box.kind ?? 'part'}" x="${x - BOX.width / 2}" y="${y - height / 2}" width="${BOX.width}" height="${height}" rx="8"/>${lines.join('')}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function arrowSvg({ from, to, text, bend = 0 }: Arrow, boxes: ReadonlyMap<string, Box>): string {
  const [start, end] = [from, to].map((id) => {
    const box = boxes.get(id);
    if (!box) throw new Error(`expected a box ${id}, for an arrow from ${from} to ${to}`);
    return box;
  }) as [Box, Box];
  const [a, b] = [middleOf(start), middleOf(end)];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const side = { x: (b.y - a.y) / length, y: -(b.x - a.x) / length };
  const by = bend * CELL.height;
  const middle = { x: (a.x + b.x) / 2 + side.x * by, y: (a.y + b.y) / 2 + side.y * by };
  const [p, q] = [edgeOf(start, middle), edgeOf(end, middle)];
  const angle = (Math.atan2(q.y - middle.y, q.x - middle.x) * 180) / Math.PI;
  const line = `<path d="M${round(p.x)} ${round(p.y)} Q${round(middle.x)} ${round(middle.y)} ${round(q.x)} ${round(q.y)}"/>`;
  const tip = `<path class="tip" d="M0 0 L-9 -4.5 L-9 4.5 Z" transform="translate(${round(q.x)} ${round(q.y)}) rotate(${round(angle)})"/>`;
  if (text === undefined) return line + tip;
  const at = { x: round((p.x + 2 * middle.x + q.x) / 4), y: round((p.y + 2 * middle.y + q.y) / 4) };
  const width = text.length * 6.4 + 6;
  return `${line}${tip}<rect class="back" x="${round(at.x - width / 2)}" y="${at.y - 9}" width="${round(width)}" height="18"/><text class="note" x="${at.x}" y="${at.y}">${escaped(text)}</text>`;
}

/** The diagram as an SVG file. @throws Error for an arrow of a box that is not there */
export function draw({ title, columns, rows, boxes, arrows }: Diagram): string {
  const [width, height] = [columns * CELL.width, rows * CELL.height];
  const byId = new Map(boxes.map((box) => [box.id, box]));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="back" width="${width}" height="${height}"/>
${arrows.map((arrow) => arrowSvg(arrow, byId)).join('\n')}
${boxes.map(boxSvg).join('\n')}
</svg>
`;
}
