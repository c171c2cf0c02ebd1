#!/bin/sh
# Everything the repository keeps of a trained model, in one command, from the repository's root:
#
#     PYTHON=venv/bin/python recipes/export/bundle.sh CHECKPOINT
#
# CHECKPOINT is the folder that recipes/tales wrote (OUT/final). Writes public/models/tales (with its card where
# CHECKPOINT has an evaluation.json) and test/golden/tales.json.
set -eu
checkpoint=$1
python=${PYTHON:-python3}
here=$(dirname "$0")
"$python" "$here/export.py" "$checkpoint" public/models/tales
if [ -f "$checkpoint/evaluation.json" ]; then
  "$python" "$here/card.py" "$checkpoint/evaluation.json" public/models/tales
fi
"$python" "$here/golden.py" "$checkpoint" test/golden/tales.json
size=$(find public/models/tales -type f -exec cat {} + | wc -c)
echo "public/models/tales: $size bytes"
test "$size" -le 16000000
