# SPDX-License-Identifier: MIT
"""Trains both scene classifiers on what a detector found, calibrates them, and writes their folders.

    python3 -m geond_training.train_classifier --train FINDS.jsonl --calibrate FINDS.jsonl
        --out models [--steps 6000] [--members 3] [--version 1.0.0] [--init models [--init-share 0.3]]

The multi-class classifier answers with five logits (the scenes and `none`); the ensemble is a binary
classifier a scene. Each is a committee of networks that differ in their seeds, and calibrated by a
temperature (Guo et al. 2017) on pictures set aside. The ensemble has one more for what its committees
answer together, which is too unsure when each is calibrated by itself. With --init each network goes on
from a member of the committees in that folder, at a lower rate, instead of from nothing; --init-share
ships weights from between those before and after, which carry over to other pictures better (Wortsman et
al. 2022).
"""

import argparse
import copy
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from . import blend, export, manifest, predictions, scene_sets
from .classifier import SetClassifier, committee_of
from .features import FEATURES, SLOTS
from .scene_infer import ensemble_shares
from .vocabulary import REJECT, SCENES

CALIBRATION_THRESHOLDS = (0.2, 0.35, 0.5)
ANSWERS = SCENES + (REJECT,)
MIN_PROBABILITY = 0.3
"""Below this the answer is no scene: of five answers, a fifth is a guess."""
PEAK_RATE = 3e-3
GOING_ON_RATE = 1e-3
"""The peak for networks that already know something, which a higher one would make them forget."""
TEMPERATURES = np.exp(np.linspace(-1.2, 1.2, 97))
LEAST_SHARE = 1e-4
"""What an answer that an ensemble gives no probability at all counts with: its `none` is exactly 0 where the others add up to one."""
MULTICLASS_WIDTH, MEMBER_WIDTH = 128, 64
"""Narrower ones learn less: with 48 the macro-F1 in layouts that neither network knows was 0.73, with 128 0.77."""


class SceneSamples:
    """Detections by scene, drawn with equal shares and changed anew each time."""

    def __init__(self, pictures, seed, empty_share=0.03):
        self._generator = np.random.default_rng(seed)
        self._by_answer = [[(scene_sets.as_array(p), scene_sets.half_extents(p)) for p in pictures if p.scene == name]
                           for name in ANSWERS]
        self._present = [index for index, sets in enumerate(self._by_answer) if sets]
        self._empty_share = empty_share

    def batch(self, size):
        """(float32 Bx13x1x64, int64 B)."""
        tensors, answers = [], []
        for _ in range(size):
            answer = int(self._generator.choice(self._present))
            sets = self._by_answer[answer]
            rows = scene_sets.augmented(*sets[self._generator.integers(len(sets))], self._generator)
            if self._generator.random() < self._empty_share:
                rows = rows[:self._generator.integers(0, 3)]
            if len(rows) == 0:
                answer = ANSWERS.index(REJECT)
            tensors.append(scene_sets.encode(rows))
            answers.append(answer)
        return torch.from_numpy(np.stack(tensors)), torch.tensor(answers)


def targets_for(answers, scene):
    """The binary target of an ensemble's member, or the answers themselves where scene is None."""
    return answers if scene is None else (answers == scene).float()[:, None]


def loss_for(logits, answers, scene, smoothing=0.05):
    """Cross entropy with label smoothing for either kind of network."""
    if scene is None:
        return functional.cross_entropy(logits, answers, label_smoothing=smoothing)
    target = targets_for(answers, scene) * (1 - smoothing) + smoothing / 2
    return functional.binary_cross_entropy_with_logits(logits, target)


class Learner:
    """A network in training: `scene` is an ensemble member's index, None for the multi-class network.

    It goes on from `start`, a SetClassifier, or begins from nothing where that is None.
    """

    def __init__(self, scene, steps, start=None):
        self.scene = scene
        rate = PEAK_RATE if start is None else GOING_ON_RATE
        self._start = start
        self.model = copy.deepcopy(start) or SetClassifier(len(ANSWERS) if scene is None else 1,
                                                           MULTICLASS_WIDTH if scene is None else MEMBER_WIDTH)
        self._optimiser = torch.optim.AdamW(self.model.parameters(), rate, weight_decay=0.02)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(self._optimiser, rate, total_steps=steps, pct_start=0.1)

    def step(self, tensors, answers):
        loss = loss_for(self.model(tensors), answers, self.scene)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._optimiser.step()
        self._schedule.step()

    @torch.no_grad()
    def learned(self, start_share):
        """The network, with weights `start_share` (0 to 1) of the way back to those that it went on from."""
        if self._start is not None:
            for after, before in zip(self.model.parameters(), self._start.parameters()):
                after.lerp_(before, start_share)
        return self.model.eval()


def fit(pictures, steps, seed, starts, start_share):
    """One member of each committee, on the same endless samples: the multi-class network, then one a scene.

    `starts` are the networks they go on from, in that order, each of them None where it begins from nothing.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    samples = SceneSamples(pictures, seed)
    learners = [Learner(scene, steps, start) for scene, start in zip((None, *range(len(SCENES))), starts)]
    for _ in range(steps):
        tensors, answers = samples.batch(64)
        for learner in learners:
            learner.step(tensors, answers)
    return [learner.learned(start_share) for learner in learners]


def read_committees(folder):
    """The members of both models' committees in the models folder, in the order that `fit` learns them in."""
    files = [folder / "scene-classifier" / "scene-classifier.onnx",
             *(folder / "scene-ensemble" / f"{name}.onnx" for name in SCENES)]
    return [export.read_committee(file) for file in files]


