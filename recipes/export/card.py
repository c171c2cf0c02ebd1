"""Write the model card and its loss curve from what recipes/tales/evaluate.py measured.

    python recipes/export/card.py EVALUATION.json public/models/tales
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path
from string import Template

TEMPLATE = Path(__file__).with_name("card_template.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("out", type=Path, help="the model's folder, with config.json")
    arguments = parser.parse_args()
    evaluation = json.loads(arguments.evaluation.read_text())
    config = json.loads((arguments.out / "config.json").read_text())
    (arguments.out / "loss-curve.svg").write_text(curve_image(evaluation["curve"]))
    (arguments.out / "MODEL_CARD.md").write_text(card(evaluation, config))
    print(arguments.out / "MODEL_CARD.md")


def card(e: dict, config: dict) -> str:
    steering, last = e["happy_sad"], e["curve"][-1]
    best = steering["layers"][steering["best_layer"]]
    return Template(TEMPLATE.read_text()).substitute(
        parameters=f"{e['parameters']:,}", width=config["hidden_size"], layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"], kv_heads=config["num_key_value_heads"], head_dim=config["head_dim"],
        feed_forward=config["intermediate_size"], vocabulary=f"{config['vocab_size']:,}", context=config["max_position_embeddings"],
        byte_loss=f"{e['held_out']['nats_per_byte']:.3f}", token_loss=f"{e['held_out']['nats_per_token']:.3f}",
        held_out_texts=e["held_out"]["texts"], held_out_bytes=f"{e['held_out']['bytes']:,}",
        minutes=f"{last['minutes']:.0f}", steps=f"{last['step']:,}", tokens=f"{last['tokens'] / 1e6:.1f}",
        curve=curve_table(e["curve"]), samples=samples(e["samples"]),
        best_layer=steering["best_layer"], monotonic="monotonically" if best["monotonic"] else "not monotonically",
        prompts="\n".join(f"- {p}" for p in steering["prompts"]), strengths=strength_table(steering), steered=steered_samples(steering))


def curve_table(points: list[dict], rows: int = 14) -> str:
    """About `rows` points, evenly spread in time, first and last kept."""
    step = max(1, -(-(len(points) - 1) // (rows - 1)))
    kept = points[:-1:step] + points[-1:]
    lines = ["| minutes | tokens, millions | training loss, nats a token | held out, nats a byte |", "| ---: | ---: | ---: | ---: |"]
    return "\n".join(lines + [f"| {p['minutes']:.0f} | {p['tokens'] / 1e6:.1f} | {p['train_loss']:.3f} | {p['heldout_nats_per_byte']:.3f} |" for p in kept])


def curve_image(points: list[dict]) -> str:
    """Held-out nats a byte against tokens seen. Colours read on light and on dark."""
    width, height, left, top, right, bottom = 640, 280, 52, 16, 16, 40
    most = max(p["tokens"] for p in points) / 1e6
    values = [p["heldout_nats_per_byte"] for p in points]
    low, high = int(min(values) * 10) / 10, (int(max(values) * 10) + 1) / 10

    def x(tokens: float) -> float:
        return left + tokens / most * (width - left - right)

    def y(value: float) -> float:
        return top + (high - value) / (high - low) * (height - top - bottom)

    line = " ".join(f"{x(p['tokens'] / 1e6):.1f},{y(p['heldout_nats_per_byte']):.1f}" for p in points)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" fill="#808080">',
             "<title>Held-out loss against tokens seen</title>"]
    spacing = 0.1 if high - low <= 0.8 else 0.2
    for k in range(round((high - low) / spacing) + 1):
        value = low + k * spacing
        parts.append(f'<line x1="{left}" x2="{width - right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#808080" stroke-opacity="0.3"/>')
        parts.append(f'<text x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>')
    every = next(s for s in (1, 2, 5, 10, 20, 50, 100) if most / s <= 8)
    for k in range(int(most / every) + 1):
        parts.append(f'<text x="{x(k * every):.1f}" y="{height - bottom + 16}" text-anchor="middle">{k * every}</text>')
    parts.append(f'<text x="{(left + width - right) / 2}" y="{height - 6}" text-anchor="middle">million tokens</text>')
    parts.append(f'<text transform="translate(14 {(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">nats a byte</text>')
    parts.append(f'<polyline points="{line}" fill="none" stroke="#2f7ed8" stroke-width="2"/>')
    return "\n".join([*parts, "</svg>", ""])


def samples(items: list[dict]) -> str:
    out = []
    for s in items:
        opening = f"opening “{s['opening']}”" if s["opening"] else "no opening"
        ended = "" if s["ended"] else ", cut at 256 tokens"
        out.append(f"Seed {s['seed']}, {opening}{ended}:\n\n{quoted(s['text'])}")
    return "\n\n".join(out)


def quoted(text: str) -> str:
    return "```text\n" + text.strip().replace("```", "'''") + "\n```"


def strength_table(steering: dict) -> str:
    head = "| block | " + " | ".join(f"{c:g}" for c in steering["c"]) + " |"
    lines = [head, "| ---: |" + " ---: |" * len(steering["c"])]
    for row in steering["layers"]:
        mark = " (best)" if row["layer"] == steering["best_layer"] else ""
        lines.append(f"| {row['layer']}{mark} | " + " | ".join(f"{v:.2f}" for v in row["mean_logp_diff"]) + " |")
    return "\n".join(lines)


def steered_samples(steering: dict) -> str:
    return "\n\n".join(f"c = {s['c']:g}:\n\n{quoted(s['text'])}" for s in steering["steered_samples_at_best_layer"])


if __name__ == "__main__":
    main()
