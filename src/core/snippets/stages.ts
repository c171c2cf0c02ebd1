/** What the operators do in the Python programs, stage by stage in the order of core/steering/stages.ts. */
import { operators } from '../steering/index.js';
import type { OperatorName } from '../steering/plan.js';
import { pythonText } from './quoting.js';

/** Lines of the function `change`, in which `y` is the residual so far, `x` the one that came in, and `these` finds what acts. */
export interface ProgramStage {
  readonly operators: readonly OperatorName[];
  readonly lines: readonly string[];
}

const adding = operators.filter(({ adds }) => adds).map(({ name }) => name);
const keeping = operators.filter(({ adds }) => adds?.keepsNorm).map(({ name }) => name);
const named = (names: readonly OperatorName[]): string => names.map(pythonText).join(', ');

export const programStages: readonly ProgramStage[] = [
  {
    operators: ['transport'],
    lines: [
      '    for site, by, _ in these("transport"):',
      '        omega, beta = (VECTORS[f"{site[\'vector\']}.transport.{part}"].to(x) for part in ("scale", "shift"))',
      '        y = y + site["amount"] * by * ((omega - 1) * x + beta)',
    ],
  },
  {
    operators: ['scale', 'swap', 'ablate'],
    lines: [
      '    read = y',
      '    for site, by, v in these("scale"):',
      '        y = y + (read @ v)[:, None] * ((site["amount"] - 1) * by * v)',
      '    for site, by, v in these("swap"):',
      '        y = y + (read @ v)[:, None] * (site["amount"] * by * (VECTORS[site["second"]].to(x) - v))',
      '    for site, by, v in these("ablate"):',
      '        if site["amount"] * by != 1:  # a share of it; what is taken out whole is held at 0',
      '            y = y - (read @ v)[:, None] * (site["amount"] * by * v)',
    ],
  },
  {
    operators: ['ablate', 'clamp', 'affine'],
    lines: [
      '    held = [it for it in these("ablate", "clamp", "affine") if it[0]["op"] != "ablate" or it[0]["amount"] * it[1] == 1]',
      '    if held:  # all projections are set at once, by the shortest change: W (y) = c',
      '        w = torch.stack([v for _, _, v in held])',
      '        c = torch.tensor([0.0 if s["op"] == "ablate" else s.get("centre", 0.0) * (s["op"] == "affine") + s["amount"] * by for s, by, _ in held]).to(x)',
      '        y = y - (y @ w.T - c) @ torch.linalg.pinv(w).T',
    ],
  },
  {
    operators: adding,
    lines: [`    for site, by, v in these(${named(adding)}):`, '        y = y + site["amount"] * by * v'],
  },
  {
    operators: ['cap'],
    lines: [
      '    limits = []  # [vector, least, most]; a direction that is limited twice has the narrower limits',
      '    for site, by, v in these("cap"):',
      '        limit = next((it for it in limits if abs(float(it[0].double() @ v.double())) > 1 - 1e-6), None)',
      '        if limit is None:',
      '            limits.append(limit := [v, float("-inf"), float("inf")])',
      '        sign = 1 if limit[0] @ v > 0 else -1  # for the opposite, above is below',
      '        if (site.get("side", "above") == "above") == (sign > 0):',
      '            limit[2] = min(limit[2], sign * site["amount"] * by)',
      '        else:',
      '            limit[1] = max(limit[1], sign * site["amount"] * by)',
      '    if limits:  # only what is beyond its limits is set to them',
      '        w = torch.stack([v for v, _, _ in limits])',
      '        least, most = (torch.tensor([limit[side] for limit in limits]).to(x) for side in (1, 2))',
      '        p = y @ w.T',
      '        y = y + (p.clamp(least, most) - p) @ torch.linalg.pinv(w).T',
    ],
  },
  {
    operators: ['angular'],
    lines: [
      '    for site, by, v in these("angular"):',
      '        second = VECTORS[site["second"]].to(x)',
      '        other = torch.nn.functional.normalize(second - (second @ v) * v, dim=0)',
      '        p, q = y @ v, y @ other',
      '        size, angle = torch.hypot(p, q), math.radians(site["amount"] * by)',
      '        turned = y + (size * math.cos(angle) - p)[:, None] * v + (size * math.sin(angle) - q)[:, None] * other',
      '        y = torch.where((p > 0)[:, None], turned, y) if site.get("adaptive", False) else turned',
    ],
  },
  {
    operators: ['spherical'],
    lines: [
      '    for site, by, v in these("spherical"):',
      '        size = y.norm(dim=1, keepdim=True)',
      '        omega = torch.arccos(((y / size) @ v).clamp(-1, 1))[:, None]',
      '        share = site["amount"] * by',
      '        y = size * (torch.sin((1 - share) * omega) * (y / size) + torch.sin(share * omega) * v) / torch.sin(omega)',
    ],
  },
  {
    operators: keeping,
    lines: [
      `    if these(${named(keeping)}):`,
      '        y = y * (x.norm(dim=1, keepdim=True) / y.norm(dim=1, keepdim=True))',
    ],
  },
];

/** Whether the programs can say what an operator does. */
export function isSaid(operator: OperatorName): boolean {
  return programStages.some(({ operators: said }) => said.includes(operator));
}
