# SPDX-License-Identifier: MIT
"""Starts a run from the checkpoint of a shallower detector, without losing what it learned.

    python3 -m geond_training.grow --checkpoint FILE.pt --run FOLDER [--size standard]

A block that is new has nothing but zeros behind it where its stage joins (as in Net2Net, Chen et al. 2016), so
the grown network answers exactly as the old one did, and each new block begins to count as it learns.
Writes last.pt into the run's folder, from which geond_training.train goes on at step 0; one that is there is kept,
and is an error.
"""

import argparse
from pathlib import Path

import torch

from . import network, train, whole_file


def grown_state(old, new):
    """`new` (a state dict of a deeper network) with the tensors of `old`; joints are widened with zeros.

    Raises ValueError, which names the tensor, where the two differ in more than depth.
    """
    missing = [name for name in old if name not in new]
    if missing:
        raise ValueError(f"{missing[0]} is not in the new network: it must be deeper, not another")
    grown = {}
    for name, value in new.items():
        kept = old.get(name)
        if kept is None or kept.shape == value.shape:
            grown[name] = value.clone() if kept is None else kept.to(value.dtype)
            continue
        if kept.dim() != 4 or kept.shape[0] != value.shape[0] or kept.shape[1] > value.shape[1]:
            raise ValueError(f"{name} is {tuple(kept.shape)}, the new network wants {tuple(value.shape)}")
        grown[name] = torch.zeros_like(value)
        grown[name][:, :kept.shape[1]] = kept
    return grown


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--size", choices=network.SIZES, default="standard")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    run = Path(options.run)
    if (run / "last.pt").exists():
        parser.error(f"{run / 'last.pt'} is there already: name another folder, or remove it")
    torch.manual_seed(options.seed)
    model = network.Detector(options.size)
    old = torch.load(options.checkpoint, map_location="cpu")["average"]
    model.load_state_dict(grown_state(old, model.state_dict()))
    state = model.state_dict()
    run.mkdir(parents=True, exist_ok=True)
    with whole_file.replacing(run / "last.pt") as path:
        torch.save({"size": options.size, "model": state, "average": state,
                    "optimiser": train.make_optimiser(model).state_dict(), "progress": vars(train.Progress())}, path)


if __name__ == "__main__":
    main()
