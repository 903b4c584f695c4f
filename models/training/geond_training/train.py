# SPDX-License-Identifier: MIT
"""Trains a detector; resumable, seeded, on CPU or CUDA.

    python3 -m geond_training.train --data FOLDER... --run FOLDER --samples 300000
        [--size standard|small] [--device cuda] [--init FILE.onnx] [--minutes 9]

Writes into the run's folder: last.pt (checkpoint: weights, their average, optimiser, progress),
log.jsonl (a line every LOG_EVERY steps and at the end) and curve.svg. A run that is started again goes on,
with the numbers that it would have drawn; one that meets --minutes stops early with its checkpoint, its schedule unchanged.
"""

import argparse
import copy
import itertools
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from . import augment, dataset, network, plots, whole_file
from .loss import detection_loss
from .store import Store

PEAK_RATE, WEIGHT_DECAY = 2e-3, 0.02
CLIP_NORM = 10.0
LOG_EVERY, SAVE_EVERY = 25, 25
KIND_SHARES = {"loose": 0.34, "built": 0.34, "furnished": 0.32}
EARLY_SIZES = (((256, 192), (0.5, 1.2)), ((320, 256), (0.55, 1.4)), ((384, 288), (0.65, 1.5)))
LATE_SIZES = (((384, 288), (0.65, 1.5)), ((512, 384), (0.8, 1.6)), ((640, 480), (1.0, 1.6)),
              ((640, 480), (1.0, 1.6)), ((768, 576), (1.1, 1.7)))


@dataclass
class Progress:
    """Where a run stands: steps and samples done, and sums of the losses over the steps since the last log line."""

    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    sums: list = field(default_factory=lambda: [0.0] * 4)
    summed: int = 0

    @classmethod
    def of(cls, kept):
        """From a checkpoint's dict; one without `summed` has only been logged every LOG_EVERY steps and when complete."""
        return cls(**{"summed": kept["step"] % LOG_EVERY if any(kept["sums"]) else 0} | kept)


class PictureDrawer:
    """Draws pictures by kind, with the shares of KIND_SHARES among the kinds that are there."""

    def __init__(self, data, device):
        self._by_kind = {kind: torch.tensor([i for i, k in enumerate(data.kinds) if k == kind], device=device)
                         for kind in KIND_SHARES}
        present = [kind for kind, indices in self._by_kind.items() if len(indices)]
        total = sum(KIND_SHARES[kind] for kind in present)
        self._kinds = present
        self._shares = torch.tensor([KIND_SHARES[kind] / total for kind in present])
        self._device = device

    def draw(self, count):
        """(int64 indices, bool loose) of `count` pictures."""
        kinds = torch.multinomial(self._shares, count, replacement=True).tolist()
        indices = [self._by_kind[self._kinds[k]] for k in kinds]
        chosen = torch.stack([pool[torch.randint(len(pool), ())] for pool in indices])
        loose = torch.tensor([self._kinds[k] == "loose" for k in kinds], device=self._device)
        return chosen, loose


def learning_rate(share_done, step, peak):
    """Linear warm-up over 100 steps, then half a cosine down to a hundredth."""
    return peak * min(1, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share_done)))


def make_optimiser(model):
    """AdamW; biases and norms are not decayed."""
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return torch.optim.AdamW([{"params": decayed, "weight_decay": WEIGHT_DECAY},
                              {"params": others, "weight_decay": 0.0}], lr=PEAK_RATE)


@torch.no_grad()
def update_average(average, model, step, limit=0.9995):
    """Exponential moving average of weights and statistics, quick to follow at first."""
    decay = min(limit, (1 + step) / (20 + step))
    for kept, value in zip(average.state_dict().values(), model.state_dict().values()):
        if kept.dtype.is_floating_point:
            kept.lerp_(value, 1 - decay)
        else:
            kept.copy_(value)


def multiplies_bfloat16(device):
    """Whether the device has instructions for bfloat16, which make training up to twice as quick."""
    if device.type == "cuda":
        # PyTorch counts what it emulates, too: the instructions come with compute capability 8.
        return torch.cuda.is_bf16_supported() and torch.cuda.get_device_capability(device) >= (8, 0)
    about = Path("/proc/cpuinfo")
    return about.exists() and bool({"avx512_bf16", "amx_bf16"} & set(about.read_text(encoding="utf-8").split()))


