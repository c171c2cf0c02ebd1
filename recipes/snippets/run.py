"""Runs the programs that the page copies, as they are, and writes the tokens that they generate."""
from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
import shutil
import tempfile

import torch

from checkpoint import write_checkpoint

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test" / "fixtures" / "snippets"


def run(program: pathlib.Path) -> dict:
    """-> ids of the prompt and of what was generated; the program's own variables say both."""
    torch.manual_seed(0)
    variables = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(program.read_text(), program.name, "exec"), variables)
    prompt, output = variables["ids"][0].tolist(), variables["output"][0].tolist()
    assert output[: len(prompt)] == prompt and printed.getvalue().strip()
    return {"prompt": prompt, "ids": output[len(prompt) :]}


torch.set_num_threads(1)
os.environ["HF_HUB_OFFLINE"] = "1"
golden = {}
with tempfile.TemporaryDirectory() as folder:
    write_checkpoint(pathlib.Path(folder) / "tales")
    shutil.copy(FIXTURES / "steerboard.safetensors", folder)
    os.chdir(folder)
    for program in sorted(FIXTURES.glob("*.py")):
        compile(program.read_text(), program.name, "exec")
        if program.name.startswith("transformers-"):
            golden[program.stem.removeprefix("transformers-")] = run(program)
            print(program.stem, golden[program.stem.removeprefix("transformers-")]["ids"][:10])
(ROOT / "test" / "golden" / "snippets.json").write_text(json.dumps(golden) + "\n")
