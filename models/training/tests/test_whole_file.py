# SPDX-License-Identifier: MIT
"""A file is there whole or not at all."""

import tempfile
import unittest
from pathlib import Path

from geond_training import whole_file


class Replacing(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.path = self.folder / "a.txt"
        self.path.write_text("before", encoding="utf-8")

    def test_the_new_file_has_the_name_once_it_is_written(self):
        with whole_file.replacing(self.path) as partial:
            partial.write_text("after", encoding="utf-8")
            self.assertEqual(self.path.read_text(encoding="utf-8"), "before")
        self.assertEqual(self.path.read_text(encoding="utf-8"), "after")
        self.assertEqual(list(self.folder.iterdir()), [self.path])

    def test_one_that_broke_off_leaves_the_one_before_and_nothing_else(self):
        with self.assertRaises(KeyboardInterrupt), whole_file.replacing(self.path) as partial:
            partial.write_text("aft", encoding="utf-8")
            raise KeyboardInterrupt
        self.assertEqual(self.path.read_text(encoding="utf-8"), "before")
        self.assertEqual(list(self.folder.iterdir()), [self.path])

    def test_a_link_is_replaced_and_what_it_led_to_is_left_alone(self):
        link = self.folder / "link.txt"
        link.symlink_to(self.path.name)
        with whole_file.replacing(link) as partial:
            partial.write_text("after", encoding="utf-8")
        self.assertEqual((link.is_symlink(), link.read_text(encoding="utf-8")), (False, "after"))
        self.assertEqual(self.path.read_text(encoding="utf-8"), "before")


if __name__ == "__main__":
    unittest.main()
