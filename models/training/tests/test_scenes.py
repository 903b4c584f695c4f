# SPDX-License-Identifier: MIT
"""Scene classifiers: order does not matter, empty slots do not count, features agree."""

import argparse
import contextlib
import dataclasses
import io
import itertools
import json
import math
import os
import sys
import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from geond_training import (boxes, dataset, evaluate, export, features, manifest, metrics, predictions, scene_infer, scene_scores,
                            scene_sets, train_classifier)
from geond_training.classifier import SetClassifier, committee_of
from geond_training.decode import Detection


def some_detections(count, seed=0):
    generator = np.random.default_rng(seed)
    return [Detection(int(generator.integers(5)), float(generator.uniform(0.1, 1)),
                      boxes.canonical((*generator.uniform(0, 500, 2), *generator.uniform(10, 200, 2),
                                       generator.uniform(-1.5, 1.5)))) for _ in range(count)]


def mirror_image(detections, width=640):
    """What would have been found in the mirrored picture."""
    return [Detection(d.class_index, d.probability, boxes.canonical((width - d.box[0], *d.box[1:4], -d.box[4])))
            for d in detections]


class SetClassifiers(unittest.TestCase):
    def test_the_order_of_slots_does_not_matter(self):
        torch.manual_seed(0)
        model = SetClassifier().eval()
        tensor = torch.from_numpy(features.tensor(some_detections(20), 640, 480, 0.0))
        shuffled = tensor[..., torch.randperm(features.SLOTS)]
        np.testing.assert_allclose(model(tensor).detach(), model(shuffled).detach(), atol=1e-5)

    def test_a_committee_answers_with_the_mean_over_its_temperature(self):
        torch.manual_seed(0)
        members = [SetClassifier().eval() for _ in range(3)]
        found = some_detections(9)
        tensor, mirrored = (torch.from_numpy(features.tensor(seen, 640, 480, 0.0)) for seen in (found, mirror_image(found)))
        mean = torch.stack([member(seen) for member in members for seen in (tensor, mirrored)]).mean(0).detach()
        committee = committee_of(members)
        np.testing.assert_allclose(committee(tensor).detach(), mean, atol=1e-5)
        np.testing.assert_allclose(committee.divide(2.5)(tensor).detach(), mean / 2.5, atol=1e-5)

    def test_a_committee_answers_the_same_to_a_mirror_image(self):
        torch.manual_seed(0)
        committee, found = committee_of([SetClassifier().eval()]), some_detections(12)
        answers = [committee(torch.from_numpy(features.tensor(seen, 640, 480, 0.0))).detach()
                   for seen in (found, mirror_image(found))]
        np.testing.assert_allclose(answers[0], answers[1], atol=1e-5)

    def test_a_committee_is_read_back_as_it_was_written(self):
        torch.manual_seed(0)
        committee = committee_of([SetClassifier(5, 16).eval() for _ in range(3)]).eval()
        tensor = torch.from_numpy(features.tensor(some_detections(9), 640, 480, 0.0))
        with tempfile.TemporaryDirectory() as folder:
            export.export_classifier(committee, Path(folder) / "a.onnx", "scenes")
            again = committee_of([member.eval() for member in export.read_committee(Path(folder) / "a.onnx")])
        np.testing.assert_allclose(again(tensor).detach(), committee(tensor).detach(), atol=1e-5)

    def test_what_a_committee_expects_is_added_whole_and_is_no_part_of_its_members(self):
        torch.manual_seed(0)
        committee = committee_of([SetClassifier(5, 16).eval() for _ in range(2)]).eval()
        tensor = torch.from_numpy(features.tensor(some_detections(9), 640, 480, 0.0))
        without, prior = committee(tensor).detach(), torch.tensor([0.1, -0.2, 0.3, -0.4, 0.5])
        committee.expect(prior.tolist()).divide(2.0)
        np.testing.assert_allclose(committee(tensor).detach(), without / 2 + prior, atol=1e-5)
        with tempfile.TemporaryDirectory() as folder:
            export.export_classifier(committee, Path(folder) / "a.onnx", "scenes")
            again = committee_of([member.eval() for member in export.read_committee(Path(folder) / "a.onnx")])
        np.testing.assert_allclose(again(tensor).detach(), without / 2, atol=1e-5)

    def test_training_and_serving_see_the_same_features(self):
        found = predictions.PicturePrediction("a", "built", "office", 640, 480, some_detections(70))
        trained = scene_sets.encode(scene_sets.as_array(found))
        served = features.tensor(found.detections, 640, 480, 0.0)[0]
        np.testing.assert_allclose(trained, served, atol=1e-4)