def random_states(device):
    """The states of the generators that a run draws from, as tensors by the name of the kind of device."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def set_random_states(states, device):
    """Undoes random_states(), as far as the device is of the same kind."""
    torch.set_rng_state(states["cpu"].cpu())
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"].cpu(), device)


def _logged_step(line):
    """The step of a line of log.jsonl; infinity of one that was not written to its end."""
    try:
        return json.loads(line)["step"]
    except ValueError:
        return math.inf


class Run:
    """A training run over dataset.Pictures: everything that a checkpoint keeps."""

    def __init__(self, options, pictures):
        self.options = options
        self.device = torch.device(options.device)
        self.bfloat16 = multiplies_bfloat16(self.device)
        self.folder = Path(options.run)
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(options.seed)
        self.data = Store(pictures, self.device, options.threads, self.folder)
        self.drawer = PictureDrawer(self.data, self.device)
        self.model = network.Detector(options.size).to(self.device, memory_format=torch.channels_last)
        self.progress = Progress()
        checkpoint = self._checkpoint()
        if checkpoint is None and options.init:
            self._adopt(options.init)
        self.average = copy.deepcopy(self.model).eval()
        self.optimiser = make_optimiser(self.model)
        if checkpoint is not None:
            self._restore(checkpoint)
        self._cut_log()

    def _checkpoint(self):
        path = self.folder / "last.pt"
        return torch.load(path, map_location=self.device) if path.exists() else None

    def _adopt(self, path):
        indices, loose = self.drawer.draw(32)
        batch = augment.make_batch(self.data, indices, loose, (256, 192), (0.42, 1.0))
        network.adopt_onnx(self.model, path, batch.pictures)

    def _restore(self, checkpoint):
        self.model.load_state_dict(checkpoint["model"])
        self.average.load_state_dict(checkpoint["average"])
        self.optimiser.load_state_dict(checkpoint["optimiser"])
        self.progress = Progress.of(checkpoint["progress"])
        if "random" in checkpoint:
            set_random_states(checkpoint["random"], self.device)
        else:
            torch.manual_seed(self.options.seed + self.progress.step)

    def _cut_log(self):
        """Takes the lines out of log.jsonl that a run wrote which died before its next checkpoint: they will come again."""
        path = self.folder / "log.jsonl"
        written = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = list(itertools.takewhile(lambda line: _logged_step(line) <= self.progress.step, written))
        if len(kept) < len(written):
            with whole_file.replacing(path) as partial:
                partial.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")

    def save(self):
        """Writes last.pt, so that a crash leaves either the old one or the new one."""
        with whole_file.replacing(self.folder / "last.pt") as path:
            torch.save({"size": self.options.size, "model": self.model.state_dict(),
                        "average": self.average.state_dict(), "optimiser": self.optimiser.state_dict(),
                        "progress": vars(self.progress), "random": random_states(self.device)}, path)

    def _sample_size(self, share_done):
        sizes = EARLY_SIZES if share_done < self.options.late_from else LATE_SIZES
        return sizes[int(torch.randint(len(sizes), ()))]

    def step(self, share_done):
        """One update; returns the four losses."""
        output_size, scale_range = self._sample_size(share_done)
        indices, loose = self.drawer.draw(self.options.batch)
        batch = augment.make_batch(self.data, indices, loose, output_size, scale_range)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(share_done, self.progress.step, self.options.rate)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            outputs = self.model(batch.pictures.contiguous(memory_format=torch.channels_last))
        losses = detection_loss(outputs, batch.truth, batch.truth_valid, batch.ignored, batch.ignored_valid,
                                batch.mask)
        self.optimiser.zero_grad(set_to_none=True)
        losses[0].backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP_NORM)
        self.optimiser.step()
        self.progress.step += 1
        self.progress.samples += self.options.batch
        update_average(self.average, self.model, self.progress.step)
        return losses

    def log(self):
        """Appends a line to log.jsonl and starts the sums anew; no line where nothing was summed."""
        progress = self.progress
        names = ("loss", "classes", "iou", "l1")
        if progress.summed == 0:
            return
        rate = self.optimiser.param_groups[0]["lr"]
        line = {"step": progress.step, "samples": progress.samples, "seconds": round(progress.seconds, 1),
                "rate": rate} | {n: round(s / progress.summed, 4) for n, s in zip(names, progress.sums)}
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        print(line, flush=True)
        progress.sums, progress.summed = [0.0] * 4, 0

    def train(self):
        """Trains until the samples are seen or the minutes are up; returns whether it is complete."""
        started, before = time.monotonic(), self.progress.seconds
        while self.progress.samples < self.options.samples:
            losses = self.step(self.progress.samples / self.options.samples)
            self.progress.sums = [s + float(v) for s, v in zip(self.progress.sums, losses)]
            self.progress.summed += 1
            self.progress.seconds = before + time.monotonic() - started
            if self.progress.step % LOG_EVERY == 0:
                self.log()
            if self.progress.step % SAVE_EVERY == 0:
                self.save()
            if time.monotonic() - started > self.options.minutes * 60:
                break
        self.log()
        (self.folder / "log.jsonl").touch()
        self.save()
        plots.training_curve(self.folder / "log.jsonl", self.folder / "curve.svg")
        return self.progress.samples >= self.options.samples


def parse_options():
    """(parser, options) of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="*", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--samples", type=int, default=500000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--size", choices=network.SIZES, default="standard")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--init", help="an exported detector of the same size to start from")
    parser.add_argument("--rate", type=float, default=PEAK_RATE)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--late-from", type=float, default=0.66,
                        help="share of the run after which samples are full size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser, parser.parse_args()


def main():
    parser, options = parse_options()
    torch.set_num_threads(options.threads)
    pictures = dataset.pictures_or_exit(parser, options.data, "train")
    try:
        run = Run(options, pictures)
    except ValueError as error:
        parser.error(str(error))
    print(f"{len(run.data)} pictures, from step {run.progress.step}", flush=True)
    print("complete" if run.train() else "stopped early", flush=True)


if __name__ == "__main__":
    main()
