# SPDX-License-Identifier: MIT
"""Which labels of a rendered picture count."""

import json
import tempfile
import unittest
from pathlib import Path

from geond_training import dataset


class LabelsThatCount(unittest.TestCase):
    def ignored(self, **changes):
        entry = {"class": "cone", "box": [50, 50, 40, 20, 0.1], "visible": 0.9, "agreement": 0.9, "clear": True,
                 "outlined": 0.9} | changes
        picture = {"kind": "loose", "scene": "none", "split": "val", "width": 100, "height": 100, "objects": [entry]}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "one.json"
            path.write_text(json.dumps(picture), encoding="utf-8")
            return dataset.read_picture(path).labels[0].ignore

    def test_a_label_that_the_picture_bears_out_counts(self):
        self.assertFalse(self.ignored())

    def test_small_hidden_doubtful_and_unclear_ones_are_ignored(self):
        for change in ({"box": [50, 50, 40, 11, 0.1]}, {"visible": 0.34}, {"agreement": 0.5}, {"clear": False},
                       {"outlined": 0.4}):
            self.assertTrue(self.ignored(**change), change)

    def test_pictures_are_chosen_by_split(self):
        with tempfile.TemporaryDirectory() as folder:
            for split in ("train", "val", "test"):
                document = {"kind": "loose", "split": split, "width": 9, "height": 9, "objects": []}
                (Path(folder) / f"{split}.json").write_text(json.dumps(document), encoding="utf-8")
            self.assertEqual([p.name for p in dataset.read_folder([folder], "test")], ["test"])
            self.assertEqual(len(dataset.read_folder([folder])), 3)

    def test_folders_without_pictures_are_refused_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            for folders, split, message in (([], None, "names no folder"), ([folder + "/x"], None, "no folder .*/x"),
                                            ([folder], None, f"no picture in {folder}"),
                                            ([folder], "train", "split train in ")):
                with self.assertRaisesRegex(ValueError, message):
                    dataset.read_folder(folders, split)


if __name__ == "__main__":
    unittest.main()
