# SPDX-License-Identifier: MIT
"""How a render ends that runs several renderers."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from geond_training import render


class Endings(unittest.TestCase):
    def status(self, script):
        """The exit status of a render of 100 pictures whose renderer is a shell script."""
        with tempfile.TemporaryDirectory() as work:
            renderer = Path(work) / "renderer"
            renderer.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            renderer.chmod(0o755)
            return subprocess.run([sys.executable, "-m", render.__name__, "--renderer", str(renderer), "--out", work,
                                   "--loose", "100", "--jobs", "2"], check=False).returncode

    def test_a_render_fails_with_any_of_its_renderers_however_that_ended(self):
        first_chunk = 'case "$*" in *"--first 0 "*) {};; esac'
        for script, failed in (("exit 0", 0), ("exit 3", 1), (first_chunk.format("exit 3"), 1),
                               (first_chunk.format("kill -9 $$"), 1), ("kill -11 $$", 1)):
            self.assertEqual(self.status(script), failed, script)


if __name__ == "__main__":
    unittest.main()