class ChangedSets(unittest.TestCase):
    def test_a_mirrored_set_is_what_is_found_in_the_mirrored_picture(self):
        found = predictions.PicturePrediction("a", "built", "office", 640, 480, some_detections(9))
        rows = scene_sets.as_array(found)
        scene_sets._mirror(rows)
        np.testing.assert_allclose(scene_sets.encode(rows), features.tensor(mirror_image(found.detections), 640, 480, 0.0)[0], atol=1e-4)

    def test_another_crop_keeps_the_picture_s_proportions(self):
        for width, height, half in ((640, 320, (0.5, 0.25)), (480, 640, (0.375, 0.5))):
            picture = predictions.PicturePrediction("a", "built", "office", width, height, [])
            self.assertEqual(scene_sets.half_extents(picture), half)
            generator = np.random.default_rng(0)
            everywhere = np.full((400, 7), 0.1, np.float32)
            everywhere[:, 1:3] = generator.uniform(-0.5, 0.5, (400, 2))
            reach = np.zeros(2)
            for _ in range(20):
                for rows in (scene_sets._reframe(everywhere.copy(), half, generator),
                             scene_sets._add_false_finds(np.zeros((0, 7), np.float32), half, generator)):
                    if len(rows):
                        reach = np.maximum(reach, np.abs(rows[:, 1:3]).max(0))
            self.assertTrue((reach <= half).all() and (reach > 0.95 * np.array(half)).all(), f"{half}: {reach}")


class ManyChangedSets(unittest.TestCase):
    """What scene_sets.augmented makes of 200 equal cubes in the middle of a picture of 4:3, that are sure enough not to be taken for
    false finds however they are disturbed; told by what comes of it in many sets."""

    SETS, COUNT, SURE = 3000, 200, 0.9
    HALF = (0.5, 0.375)

    @classmethod
    def setUpClass(cls):
        rows = np.tile(np.array([1, 0, 0, 0.1, 0.1, 0, 0.995], np.float32), (cls.COUNT, 1))
        generator = np.random.default_rng(0)
        cls.sets = [scene_sets.augmented(rows, cls.HALF, generator) for _ in range(cls.SETS)]
        cls.cubes = [s[s[:, scene_sets.PROBABILITY] > cls.SURE] for s in cls.sets]
        cls.false = [s[s[:, scene_sets.PROBABILITY] <= cls.SURE] for s in cls.sets]

    def test_crops_are_from_five_sevenths_to_five_thirds_as_near_and_three_in_ten_sets_have_none(self):
        scales = np.array([np.median(s[:, scene_sets.WIDTH]) for s in self.cubes]) / 0.1
        as_it_was = np.abs(np.log(scales)) < 0.03
        self.assertAlmostEqual(as_it_was.mean(), 0.3 + 0.7 * 0.06 / 0.75, delta=0.03)
        # From exp(-0.25) to exp(0.5), all alike in the logarithm.
        logarithms = np.log(scales[~as_it_was])
        np.testing.assert_allclose(np.percentile(logarithms, (0, 50, 100)), (-0.25, 0.125, 0.5), atol=0.05)

    def test_three_in_ten_sets_keep_all_parts_and_the_others_lose_a_fifth_in_the_mean_and_two_fifths_at_most(self):
        kept = np.array([len(s) for s in self.cubes]) / self.COUNT
        whole = kept > 1 - 0.5 / self.COUNT
        self.assertAlmostEqual(whole.mean(), 0.3, delta=0.03)
        self.assertAlmostEqual(kept[~whole].mean(), 0.8, delta=0.01)
        self.assertTrue(0.5 < kept.min() < 0.62, kept.min())

    def test_of_ten_sets_seven_have_up_to_eight_false_finds_each_number_as_often(self):
        counts = np.bincount([len(s) for s in self.false], minlength=9) / self.SETS
        np.testing.assert_allclose(counts, [0.3 + 0.7 / 9] + [0.7 / 9] * 8, atol=0.03)

    def test_false_finds_are_round_of_any_size_and_none_is_as_sure_as_a_geon_can_be(self):
        found = np.concatenate(self.false)
        shares = np.bincount(found[:, scene_sets.CLASS].astype(int), minlength=5) / len(found)
        np.testing.assert_allclose(shares, [0.05, 0.05, 0.1, 0.4, 0.4], atol=0.02)
        width, height = found[:, scene_sets.WIDTH], found[:, scene_sets.HEIGHT]
        np.testing.assert_allclose((width.min(), width.max()), (0.03, 0.3), atol=0.005)
        self.assertTrue((height <= width).all() and np.median(height / width) > 0.7)
        probability = found[:, scene_sets.PROBABILITY]
        np.testing.assert_allclose((probability.min(), probability.max()), (0.3, 0.85), atol=0.01)

    def test_where_no_geon_is_left_there_is_no_false_find_either(self):
        generator = np.random.default_rng(1)
        unsure = np.array([[1, 0, 0, 0.1, 0.1, 0, 0.001]], np.float32)
        for rows in (unsure, unsure[:0]):
            self.assertEqual({len(scene_sets.augmented(rows, self.HALF, generator)) for _ in range(100)}, {0})


