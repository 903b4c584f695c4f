# SPDX-License-Identifier: MIT
"""Scene classifiers over sets of primitives, after DeepSets (Zaheer et al. 2017).

A shared network maps each primitive to a vector, pooling joins the vectors, a second network reads
the scene from the pooled one. The first network has no bias: an unused slot, all zeros, stays zero
through every layer, so neither pooling needs a mask, and the features' own constant 1 takes the
bias's part. A committee of such networks, each from a start of its own, errs less than any of them
(Lakshminarayanan et al. 2017). Only 1x1 convolutions, ReLU, pooling and sums: what OpenCV 4.6 runs.
"""

import copy

import torch
from torch import nn

from .features import CENTRE_X, FEATURES, SINE, SLOTS
from .vocabulary import SCENES

AVERAGE_SCALE = 4.0
"""The average runs over all 64 slots, so it also tells how many there are; scaled to about 1."""


class SetClassifier(nn.Module):
    """float32 Nx13x1x64 (layout primitives-v1) -> NxK logits; the order of slots does not matter."""

    def __init__(self, outputs=len(SCENES) + 1, width=48, dropout=0.1):
        super().__init__()
        self.primitive = nn.Sequential(
            nn.Conv2d(FEATURES, width, 1, bias=False), nn.ReLU(),
            nn.Conv2d(width, width, 1, bias=False), nn.ReLU(),
            nn.Conv2d(width, width, 1, bias=False), nn.ReLU())
        self.largest = nn.MaxPool2d((1, SLOTS))
        self.average = nn.AvgPool2d((1, SLOTS))
        self.scene = nn.Sequential(
            nn.Conv2d(2 * width, width, 1), nn.ReLU(), nn.Dropout(dropout), nn.Conv2d(width, outputs, 1))

    def pooled(self, primitives):
        vectors = self.primitive(primitives)
        return torch.cat([self.largest(vectors), self.average(vectors) * AVERAGE_SCALE], 1)

    def forward(self, primitives):
        return self.scene(self.pooled(primitives)).flatten(1)


def mirrored(member):
    """A copy that answers to a set as `member` does to its mirror image.

    Of the features only x and sin 2t change their sign there, and the first layer is linear in them.
    """
    twin = copy.deepcopy(member)
    with torch.no_grad():
        twin.primitive[0].weight[:, [CENTRE_X, SINE]] *= -1
    return twin


class Committee(nn.Module):
    """Set classifiers and their mirrored twins, whose logits are summed; `committee_of` makes the sum their mean.

    With the twins a picture and its mirror image have the same answer, which is a little better than either.
    What `expect` was told is added to the sum.
    """

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)
        self.mirrored = nn.ModuleList(mirrored(member) for member in members)
        self.register_buffer("prior", None)

    def _all(self):
        return [*self.members, *self.mirrored]

    def forward(self, primitives):
        first, *others = self._all()
        logits = first(primitives)
        for member in others:
            logits = logits + member(primitives)
        return logits if self.prior is None else logits + self.prior

    def expect(self, prior):
        """Adds `prior`, a float for each answer, to the logits from now on.

        It is no part of any member: networks that go on from this committee begin without it.
        """
        self.prior = torch.as_tensor(prior, dtype=torch.float32)[None]
        return self

    def divide(self, divisor):
        """Divides all logits but the prior, in the last layers, so that nothing is left to do when they are exported."""
        with torch.no_grad():
            for member in self._all():
                member.scene[-1].weight.div_(divisor)
                member.scene[-1].bias.div_(divisor)
        return self


def committee_of(members):
    """The Committee of these networks, which it takes over: the last layers are divided by the number of all of its networks."""
    committee = Committee(members)
    return committee.divide(len(committee.members) + len(committee.mirrored))
