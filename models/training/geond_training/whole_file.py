# SPDX-License-Identifier: MIT
"""Files that are there whole or not at all, as the renderer's whole_file.hpp has them."""

import contextlib
import os
from pathlib import Path


@contextlib.contextmanager
def replacing(path):
    """The path of a file to write, which takes the place of `path` when the block ends.

    Where the block raises, or the process dies in it, whatever was at `path` is still there. A link at `path`
    is replaced, not followed. What is written is on the disk before it has its name.
    """
    path = Path(path)
    partial = path.with_name(f"{path.name}.part")
    try:
        yield partial
        with open(partial, "rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
