# SPDX-License-Identifier: MIT
"""A training run: what it leaves behind, and that one broken off is the one that was not."""

import collections
import json
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import torch

from geond_training import dataset, network, train
from tests.test_store import write_picture

SHIPPED = Path(__file__).parents[2]
TINY = network.Size(8, 16, 16, 16, 8)
SMALL_SAMPLES = (((96, 64), (0.5, 1.2)), ((64, 64), (0.5, 1.2)))
WHOLE_SAMPLES = {"EARLY_SIZES": train.EARLY_SIZES, "LATE_SIZES": train.LATE_SIZES}
BATCH = 2


@mock.patch.dict(network.SIZES, {"tiny": TINY})
@mock.patch.multiple(train, EARLY_SIZES=SMALL_SAMPLES, LATE_SIZES=SMALL_SAMPLES)
class Runs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.work = Path(cls.scratch.name)
        cls.pictures = [write_picture(cls.work, str(seed), 96, 80, seed) for seed in range(3)]
        for picture in cls.pictures:
            picture.labels = [dataset.Label(1, (40.0, 40.0, 30.0, 20.0, 0.3), 1.0, False)]
        torch.set_num_threads(1)

    def run_of(self, name, steps, whole=4, **changes):
        """A run of `whole` steps in the folder `name`, stopped after `steps` of them; `changes` to its options."""
        options = SimpleNamespace(device="cpu", run=str(self.work / name), seed=3, threads=1, size="tiny", init=None,
                                  batch=BATCH, samples=whole * BATCH, rate=1e-2, late_from=0.66, minutes=1e6)
        vars(options).update(changes)
        run = train.Run(options, self.pictures)
        run.bfloat16 = False
        with mock.patch.object(options, "minutes", -1), mock.patch("builtins.print"):
            while run.progress.step < steps:
                run.train()
        return run

    def test_a_run_that_was_broken_off_goes_on_as_if_it_had_not_been(self):
        at_once = self.run_of("at-once", 4)
        self.run_of("twice", 2)
        torch.rand(7)
        twice = self.run_of("twice", 4)
        for state in ("model", "average"):
            expected, got = getattr(at_once, state).state_dict(), getattr(twice, state).state_dict()
            for name, value in expected.items():
                self.assertTrue(torch.equal(value, got[name]), f"{state} {name}")

    def test_a_checkpoint_without_random_states_still_goes_on(self):
        self.run_of("old", 2)
        path = self.work / "old" / "last.pt"
        checkpoint = torch.load(path)
        del checkpoint["random"], checkpoint["progress"]["summed"]
        torch.save(checkpoint, path)
        self.assertEqual(self.run_of("old", 4).progress.samples, 4 * BATCH)

    def test_a_run_stopped_before_its_first_log_line_is_due_leaves_one_and_a_curve(self):
        run = self.run_of("short", 3)
        lines = [json.loads(line) for line in (run.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
        self.assertEqual([line["step"] for line in lines], [1, 2, 3])
        self.assertTrue((run.folder / "curve.svg").exists())
        self.assertEqual(sorted(p.name for p in run.folder.iterdir()), ["curve.svg", "last.pt", "log.jsonl"])

    def test_what_was_logged_after_the_last_checkpoint_is_logged_once(self):
        for torn in ('{"step": 3, "samples": 6}\n', '{"step": 3, "sam'):
            run = self.run_of(f"crashed-{len(torn)}", 2)
            log = run.folder / "log.jsonl"
            whole = log.read_text(encoding="utf-8")
            log.write_text(whole + torn, encoding="utf-8")
            self.run_of(run.folder.name, 4)
            lines = log.read_text(encoding="utf-8")
            self.assertTrue(lines.startswith(whole))
            self.assertEqual([json.loads(line)["step"] for line in lines.splitlines()], [1, 2, 3, 4])

    def test_a_log_line_is_the_mean_of_the_steps_since_the_one_before(self):
        run = self.run_of("means", 0)
        run.progress.step, run.progress.sums, run.progress.summed = 27, [6.0, 3.0, 1.5, 0.9], 3
        with mock.patch("builtins.print"):
            run.log()
        line = json.loads((run.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        self.assertEqual((line["loss"], line["classes"], line["iou"], line["l1"]), (2.0, 1.0, 0.5, 0.3))

    def test_samples_are_of_the_late_sizes_from_the_share_that_was_asked_for(self):
        late = (((32, 32), (0.5, 1.2)),)
        for late_from, expected in ((0.0, [True] * 4), (0.5, [False, False, True, True]), (1.0, [False] * 4)):
            with mock.patch.object(train, "LATE_SIZES", late), \
                    mock.patch.object(train.augment, "make_batch", side_effect=train.augment.make_batch) as made:
                self.run_of(f"late-{late_from}", 4, late_from=late_from)
            self.assertEqual([call.args[3:5] == late[0] for call in made.call_args_list], expected, late_from)

    def sizes_drawn(self, run, share_done):
        """How often a run of real size draws each size of samples so far into it, of 500 times."""
        with mock.patch.multiple(train, **WHOLE_SAMPLES), \
                mock.patch.object(train.augment, "make_batch", side_effect=KeyboardInterrupt) as made:
            for _ in range(500):
                with self.assertRaises(KeyboardInterrupt):
                    run.step(share_done)
        return collections.Counter(call.args[3] for call in made.call_args_list)

    def test_late_samples_are_mostly_as_large_as_what_the_detector_looks_at_and_early_ones_smaller(self):
        frame = json.loads((SHIPPED / "geon-detector" / "model.json").read_text(encoding="utf-8"))["input"]
        whole = frame["width"], frame["height"]
        run = self.run_of("sizes", 0)
        late, early = self.sizes_drawn(run, 0.7), self.sizes_drawn(run, 0.6)
        self.assertEqual(late.most_common(1)[0][0], whole)
        self.assertTrue(min(late) < whole < max(late), late)
        self.assertLess(max(early), whole)

    def test_the_rate_falls_with_the_share_of_the_samples_that_are_done(self):
        run = self.run_of("rates", 4)
        logged = [json.loads(line)["rate"] for line in (run.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
        warm = [rate / (1e-2 * (step + 1) / 100) for step, rate in enumerate(logged)]
        # Half a cosine from 1 to a hundredth, at none, a quarter, half and three quarters.
        for got, expected in zip(warm, (1, 0.855, 0.505, 0.155)):
            self.assertAlmostEqual(got, expected, 3)

    def test_the_average_follows_quickly_at_first_and_slowly_later(self):
        model, average = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
        for step, share in ((1, 19 / 21), (10**6, 0.0005)):
            torch.nn.init.constant_(model.weight, 1.0)
            torch.nn.init.constant_(average.weight, 0.0)
            train.update_average(average, model, step)
            self.assertAlmostEqual(float(average.weight), share, 5)


class Rates(unittest.TestCase):
    def test_the_rate_warms_up_over_a_hundred_steps_and_ends_at_a_hundredth(self):
        for share_done, step, expected in ((0.0, 0, 0.02), (0.0, 49, 1.0), (0.0, 99, 2.0), (0.5, 10**5, 1.01), (1.0, 10**6, 0.02)):
            self.assertAlmostEqual(train.learning_rate(share_done, step, 2.0), expected, 9)


class DrawnPictures(unittest.TestCase):
    def shares(self, **counts):
        """The share of each kind among 6000 pictures drawn from so many of each."""
        kinds = [kind for kind, count in counts.items() for _ in range(count)]
        torch.manual_seed(0)
        chosen, loose = train.PictureDrawer(SimpleNamespace(kinds=kinds), torch.device("cpu")).draw(6000)
        drawn = [kinds[index] for index in chosen.tolist()]
        self.assertEqual(loose.tolist(), [kind == "loose" for kind in drawn])
        return {kind: drawn.count(kind) / len(drawn) for kind in counts}

    def test_each_kind_is_about_a_third_however_many_pictures_of_it_there_are(self):
        for kind, share in self.shares(loose=90, built=9, furnished=1).items():
            self.assertAlmostEqual(share, 1 / 3, delta=0.03, msg=kind)

    def test_where_a_kind_is_missing_the_others_share_what_it_would_have_had(self):
        for kind, share in self.shares(loose=50, built=1).items():
            self.assertAlmostEqual(share, 1 / 2, delta=0.03, msg=kind)


class Bfloat16(unittest.TestCase):
    def test_cards_before_ampere_have_no_instructions_for_it(self):
        for supported, capability, expected in ((True, (8, 0), True), (True, (7, 5), False), (False, (8, 6), False)):
            with mock.patch.object(torch.cuda, "is_bf16_supported", return_value=supported), \
                    mock.patch.object(torch.cuda, "get_device_capability", return_value=capability):
                self.assertIs(train.multiplies_bfloat16(torch.device("cuda")), expected, (supported, capability))


if __name__ == "__main__":
    unittest.main()