def fit_committees(pictures, steps, seeds, jobs, init=None, init_share=0.0):
    """The committees of `fit` with each of the seeds, `jobs` at a time; going on from those in the folder `init`,
    and moved `init_share` of the way back to them."""
    known = read_committees(init) if init else [[None]] * (1 + len(SCENES))
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        runs = []
        for index, seed in enumerate(seeds):
            starts = [members[index % len(members)] for members in known]
            runs.append(pool.submit(fit, pictures, steps, seed, starts, init_share))
        return [committee_of(members).eval() for members in zip(*(run.result() for run in runs))]


def calibration_set(pictures):
    """Every picture at each of CALIBRATION_THRESHOLDS at which something is found, unchanged: (tensors, answers).

    Where nothing is found the answer is "none" without a network.
    """
    tensors, answers = [], []
    for picture in pictures:
        rows = scene_sets.as_array(picture)
        for threshold in CALIBRATION_THRESHOLDS:
            kept = rows[rows[:, scene_sets.PROBABILITY] >= threshold]
            if len(kept):
                tensors.append(scene_sets.encode(kept))
                answers.append(ANSWERS.index(picture.scene))
    stacked = np.stack(tensors) if tensors else np.zeros((0, FEATURES, 1, SLOTS), np.float32)
    return torch.from_numpy(stacked), torch.tensor(answers, dtype=torch.int64)


def prior_of(answers):
    """What turns logits learned from equal shares of all answers into logits for their shares in `answers` (Saerens et
    al. 2002): a logarithm for each, 0 where the share is equal. An answer that does not occur counts as half a one.
    """
    counts = np.maximum(np.bincount(answers, minlength=len(ANSWERS)), 0.5)
    return np.log(counts / counts.mean())


def calibrate(model, tensors, answers, scene):
    """Divides the logits of a committee by the temperature of least negative log likelihood, and returns that.

    The multi-class network is told first how often each answer is right where it is calibrated: it learned from equal
    shares of them. The members of an ensemble are not, since "none" is what they leave of the whole (see NOTES.md).
    Without pictures to calibrate on, the temperature is 1 and nothing is told.
    """
    if len(answers) == 0:
        return 1.0
    prior = prior_of(answers) if scene is None else np.zeros(1)
    with torch.no_grad():
        logits, shift = model(tensors), torch.tensor(prior, dtype=torch.float32)
        best = _best_temperature(lambda temperature: float(loss_for(logits / temperature + shift, answers, scene, smoothing=0.0)))
    model.divide(best)
    if scene is None:
        model.expect(prior)
    return best


def calibrate_together(members, tensors, answers):
    """The temperature of least negative log likelihood for what an ensemble's committees answer together
    (scene_infer.ensemble_shares); 1 without pictures to calibrate on."""
    if len(answers) == 0:
        return 1.0
    with torch.no_grad():
        logits = np.concatenate([member(tensors).numpy() for member in members], axis=1).astype(np.float64)
    chosen = np.arange(len(answers)), answers.numpy()

    def loss(temperature):
        return -np.log(np.maximum(ensemble_shares(logits, temperature)[chosen], LEAST_SHARE)).mean()
    return _best_temperature(loss)


def _best_temperature(loss):
    return float(min(TEMPERATURES, key=loss))


def write_multiclass(model, folder, version):
    """models/scene-classifier: one committee, softmax with `none`."""
    folder.mkdir(parents=True, exist_ok=True)
    export.export_classifier(model, folder / "scene-classifier.onnx", "scenes")
    manifest.write_classification(
        folder, [("scene-classifier.onnx", None)], version,
        "Scene from a set of geons: networks (DeepSets) that may also answer 'none of these'.",
        "softmax-with-none", "scenes", MIN_PROBABILITY, True)


def write_ensemble(members, folder, version, temperature):
    """models/scene-ensemble: a binary committee a scene, and the temperature of what they answer together."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, model in zip(SCENES, members):
        export.export_classifier(model, folder / f"{name}.onnx", "scene")
        files.append((f"{name}.onnx", name))
    manifest.write_classification(
        folder, files, version, "Scene from a set of geons: binary networks (DeepSets) for each scene.",
        "binary-ensemble", "scene", MIN_PROBABILITY, False, temperature)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--calibrate", nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--members", type=int, default=3, help="networks a committee")
    parser.add_argument("--seed", type=int, default=1, help="of the first member; the next ones count on")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--init", type=Path, help="a models folder whose classifiers to go on from")
    parser.add_argument("--init-share", type=blend.share, default=0.0,
                        help="0 to 1: how far the weights move back towards those of --init")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    pictures = predictions.read_all_or_exit(parser, options.train, "learning (--train)", ("val", "test"))
    tensors, answers = calibration_set(
        predictions.read_all_or_exit(parser, options.calibrate, "calibrating (--calibrate)", ("test",)))
    seeds = range(options.seed, options.seed + options.members)
    models = fit_committees(pictures, options.steps, seeds, options.threads, options.init, options.init_share)
    for scene, model in zip((None, *range(len(SCENES))), models):
        temperature = calibrate(model, tensors, answers, scene)
        print(f"{'all scenes' if scene is None else SCENES[scene]}: temperature {temperature:.2f}", flush=True)
    together = calibrate_together(models[1:], tensors, answers)
    print(f"ensemble together: temperature {together:.2f}", flush=True)
    write_multiclass(models[0], options.out / "scene-classifier", options.version)
    write_ensemble(models[1:], options.out / "scene-ensemble", options.version, together)


if __name__ == "__main__":
    main()
