"""Makes the fixtures anew: `GENAI18_PYTHON=… python recipes/families/make.py [folder name …]`. Reproducible by seed."""
from __future__ import annotations

import argparse
import logging
import tempfile
from pathlib import Path

import torch

from families import FAMILIES, VARIANTS
from folders import make_clip, make_folder, make_merged
from index import write_index
from refusals import BERT, VIT, make_refusal

OUT = Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'models'


def jobs(work: Path, out: Path):
    """(folder name, function that makes it and returns what it measured), in an order that can be run one by one."""
    for family in FAMILIES:
        for exporter in family.exporters:
            yield f'{family.name}-{exporter}', lambda f=family, e=exporter: make_folder(f, e, work / f.name, out)
    for family, variant in VARIANTS:
        make = {'merged': make_merged, 'clip': make_clip}[variant]
        yield f'{family.name}-{variant}', lambda f=family, m=make: m(f, work / f.name, out)
    for family, task in ((BERT, 'fill-mask'), (VIT, 'image-classification')):
        yield f'{family.name}-optimum', lambda f=family, t=task: make_refusal(f, t, work / f.name, out).name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('names', nargs='*', help='folders to make; all when none is named')
    parser.add_argument('--out', type=Path, default=OUT)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable(logging.INFO)
    failed = []
    with tempfile.TemporaryDirectory() as work:
        for name, make in jobs(Path(work), arguments.out):
            if arguments.names and name not in arguments.names:
                continue
            try:
                print(f'{name}: {make()}', flush=True)
            except Exception as error:
                print(f'{name} FAILED: {error!r}', flush=True)
                failed.append(name)
    write_index(arguments.out)
    if failed:
        raise SystemExit(f'failed: {", ".join(failed)}')


if __name__ == '__main__':
    main()
