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


def make(*arguments, called_in="/", dry=True):
    """What `make -n -C models/training` does when it is called in a folder; without -n where it is not to be `dry`."""
    environment = {name: value for name, value in os.environ.items() if name not in MADE_BY_MAKE}
    return subprocess.run(["make", *(["-n"] if dry else []), "-C", str(HERE), f"PYTHON={sys.executable}", *arguments], cwd=called_in,
                          env=environment | {"PWD": called_in}, capture_output=True, text=True, check=False)


def planned(*arguments, called_in="/"):
    """The command lines of the recipe's Python modules, in order."""
    with tempfile.TemporaryDirectory() as work:
        done = make(f"WORK={work}", *arguments, called_in=called_in)
    done.check_returncode()
    text = done.stdout
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


class Packs(unittest.TestCase):
    def test_a_pack_has_its_name_once_it_is_whole(self):
        done = make("WORK=/w", "pack")
        done.check_returncode()
        naming = [line for line in done.stdout.splitlines() if "/w/pack.tar.xz" in line]
        self.assertRegex(naming[0], "-cf /w/pack.tar.xz.part [.]$")
        self.assertEqual(naming[1], "mv /w/pack.tar.xz.part /w/pack.tar.xz")


class Training(unittest.TestCase):
    def test_rate_and_schedule_can_be_said(self):
        for named, expected in (((), "--rate 2e-3 --late-from 0.66"),
                                (("RATE=5e-4", "LATE_FROM=0"), "--rate 5e-4 --late-from 0")):
            self.assertIn(expected, " ".join(planned("train", *named)[0].split()))

    def test_another_machine_has_the_folder_for_its_results_before_it_begins(self):
        with tempfile.TemporaryDirectory() as work:
            lines = make("device", f"WORK={work}", "OUT=/some/where else").stdout.splitlines()
        made = next(index for index, line in enumerate(lines) if line == 'mkdir -p "/some/where else"')
        self.assertLess(made, next(index for index, line in enumerate(lines) if "geond_training" in line))


class MissingFiles(unittest.TestCase):
    def test_a_step_without_what_it_needs_ends_in_one_line_that_names_it_and_who_makes_it(self):
        models = {name: f"models/{name}/model.json" for name in ("geon-detector", "geon-small", "scene-classifier", "scene-ensemble")}
        detectors = [models["geon-detector"], models["geon-small"]]
        finds = ["finds.jsonl", "finds-test.jsonl"]
        for goal, there, missing, made_by in (
                ("export", [], "run-standard/last.pt", "train"),
                ("find", [], models["geon-detector"], "export"),
                ("classifiers", ["finds.jsonl"], "finds-study.jsonl", "find"),
                ("evaluate", finds, models["geon-detector"], "export"),
                ("evaluate", detectors, "finds.jsonl", "find"),
                ("evaluate", detectors + finds, models["scene-classifier"], "classifiers")):
            with tempfile.TemporaryDirectory() as work:
                for name in there:
                    path = Path(work) / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.touch()
                done = make(goal, f"WORK={work}", f"MODELS={work}/models", dry=False)
            self.assertNotEqual(done.returncode, 0, goal)
            said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
            self.assertEqual(len(said), 1, done.stderr)
            self.assertIn(f"No {work}/{missing}: make -C models/training {made_by} makes it", said[0])


class Paths(unittest.TestCase):
    def test_predictions_are_those_of_the_folder_that_make_was_called_in(self):
        for called_in, name, expected in (("/usr", "my.jsonl", "/usr/my.jsonl"), ("/usr", "/x/my.jsonl", "/x/my.jsonl"),
                                          (str(HERE), "my.jsonl", f"{HERE}/my.jsonl")):
            line, = planned("evaluate", f"PREDICTIONS={name}", called_in=called_in)
            self.assertEqual(line.split()[-1], expected)

    def test_predictions_may_be_in_several_files(self):
        line, = planned("evaluate", "PREDICTIONS=a.jsonl ../b.jsonl /x/c.jsonl", called_in="/usr/lib")
        self.assertEqual(line.split("--predictions ")[1].split(), ["/usr/lib/a.jsonl", "/usr/b.jsonl", "/x/c.jsonl"])

    def test_a_work_folder_with_a_space_in_its_path_is_refused_in_a_sentence(self):
        done = make("all", "WORK=/tmp/two words")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no space in it", done.stderr)


if __name__ == "__main__":
    unittest.main()
