// Draws the app's icons as PNG from the same shapes as icon.svg, with nothing but Node.
// Run `npm run icons` after changing a shape; the results are committed.
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const INK = [37, 53, 143];
const PAPER = [255, 255, 255];
const SAMPLES = 4;

/** Inside a rounded square? Unit coordinates. */
function inSquare(x, y, radius) {
  const dx = Math.max(radius - x, 0, x - (1 - radius));
  const dy = Math.max(radius - y, 0, y - (1 - radius));
  return dx * dx + dy * dy <= radius * radius;
}

/** The eye: two arcs that meet at the corners, an iris, and its glint. */
function isEye(x, y, scale) {
  const u = (x - 0.5) / scale;
  const v = (y - 0.5) / scale;
  const outer = Math.hypot(u, v - 0.22) <= 0.46 && Math.hypot(u, v + 0.22) <= 0.46;
  const inner = Math.hypot(u, v - 0.22) <= 0.395 && Math.hypot(u, v + 0.22) <= 0.395;
  const iris = Math.hypot(u, v) <= 0.125;
  const glint = Math.hypot(u - 0.04, v + 0.04) <= 0.035;
  return (outer && !inner) || (iris && !glint);
}

function pixel(px, py, size, { radius, scale }) {
  let ground = 0;
  let eye = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i += 1) {
    const x = (px + ((i % SAMPLES) + 0.5) / SAMPLES) / size;
    const y = (py + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) / size;
    if (!inSquare(x, y, radius)) continue;
    ground += 1;
    if (isEye(x, y, scale)) eye += 1;
  }
  const all = SAMPLES * SAMPLES;
  const mix = ground === 0 ? 0 : eye / ground;
  return [...INK.map((c, i) => Math.round(c + (PAPER[i] - c) * mix)), Math.round((255 * ground) / all)];
}

const TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function png(size, look) {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      rows.set(pixel(x, y, size, look), y * (1 + size * 4) + 1 + x * 4);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const end = chunk("IEND", Buffer.alloc(0));
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), end]);
}

const folder = new URL("../public/icons/", import.meta.url);
const ROUNDED = { radius: 0.22, scale: 0.95 };
// Maskable: the system cuts its own shape, and keeps only the middle 80 %.
const FULL = { radius: 0, scale: 0.76 };
for (const [name, size, look] of [
  ["icon-192.png", 192, ROUNDED],
  ["icon-512.png", 512, ROUNDED],
  ["icon-maskable-512.png", 512, FULL],
  ["icon-180.png", 180, FULL],
]) {
  writeFileSync(new URL(name, folder), png(size, look));
}
