import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import type { RotationView, StepView } from "../../views.ts";
import { moment } from "../format.ts";

/** The lifelines, from left to right. */
const LINES = ["Gateway", "Validator", "Rotator", "System"] as const;
const WIDTH = 640;
const TOP = 46;
const ROW = 40;
const x = (line: number) => 80 + line * 160;

/** An arrow of the diagram. */
interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** An answer, or what is only said. */
  readonly dashed?: boolean;
}

/** One rotation as a sequence diagram, with the same in words for those who do not see it. */
export function rotationView(rotation: RotationView): TemplateResult {
  const { number, trigger, at, outcome, fault } = rotation;
  const arrows = rotation.steps.flatMap(arrowsOf);
  const height = TOP + arrows.length * ROW + 16;
  return html`
    <figure class="rotation ${outcome}">
      <figcaption>
        <strong>Rotation ${number}</strong>, ${trigger}, ${moment(at)}: ${outcomeOf(rotation)}
        ${fault === undefined ? nothing : html`<span class="fault">Fault: ${fault}</span>`}
      </figcaption>
      <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${inWords(rotation)}>
        ${LINES.map(
          (name, line) => svg`
            <text x=${x(line)} y="20" class="head">${name}</text>
            <line x1=${x(line)} y1="30" x2=${x(line)} y2=${height - 8} class="life" />`,
        )}
        ${arrows.map((arrow, index) => arrowView(arrow, TOP + index * ROW))}
      </svg>
    </figure>
  `;
}

function arrowsOf({ leg, what, after }: StepView): Arrow[] {
  const time = `${after} ms`;
  switch (leg) {
    case "gateway":
      return [{ from: 0, to: 2, text: `payload (${what})` }];
    case "validation":
      return [
        { from: 2, to: 1, text: "who calls?" },
        { from: 1, to: 2, text: `${what}, ${time}`, dashed: true },
      ];
    case "rotator":
      return [{ from: 2, to: 0, text: `${what}, ${time}`, dashed: true }];
    case "system":
      return [{ from: 2, to: 3, text: what, dashed: true }];
  }
}

function arrowView({ from, to, text, dashed }: Arrow, y: number): SVGTemplateResult {
  const [start, end] = [x(from), x(to)];
  const back = end < start ? 1 : -1;
  return svg`
    <text x=${(start + end) / 2} y=${y + 12} class="step">${text}</text>
    <line x1=${start} y1=${y + 20} x2=${end} y2=${y + 20} class=${dashed ? "arrow answer" : "arrow"} />
    <polygon class="tip" points="${end},${y + 20} ${end + back * 8},${y + 16} ${end + back * 8},${y + 24}" />`;
}

function outcomeOf({ outcome, version, took, error }: RotationView): string {
  if (outcome === "running") return "under way";
  return outcome === "succeeded"
    ? `version ${version} stored after ${took} ms`
    : `failed after ${took} ms: ${error}`;
}

function inWords(rotation: RotationView): string {
  const steps = rotation.steps.map(({ leg, what, after }) => `${leg} ${what} after ${after} ms`);
  return `Sequence: ${steps.join(", ")}; ${outcomeOf(rotation)}.`;
}