def moved(start_share):
    """Weights before and after a few steps of training that then went `start_share` of the way back."""
    torch.manual_seed(0)
    start = SetClassifier(1, 16)
    before = [parameter.clone() for parameter in start.parameters()]
    learner = train_classifier.Learner(0, 5, start)
    tensor = torch.from_numpy(features.tensor(some_detections(20), 640, 480, 0.0)).repeat(4, 1, 1, 1)
    for _ in range(4):
        learner.step(tensor, torch.tensor([0, 0, 1, 2]))
    return before, [parameter.detach() for parameter in learner.learned(start_share).parameters()]


class GoingOn(unittest.TestCase):
    def test_weights_go_back_towards_those_before_by_the_share_that_was_asked_for(self):
        before, learned = moved(0.0)
        self.assertTrue(any(not torch.equal(a, b) for a, b in zip(before, learned)))
        for a, b in zip(*moved(1.0)):
            torch.testing.assert_close(a, b)
        for first, last, halfway in zip(before, learned, moved(0.5)[1]):
            torch.testing.assert_close(halfway, (first + last) / 2)


def silent(model):
    """The network with nothing to say, whatever it sees: all logits 0."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    return model


class Matching(unittest.TestCase):
    MASK = np.zeros((100, 200), np.uint8)

    def match(self, labels, detections, mask=MASK, excuse=metrics.LENIENT):
        """Matches of (class, x[, ignore]) and (class, probability, x): boxes of 40x20 in one row."""
        labels = [dataset.Label(label[0], (label[1], 50, 40, 20, 0.0), 1.0, len(label) > 2) for label in labels]
        found = [Detection(name, probability, (x, 50, 40, 20, 0.0)) for name, probability, x in detections]
        outcomes, hits = metrics.match(labels, found, mask, excuse)
        return [(o.probability, o.right) for o in outcomes], hits

    def test_each_label_is_hit_once_by_the_most_probable_of_its_class(self):
        self.assertEqual(self.match([(1, 60)], [(1, 0.6, 60), (1, 0.9, 62), (2, 0.8, 60)]),
                         ([(0.9, True), (0.8, False), (0.6, False)], [0.9]))

    def test_a_surer_box_of_another_class_takes_no_label(self):
        self.assertEqual(self.match([(1, 60)], [(2, 0.9, 60), (1, 0.6, 60)]), ([(0.9, False), (0.6, True)], [0.6]))

    def test_a_box_that_covers_less_than_half_of_the_union_is_no_hit(self):
        for x, right in ((73, True), (74, False)):
            self.assertEqual(self.match([(1, 60)], [(1, 0.9, x)])[0], [(0.9, right)], x)

    def test_what_lies_on_an_ignored_label_of_any_class_counts_neither_way(self):
        self.assertEqual(self.match([(1, 60, "ignored")], [(1, 0.9, 60), (2, 0.8, 60), (1, 0.7, 140)]),
                         ([(0.7, False)], [0.0]))

    def test_a_hit_counts_although_an_ignored_label_lies_there_as_well(self):
        self.assertEqual(self.match([(1, 60), (2, 60, "ignored")], [(1, 0.9, 60)]), ([(0.9, True)], [0.9, 0.0]))

    def test_what_overlaps_an_ignored_label_by_three_tenths_of_the_union_or_less_is_wrong(self):
        for x, outcomes in ((81, []), (82, [(0.9, False)])):
            self.assertEqual(self.match([(1, 60, "ignored")], [(1, 0.9, x)])[0], outcomes, x)

    def test_strictly_only_what_would_be_a_hit_is_excused(self):
        def strictly(class_index, x):
            return self.match([(1, 60, "ignored")], [(class_index, 0.9, x)], excuse=metrics.STRICT)[0]
        self.assertEqual((strictly(1, 73), strictly(1, 74), strictly(2, 60)), ([], [(0.9, False)], [(0.9, False)]))

    def test_what_lies_on_parts_that_no_geon_fits_by_more_than_half_counts_neither_way(self):
        # Of eight points across a box of 40 px, those 2.5, 7.5, ... left of its middle and one to the right are on the part.
        for value, x, outcomes in ((128, 47, []), (128, 48, [(0.9, False)]), (0, 30, [(0.9, False)]), (255, 30, [(0.9, False)])):
            mask = self.MASK.copy()
            mask[:, :50] = value
            self.assertEqual(self.match([], [(1, 0.9, x)], mask)[0], outcomes, (value, x))


class Metrics(unittest.TestCase):
    def test_average_precision_of_a_perfect_and_of_a_mixed_ranking(self):
        right, wrong = metrics.Outcome(0, 0.9, True), metrics.Outcome(0, 0.8, False)
        self.assertEqual(metrics.average_precision([right], 1), 1)
        self.assertAlmostEqual(metrics.average_precision([right, wrong, metrics.Outcome(0, 0.7, True)], 2), 0.5 + 0.5 * 2 / 3)
        self.assertTrue(math.isnan(metrics.average_precision([], 0)))

    def test_what_is_equally_probable_counts_together_in_whatever_order(self):
        right, wrong = metrics.Outcome(0, 0.9, True), metrics.Outcome(0, 0.9, False)
        for outcomes in ([right, wrong], [wrong, right]):
            self.assertEqual(metrics.average_precision(outcomes, 1), 0.5)
        self.assertEqual(metrics.average_precision([], 1), 0)

    def test_calibration_error_of_sure_and_wrong_answers(self):
        self.assertAlmostEqual(metrics.reliability([1.0, 1.0], [True, False])[0], 0.5)
        self.assertAlmostEqual(metrics.reliability([0.75] * 4, [1, 1, 1, 0])[0], 0)

    def test_scenes_are_scored_by_how_many_geons_were_found(self):
        found = [predictions.PicturePrediction(str(count), "built", scene, 640, 480, some_detections(count))
                 for count, scene in ((2, "office"), (5, "warehouse"), (4, "office"), (30, "none"))]
        scores = scene_scores.scene_scores(scene_scores.scene_answers(SaysOffice(), found, {}, 0.0))
        self.assertEqual(scores["by_geons"][0, 3], (1, 1.0))
        self.assertEqual(scores["by_geons"][3, 6], (2, 0.5))
        self.assertEqual(scores["by_geons"][16, 10**6], (1, 0.0))
        self.assertEqual(scores["accuracy"]["built"], (4, 0.5))
        self.assertIn("| 16 to … | 1 | 0.00 |", scene_scores.scene_tables(scores))
        self.assertIn("| 6 to 9 | 0 | – |", scene_scores.scene_tables(scores))
        self.assertEqual(scores["by_shown"], {})

    def test_scenes_are_scored_by_how_many_geons_a_picture_shows(self):
        def label(ignore):
            return dataset.Label(0, (0, 0, 50, 50, 0), 1.0, ignore)
        labels = {"bare": [label(True)] * 9, "some": [label(False)] * 4 + [label(True)], "many": [label(False)] * 7, "loose": []}
        scenes = {"bare": "warehouse", "some": "office", "many": "office", "loose": "none"}
        pictures = [dataset.Picture(name, Path(), "built", scene, 640, 480, "test", labels[name])
                    for name, scene in scenes.items()]
        found = [predictions.PicturePrediction(name, "built", scene, 640, 480, some_detections(3))
                 for name, scene in scenes.items()]
        shown = scene_scores.shown_geons(pictures)
        scores = scene_scores.scene_scores(scene_scores.scene_answers(SaysOffice(), found, shown, 0.0))
        office = 2 * 2 / (2 * 2 + 1)
        self.assertEqual(scores["by_shown"], {2: (2, office / 4), 4: (2, office / 4), 6: (1, 2 / 3 / 4)})
        self.assertIn("| 4 or more | 2 | 0.20 |", scene_scores.scene_tables(scores))

    def test_beside_the_scores_stand_those_of_the_pictures_for_calibration(self):
        def found(name, scene, split):
            return predictions.PicturePrediction(name, "built", scene, 640, 480, some_detections(3), None, split)
        unseen = [found("a", "office", "test"), found("b", "warehouse", "test")]
        others = [found("c", "office", "val"), found("d", "office", "study"), found("e", "office", None)]
        options = argparse.Namespace(threshold=0.0, cards=False)
        for calibrating, said in (([], None), (others, "On 1 pictures for calibration, in layouts that it knows: macro-F1 0.25,")):
            with mock.patch.object(evaluate, "SceneModel", lambda _folder: SaysOffice()), contextlib.redirect_stdout(io.StringIO()) as printed:
                evaluate.evaluate_classifier(Path("says-office"), [], unseen + calibrating, unseen, options)
            self.assertIn("says-office\nmacro-F1 0.17,", printed.getvalue())
            self.assertEqual("for calibration" in printed.getvalue(), said is not None)
            self.assertIn(said or "", printed.getvalue())


class PredictionsFiles(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = Path(scratch.name) / "finds.jsonl"

    def prediction(self, detector):
        return predictions.PicturePrediction("a", "built", "office", 640, 480, some_detections(2), detector)

    def test_a_file_keeps_who_found_what_and_one_that_does_not_say_is_read_too(self):
        predictions.write(self.path, [self.prediction("d0c5 640x480"), self.prediction(None)])
        self.assertEqual([p.detector for p in predictions.read(self.path)], ["d0c5 640x480", None])

    def test_a_file_keeps_what_its_pictures_are_for_and_those_that_score_teach_nobody(self):
        pictures = [self.prediction(None), dataclasses.replace(self.prediction(None), image="b", split="test")]
        predictions.write(self.path, pictures)
        self.assertEqual([p.split for p in predictions.read(self.path)], [None, "test"])
        predictions.refuse_splits(pictures, ("val",), "learning")
        with self.assertRaisesRegex(ValueError, "1 of 2 pictures, such as b, are of the split test, which is not for learning"):
            predictions.refuse_splits(pictures, ("val", "test"), "learning")

    def test_the_classifiers_do_not_learn_from_what_calibrates_or_scores_them(self):
        for option, split in (("--train", "val"), ("--train", "test"), ("--calibrate", "test")):
            predictions.write(self.path, [dataclasses.replace(self.prediction(None), split=split)])
            files = {"--train": os.devnull, "--calibrate": os.devnull, option: str(self.path)}
            arguments = ["train_classifier", "--out", str(self.path.parent), *itertools.chain(*files.items())]
            said = io.StringIO()
            with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stderr(said), self.assertRaises(SystemExit):
                train_classifier.main()
            self.assertIn(f"split {split}, which is not for", said.getvalue())

    def test_finds_that_broke_off_leave_the_file_that_was_there(self):
        def broken():
            yield self.prediction(None)
            raise KeyboardInterrupt
        self.path.write_text("before", encoding="utf-8")
        with self.assertRaises(KeyboardInterrupt):
            predictions.write(self.path, broken())
        self.assertEqual(self.path.read_text(encoding="utf-8"), "before")
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])

    def test_what_is_no_prediction_is_refused_by_file_and_line(self):
        good = {"image": "a", "kind": "built", "scene": "office", "width": 4, "height": 3, "primitives": []}
        for change, message in (({"width": 0}, "width is to be a number from 1 to 1000000, not 0"),
                                ({"width": "512"}, "width is to be a number .* not '512'"),
                                ({"height": None}, "height is to be a number .* not None"),
                                ({"image": ["a"]}, "image is to be a string, not .'a'"),
                                ({"primitives": None}, "primitives is to be an array, not None")):
            self.assert_second_line_refused(good, json.dumps(good | change), message)
        for line, message in (("[]", "a line is to be an object"), ("{}", "image is missing"), ('{"image', "Unterminated string")):
            self.assert_second_line_refused(good, line, message)

    def test_a_primitive_that_is_none_is_refused_by_its_field(self):
        good = {"image": "a", "kind": "built", "scene": "office", "width": 4, "height": 3, "primitives": []}
        cube = {"class": "cube", "probability": 0.5, "x": 1, "y": 1, "width": 1, "height": 1, "degrees": 0}
        for change, message in (({"class": "prism"}, "no geon is called 'prism'"), ({"class": 1}, "no geon is called 1"),
                                ({"probability": 93.0}, "probability is to be a number from 0 to 1, not 93.0"),
                                ({"probability": "0.9"}, "probability .* not '0.9'"), ({"probability": math.nan}, "probability .* not nan"),
                                ({"probability": True}, "probability .* not True"), ({"x": "10"}, "x .* not '10'"), ({"y": math.inf}, "y .* not inf"),
                                ({"width": -50}, "width .* not -50"), ({"height": 0}, "height .* not 0"), ({"degrees": 10**400}, "degrees .* not 1000")):
            values = list((cube | change).values())
            self.assert_second_line_refused(good, json.dumps(good | {"primitives": [list(cube.values()), values]}),
                                            f"primitives.1.: {message}")
        for other in (["cube", 1], 7, "cube"):
            self.assert_second_line_refused(good, json.dumps(good | {"primitives": [other]}), "primitives.0. is to be .class, probability, x")

    def assert_second_line_refused(self, first, second, message):
        self.path.write_text(json.dumps(first) + "\n" + second + "\n", encoding="utf-8")
        with self.assertRaisesRegex(ValueError, f"finds.jsonl, line 2: {message}"):
            predictions.read(self.path)

    def test_empty_lines_and_a_byte_order_mark_are_no_predictions_and_no_error(self):
        predictions.write(self.path, [self.prediction(None)])
        line = self.path.read_text(encoding="utf-8")
        self.path.write_text(f"\ufeff{line}\n  \n{line}\n", encoding="utf-8")
        self.assertEqual([p.image for p in predictions.read(self.path)], ["a", "a"])

    def test_what_is_no_text_is_refused_by_file(self):
        self.path.write_bytes(b"{\xff}")
        with self.assertRaisesRegex(ValueError, "finds.jsonl is no text in UTF-8: "):
            predictions.read(self.path)

    def test_another_detector_s_finds_do_not_pass_for_a_detector_s_own(self):
        with mock.patch.object(manifest, "detector_identity", return_value="d0c5 640x480"):
            evaluate.check_detector([self.prediction("d0c5 640x480"), self.prediction(None)], "models/a")
            with self.assertRaisesRegex(ValueError, "1 of 2 predictions, such as that of a, .* than models/a: run find"):
                evaluate.check_detector([self.prediction("d0c5 640x480"), self.prediction("d0c5 384x288")], "models/a")


class PairingPicturesWithPredictions(unittest.TestCase):
    def picture(self, name):
        return types.SimpleNamespace(name=name, width=640, height=480)

    def prediction(self, name):
        return predictions.PicturePrediction(name, "built", "office", 640, 480, [])

    def test_pictures_find_their_predictions_in_whatever_order(self):
        named = evaluate.by_picture([self.picture("a"), self.picture("b")], [self.prediction("b"), self.prediction("a")])
        self.assertEqual({name: found.image for name, found in named.items()}, {"a": "a", "b": "b"})

    def test_what_does_not_belong_together_is_an_error(self):
        for pictures, found, message in ((["a", "b"], ["a"], "no predictions for 1 of 2 pictures, such as b"),
                                         (["a"], ["a", "a"], "several predictions, such as a"),
                                         (["a", "a"], ["a"], "several pictures, such as a")):
            with self.assertRaisesRegex(ValueError, message):
                evaluate.by_picture([self.picture(n) for n in pictures], [self.prediction(n) for n in found])

    def test_predictions_in_other_pixels_than_the_picture_s_are_an_error(self):
        with self.assertRaisesRegex(ValueError, "1 of 2 pictures are of another size, such as that for b .1280x960, not 640x480."):
            evaluate.by_picture([self.picture("a"), self.picture("b")],
                                [self.prediction("a"), dataclasses.replace(self.prediction("b"), width=1280, height=960)])


class Calibration(unittest.TestCase):
    def test_a_set_that_is_empty_at_a_threshold_does_not_count_there(self):
        low = [Detection(0, 0.25, (10.0, 10.0, 5.0, 4.0, 0.0))]
        tensors, answers = train_classifier.calibration_set(
            [predictions.PicturePrediction("a", "built", "office", 640, 480, low),
             predictions.PicturePrediction("b", "built", "office", 640, 480, [])])
        self.assertEqual(len(answers), 1)
        self.assertEqual(float(tensors[:, features.FEATURES - 1].sum()), 1)

    def test_what_learned_from_equal_shares_is_told_the_shares_that_are_right(self):
        # Nothing in these pictures tells one answer from another: they are right as often as they occur.
        answers = torch.tensor([0] * 10 + [1] * 20 + [2] * 30 + [3] * 20 + [4] * 120)
        committee = committee_of([silent(SetClassifier(5, 16)).eval()])
        tensors = torch.zeros(len(answers), features.FEATURES, 1, features.SLOTS)
        train_classifier.calibrate(committee, tensors, answers, None)
        np.testing.assert_allclose(committee(tensors[:1]).softmax(1)[0].detach(), [0.05, 0.1, 0.15, 0.1, 0.6], atol=1e-5)

    def test_an_answer_that_does_not_occur_stays_possible(self):
        prior = train_classifier.prior_of(torch.tensor([0, 0, 1, 1, 2, 2, 3, 3]))
        self.assertTrue(np.isfinite(prior).all())
        self.assertEqual(int(prior.argmin()), 4)
        np.testing.assert_allclose(train_classifier.prior_of(torch.arange(5)), 0, atol=1e-9)

    def test_a_network_that_is_too_sure_is_made_less_so(self):
        # It says 0.95 and is right in three of four: log 3 is what it should say instead of 3.
        committee = committee_of([silent(SetClassifier(1, 16)).eval()])
        with torch.no_grad():
            committee.members[0].scene[-1].bias += 3
        tensors = torch.zeros(4, features.FEATURES, 1, features.SLOTS)
        temperature = train_classifier.calibrate(committee, tensors, torch.tensor([2, 2, 2, 0]), 2)
        self.assertAlmostEqual(float(committee(tensors[:1]).sigmoid()), 0.75, delta=0.01)
        self.assertGreater(temperature, 1.5)

    def test_without_pictures_a_committee_stays_as_it_is(self):
        committee = committee_of([SetClassifier(5, 16).eval()])
        self.assertEqual(train_classifier.calibrate(committee, *train_classifier.calibration_set([]), None), 1.0)
        self.assertIsNone(committee.prior)

    def test_an_ensemble_that_is_right_more_often_than_it_says_becomes_surer(self):
        scenes = torch.tensor([0, 1, 2, 3] * 4 + [0])
        answers = torch.cat([scenes[:-1], torch.tensor([1])])  # 16 of 17 are right
        members = [lambda tensors, scene=scene: torch.where(tensors[:, :1] == scene, 1.0, -1.0) for scene in range(4)]
        temperature = train_classifier.calibrate_together(members, scenes[:, None].float(), answers)
        logits = np.array([[1.0, -1.0, -1.0, -1.0]])
        self.assertLess(scene_infer.ensemble_shares(logits)[0, 0], 0.6)
        self.assertAlmostEqual(scene_infer.ensemble_shares(logits, temperature)[0, 0], 16 / 17, delta=0.05)

    def test_without_pictures_an_ensemble_stays_as_it_is(self):
        self.assertEqual(train_classifier.calibrate_together([], torch.zeros(0, 1), torch.zeros(0, dtype=torch.int64)), 1.0)


class EnsembleShares(unittest.TestCase):
    def test_what_adds_up_to_more_than_one_is_scaled_and_what_is_left_is_none(self):
        logits = np.array([[50.0, 50.0, -50.0, -50.0], [-50.0, 0.0, -50.0, -50.0]])
        np.testing.assert_allclose(scene_infer.ensemble_shares(logits), [[0.5, 0.5, 0, 0, 0], [0, 0.5, 0, 0, 0.5]], atol=1e-9)

    def test_a_temperature_is_that_of_a_softmax_of_their_logarithms(self):
        logits = np.log([[0.6 / 0.4, 0.1 / 0.9]])
        np.testing.assert_allclose(scene_infer.ensemble_shares(logits, 0.5), np.array([[0.36, 0.01, 0.09]]) / 0.46)


class Answers(unittest.TestCase):
    """Which scene it is, as src/inference/class_scores.cpp chooses."""

    def model(self, min_probability):
        """A classifier's folder with a network that never was trained, read back."""
        with tempfile.TemporaryDirectory() as folder:
            export.export_classifier(committee_of([SetClassifier(5, 8).eval()]).eval(), Path(folder) / "a.onnx", "scenes")
            manifest.write_classification(Path(folder), [("a.onnx", None)], "1.0.0", "A test.", "softmax-with-none", "scenes",
                                          min_probability, False)
            return scene_infer.SceneModel(folder)

    def test_a_scene_is_answered_that_is_as_probable_as_the_manifest_asks_and_as_none(self):
        for least, scenes, none, expected in ((0.3, [0.1, 0.5, 0.1, 0.1], 0.2, ("livingroom", 0.5)),
                                              (0.5, [0.1, 0.5, 0.1, 0.1], 0.2, ("livingroom", 0.5)),
                                              (0.6, [0.1, 0.5, 0.1, 0.1], 0.2, (None, 0.2)),
                                              (0.3, [0.1, 0.4, 0.1, 0.0], 0.4, ("livingroom", 0.4)),
                                              (0.3, [0.1, 0.35, 0.1, 0.0], 0.45, (None, 0.45))):
            self.assertEqual(self.model(least).answer(np.array(scenes), none), expected, (least, scenes, none))


class SaysOffice:
    """A classifier that knows nothing else."""

    def probabilities(self, detections, width, height, threshold):
        return np.array([1.0, 0, 0, 0]), 0.0

    def answer(self, scenes, none):
        return "office", 1.0


if __name__ == "__main__":
    unittest.main()
