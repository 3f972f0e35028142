"""Weights of the best coder of Compare Notes: a small sentence encoder with eight-bit weights.

``model.onnx`` is all-MiniLM-L6-v2 (Apache-2.0), fine-tuned by ``tools/train/teacher.py`` of
Compare Notes and written by ``tools/train/export.py``; ``tokenizer.json`` is the tokenizer of
the same model. The package holds no code: ``comparenotes.message.best`` reads with it.
"""

__version__ = "1.0.0"
