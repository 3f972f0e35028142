"""Write the teacher as an ONNX file of eight-bit weights: the coder that is installed apart.

``python -m tools.train.export --weights DIR --state FILE --out FOLDER``

Needs PyTorch, transformers, onnx and onnxruntime. One sentence is read at a time, so that what
is said of it does not depend on the others.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tools.train.teacher import Teacher

CAMPAIGNS = 2
"""The head that learnt from sentences of campaigns."""


class Said(nn.Module):  # type: ignore[misc]
    """Probabilities of topics, issues and stances side by side, ``(n, 21 + 2 + 4)``."""

    def __init__(self, teacher: Teacher) -> None:
        super().__init__()
        self.teacher = teacher

    def forward(self, ids: Any, kinds: Any, mask: Any) -> Any:
        """Return the probabilities of a batch."""
        t = self.teacher
        v = t(ids, kinds, mask)
        return torch.cat(
            [t.topics[CAMPAIGNS](v).softmax(1), t.issues(v).sigmoid(), t.stance(v).softmax(1)], 1
        )


def main() -> None:
    """Run from the command line."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--weights", type=Path, required=True)
    a.add_argument("--state", type=Path, required=True)
    a.add_argument("--out", type=Path, required=True)
    args = a.parse_args()
    teacher = Teacher(args.weights)
    teacher.load_state_dict(torch.load(args.state))
    model = Said(teacher).eval()
    one = torch.ones((1, 12), dtype=torch.long)
    full = args.out / "full.onnx"
    torch.onnx.export(
        model,
        (one, one * 0, one),
        str(full),
        input_names=["ids", "kinds", "mask"],
        output_names=["said"],
        dynamic_axes={k: {0: "n", 1: "tokens"} for k in ("ids", "kinds", "mask")},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(full), str(args.out / "model.onnx"), weight_type=QuantType.QInt8,
                     per_channel=True)  # fmt: skip
    full.unlink()
    shutil.copy(args.weights / "tokenizer.json", args.out / "tokenizer.json")


if __name__ == "__main__":
    main()
