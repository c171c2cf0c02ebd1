"""Writes test/golden/{measures,directions,steering,operators,sampling,combining,covariance,calibration}.json. Seeded: the same files every time."""

import json
import pathlib

import golden_calibration
import golden_combining
import golden_covariance
import golden_directions
import golden_measures
import golden_operators
import golden_sampling
import golden_steering

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"

for name, module in {
    "measures": golden_measures,
    "directions": golden_directions,
    "steering": golden_steering,
    "operators": golden_operators,
    "sampling": golden_sampling,
    "combining": golden_combining,
    "covariance": golden_covariance,
    "calibration": golden_calibration,
}.items():
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(module.cases()) + "\n")
    print("wrote", FOLDER.name + "/" + name + ".json")
