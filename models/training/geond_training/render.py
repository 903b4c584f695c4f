# SPDX-License-Identifier: MIT
"""Runs the renderer in several processes, kinds mixed, so that a render broken off is still a mixture.

    python3 -m geond_training.render --renderer FILE --out FOLDER --split train --jobs 16
        --loose 6000 --built 6000 --furnished 9000 --furniture FOLDER
"""

import argparse
import math
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from .vocabulary import KINDS

CHUNK = 48
"""Pictures a process makes before the next kind's turn: a multiple of four has every scene alike, and
reading the furniture's pictures takes a process seconds."""


def chunks(counts):
    """(kind, first, count) of all chunks, the kinds advancing side by side."""
    made = {kind: 0 for kind in counts}
    while any(made[kind] < counts[kind] for kind in counts):
        kind = min((k for k in counts if made[k] < counts[k]), key=lambda k: made[k] / counts[k])
        size = min(CHUNK, counts[kind] - made[kind])
        yield kind, made[kind], size
        made[kind] += size


def command(options, chunk):
    """The renderer's command line for a chunk."""
    kind, first, count = chunk
    line = [options.renderer, "--out", f"{options.out}/{kind}", "--kind", kind, "--split", options.split,
            "--first", str(first), "--count", str(count), "--samples", str(options.rays)]
    return line + (["--furniture", options.furniture] if options.furniture else [])


def run_chunk(options, chunk, deadline):
    """The renderer's exit status, negative where a signal ended it; 0 for a chunk that comes after the deadline and is left for another run."""
    if time.monotonic() > deadline:
        return 0
    return subprocess.run(command(options, chunk), check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renderer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--furniture", default="", help="needed for furnished rooms; gives the others its pictures")
    parser.add_argument("--split", choices=("train", "study", "val", "test"), default="train")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rays", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=math.inf, help="start nothing after that")
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0)
    options = parser.parse_args()
    counts = {kind: getattr(options, kind) for kind in KINDS if getattr(options, kind)}
    deadline = time.monotonic() + options.minutes * 60
    with ThreadPoolExecutor(options.jobs) as pool:
        codes = list(pool.map(lambda chunk: run_chunk(options, chunk, deadline), chunks(counts)))
    sys.exit(any(codes))


if __name__ == "__main__":
    main()
