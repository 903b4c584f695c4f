# SPDX-License-Identifier: MIT
"""What the Makefile's targets would run (make -n), and in which order."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parents[1]
MADE_BY_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")


def planned(*arguments):
    """The command lines of the recipe's Python modules, in order."""
    environment = {name: value for name, value in os.environ.items() if name not in MADE_BY_MAKE}
    with tempfile.TemporaryDirectory() as work:
        text = subprocess.run(["make", "-n", "-C", str(HERE), f"PYTHON={sys.executable}", f"WORK={work}", *arguments],
                              env=environment, capture_output=True, text=True, check=True).stdout
    return re.findall(r"-m geond_training\.(.*)", text.replace("\\\n", " "))


class Everything(unittest.TestCase):
    def test_it_is_made_in_one_order_however_many_jobs_make_has(self):
        order = ["furniture", *["render"] * 4, "train", "export", "export", *["find"] * 3, "train_classifier",
                 "evaluate", "find", "evaluate"]
        for jobs in ("-j1", "-j8"):
            self.assertEqual([line.split()[0] for line in planned("all", jobs)], order, jobs)

    def test_the_small_detector_is_the_large_one_over_smaller_pictures(self):
        small = [line for line in planned("all") if line.startswith("export") and "geon-small" in line]
        self.assertEqual(len(small), 1)
        self.assertIn("--share ../geon-detector/geon-detector.onnx", small[0])
        self.assertIn("--input 384x288", small[0])


class Quick(unittest.TestCase):
    def test_it_begins_from_the_shipped_weights_or_from_others_that_are_named(self):
        for named, detector, classifiers in (((), "../geon-detector/geon-detector.onnx", ".."),
                                             (("INIT=a.onnx", "CLASSIFIER_INIT=b"), "a.onnx", "b")):
            begun = {line.split()[0]: line.split("--init")[1].split()[0] for line in planned("quick", *named)
                     if "--init" in line}
            self.assertEqual(begun, {"train": detector, "train_classifier": classifiers})


if __name__ == "__main__":
    unittest.main()
