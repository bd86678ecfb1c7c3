import type { Review, ReviewedStack } from "../review-schema.ts";
import { markup as safe } from "./neutral.ts";
import { foldsOf } from "./outline.ts";
import { picture } from "./picture.ts";
import { countsText, fateText, namesOf, obstacleTitle, openGroups } from "./words.ts";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; }
.stop h1, .lost, .bootstrap, .critical, .high { color: #c62828; }
.look h1, .medium, .banner { color: #b26a00; }
.clear h1 { color: #2e7d32; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
li { overflow-wrap: anywhere; } svg { max-width: 100%; height: auto; }
svg text { font: 13px ui-monospace, monospace; fill: currentColor; }
`;

/** The review as one page that asks no server for anything. */
export function html(review: Review): string {
  const { verdict, stacks } = review;
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
    `<title>${safe(verdict.sentence)}</title><style>${STYLE}</style></head>`,
    `<body class="${verdict.decision}"><h1>${safe(verdict.sentence)}</h1>`,
    ...stacks.map(stackPart),
    ...openGroups(review).map(
      ({ rule, title, severity, reason, remedy, findings }) =>
        `<h2 class="${severity}">${severity} · ${rule} ${safe(title)}</h2><ul>${findings
          .map(
            ({ stack, finding: { address, path, message } }) =>
              `<li><code>${safe(`${stack} ${path ?? address ?? ""}`)}</code> ${safe(message)}</li>`,
          )
          .join("")}</ul><p><b>Why:</b> ${safe(reason)} <b>Do:</b> ${safe(remedy)}</p>`,
    ),
    ...foldsOf(review).map(
      ({ title, lines }) =>
        `<details><summary>${safe(title)}: ${lines.length}</summary><ul>${lines
          .map((line) => `<li>${safe(line)}</li>`)
          .join("")}</ul></details>`,
    ),
    "</body></html>",
    "",
  ].join("\n");
}

function stackPart(stack: ReviewedStack): string {
  const made = stack.made_at === undefined ? "" : ` · plan of ${safe(stack.made_at)}`;
  const rows = stack.secrets.map(
    (secret) =>
      `<tr><td>${namesOf(secret)
        .map((name) => `<code>${safe(name)}</code>`)
        .join(" → ")}</td><td class="${secret.fate}">${safe(fateText(secret, stack))}</td></tr>`,
  );
  const problems = [
    ...stack.banners,
    ...stack.obstacles.map(
      ({ address, sentence }) => `${obstacleTitle(stack)}: ${address}: ${sentence}`,
    ),
    ...stack.renames.map(
      ({ from, to, repair }) =>
        `${from} to ${to} looks like a rename; this line keeps the item: ${repair}`,
    ),
  ];
  return [
    `<section><h2><code>${safe(stack.name)}</code></h2><p>${countsText(stack)}${made}</p>`,
    ...problems.map((problem) => `<p class="banner">${safe(problem)}</p>`),
    picture(stack),
    rows.length === 0
      ? ""
      : `<table><tr><th>Secret</th><th>Password after the apply</th></tr>${rows.join("")}</table>`,
    "</section>",
  ].join("\n");
}
