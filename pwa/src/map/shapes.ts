import type { Palette } from "./style";
import type { PointState } from "./types";

const SIZE = 26;
const RATIO = 2;

type Draw = (pen: CanvasRenderingContext2D, mid: number, r: number) => void;

const circle: Draw = (pen, mid, r) => pen.arc(mid, mid, r, 0, Math.PI * 2);
const corners =
  (angles: readonly number[]): Draw =>
  (pen, mid, r) => {
    for (const [i, angle] of angles.entries()) {
      const turn = ((angle - 90) * Math.PI) / 180;
      const [x, y] = [mid + r * Math.cos(turn), mid + r * Math.sin(turn)];
      if (i === 0) pen.moveTo(x, y);
      else pen.lineTo(x, y);
    }
    pen.closePath();
  };

/** Late: a diamond with a mark. At risk: a triangle. On time: a disc. Done: a small ring. */
const SHAPES: Record<PointState, { draw: Draw; radius: number; mark?: string }> = {
  late: { draw: corners([0, 90, 180, 270]), radius: 11.5, mark: "!" },
  at_risk: { draw: corners([0, 120, 240]), radius: 11.5 },
  on_time: { draw: circle, radius: 7.5 },
  done: { draw: circle, radius: 5 },
  here: { draw: circle, radius: 9 },
};

function fillOf(state: PointState, colour: Palette): string {
  if (state === "late") return colour.late;
  if (state === "at_risk") return colour.risk;
  if (state === "done") return colour.halo;
  return colour.accent;
}

export interface ShapeImage {
  name: string;
  data: ImageData;
  ratio: number;
}

/** Pictures for the map's points in the theme's colours, drawn here so that none is fetched. */
export function pointShapes(colour: Palette): ShapeImage[] {
  const images: ShapeImage[] = [];
  for (const [state, shape] of Object.entries(SHAPES) as [PointState, (typeof SHAPES)["late"]][]) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE * RATIO;
    const pen = canvas.getContext("2d");
    if (!pen) continue;
    pen.scale(RATIO, RATIO);
    pen.beginPath();
    shape.draw(pen, SIZE / 2, shape.radius);
    pen.lineWidth = 2.5;
    pen.lineJoin = "round";
    pen.strokeStyle = state === "done" ? colour.good : colour.halo;
    pen.stroke();
    pen.fillStyle = fillOf(state, colour);
    pen.fill();
    if (shape.mark) {
      pen.fillStyle = colour.halo;
      pen.font = "bold 12px sans-serif";
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillText(shape.mark, SIZE / 2, SIZE / 2 + 1);
    }
    images.push({
      name: `point-${state}`,
      data: pen.getImageData(0, 0, canvas.width, canvas.height),
      ratio: RATIO,
    });
  }
  return images;
}
