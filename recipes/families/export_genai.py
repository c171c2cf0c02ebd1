"""The export of newer re-uploads: onnxruntime-genai's builder, with fused attention, skip-norm and rotary operators.

Two versions. `genai` is 0.14.1, whose graphs are as those on the Hub. `genai18` is 0.18.0: the head's size is symbolic in the
caches, and LFM2's convolution is one operator; it needs transformers 5 (optimum needs 4), hence an interpreter of its own.
"""
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx

from clean import clean_model


def export_genai(checkpoint: Path, exporter: str, precision: str, provider: str, **options) -> onnx.ModelProto:
    """Runs the builder's command line and returns its graph with the weights inside. `options` go to --extra_options."""
    python = sys.executable if exporter == 'genai' else os.environ.get('GENAI18_PYTHON')
    if not python:
        raise SystemExit('Set GENAI18_PYTHON to the Python of the environment of requirements-genai18.txt.')
    with tempfile.TemporaryDirectory() as folder:
        command = [python, '-m', 'onnxruntime_genai.models.builder', '-i', str(checkpoint), '-o', f'{folder}/out',
                   '-p', precision, '-e', provider, '-c', f'{folder}/cache']
        if options:
            command += ['--extra_options', *(f'{key}={value}' for key, value in options.items())]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f'{checkpoint.name}, {precision}, {provider}: {done.stderr.strip().splitlines()[-1]}')
        return clean_model(onnx.load(Path(folder) / 'out' / 'model.onnx'))
