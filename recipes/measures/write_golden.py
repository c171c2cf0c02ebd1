"""Writes test/golden/{assessment,predictions,outcomes}.json. Seeded: the same files every time."""

import json
import pathlib

import golden_assessment
import golden_outcomes
import golden_predictions

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"

for name, module in {
    "assessment": golden_assessment,
    "predictions": golden_predictions,
    "outcomes": golden_outcomes,
}.items():
    (FOLDER / f"{name}.json").write_text(json.dumps(module.cases()) + "\n")
    print("wrote", FOLDER.name + "/" + name + ".json")
