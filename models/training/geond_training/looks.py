# SPDX-License-Identifier: MIT
"""What cameras and files do to the colours of samples: drawn as numbers, then shown by tensors or by OpenCV.

A GPU shows a whole batch with tensors; a processor shows sample by sample with OpenCV, which is five times as
quick there. Both read the same Looks, so that what is learned does not depend on the machine
(tests/test_looks.py compares them).
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import cv2
import numpy as np
import torch
from torch.nn import functional

BLUR_RADIUS = 3
BLURRED, SHARPENED, NOISY, COMPRESSED, INVERTED = 0.3, 0.3, 0.5, 0.4, 0.02
"""Shares of the samples that each is done to."""
COARSEST_STEP, FINEST_STEP = 0.09, 0.01
"""Of a JPEG's lowest coefficients, in units of white; 0.01 is a quality of 92, 0.09 one of 35."""
FIRST_JPEG_STEP = 16 / 255
"""Of the first coefficient at quality 50, in units of white (ITU-T T.81, annex K)."""
TO_YIQ = ((0.114, 0.587, 0.299), (-0.322, -0.274, 0.596), (0.312, -0.523, 0.211))
"""From blue, green, red."""


@dataclass
class Looks:
    """How N samples look, all tensors of floats; 0 for what is not done to a sample.

    `colours` (Nx3x3) turns hues and scales chroma, `gamma` (N) follows, then `contrast` and `brightness`
    around the mean, `balance` (Nx3) of the channels and light that changes by `fall_off` (Nx2, downwards
    and across) from the middle to the edge; `blur` and `sharpen_blur` are sigmas in pixels,
    `sharpen` an amount, `noise` a standard deviation, `step` a JPEG's, `inverted` 0 or 1, `seed` the noise's.
    """

    colours: torch.Tensor
    gamma: torch.Tensor
    contrast: torch.Tensor
    brightness: torch.Tensor
    balance: torch.Tensor
    fall_off: torch.Tensor
    blur: torch.Tensor
    sharpen_blur: torch.Tensor
    sharpen: torch.Tensor
    noise: torch.Tensor
    step: torch.Tensor
    inverted: torch.Tensor
    seed: torch.Tensor

    def __getitem__(self, chosen):
        return Looks(*(getattr(self, f.name)[chosen] for f in fields(self)))

    def to(self, device):
        """The same on another device."""
        return Looks(*(getattr(self, f.name).to(device) for f in fields(self)))


def _between(low, high, *shape):
    """Floats in [low, high)."""
    return torch.rand(*shape) * (high - low) + low


def _on_some(share, values):
    return torch.where(torch.rand(len(values)) < share, values, torch.zeros_like(values))


def _draw_colours(count):
    """Nx3x3 matrices on BGR that scale chroma and turn hue in YIQ space."""
    strong = torch.rand(count) < 0.35
    chroma = torch.where(strong, _between(0, 2, count), _between(0.7, 1.5, count))
    turn = _on_some(0.35, _between(-1, 1, count).pow(3) * math.pi)
    cosine, sine = chroma * torch.cos(turn), chroma * torch.sin(turn)
    one, zero = torch.ones_like(turn), torch.zeros_like(turn)
    change = torch.stack([torch.stack([one, zero, zero], -1), torch.stack([zero, cosine, -sine], -1),
                          torch.stack([zero, sine, cosine], -1)], -2)
    to_yiq = torch.tensor(TO_YIQ)
    return torch.linalg.inv(to_yiq) @ change @ to_yiq


def draw_looks(count):
    """Looks of `count` samples, on the processor."""
    return Looks(
        colours=_draw_colours(count),
        gamma=torch.exp(torch.randn(count) * 0.3),
        contrast=_between(0.6, 1.6, count),
        brightness=_between(0.6, 1.4, count),
        balance=_between(0.8, 1.2, count, 3),
        fall_off=_between(-0.25, 0.25, count, 2),
        blur=_on_some(BLURRED, _between(0.3, 1.5, count)),
        sharpen_blur=_between(0.3, 1.5, count),
        sharpen=_on_some(SHARPENED, _between(0.3, 1.3, count)),
        noise=_on_some(NOISY, _between(0.003, 0.05, count)),
        step=_on_some(COMPRESSED, _between(FINEST_STEP, COARSEST_STEP, count)),
        inverted=_on_some(INVERTED, torch.ones(count)),
        seed=torch.randint(1, 2 ** 31 - 1, (count,)))


def show(pictures, looks):
    """uint8 Nx3xHxW (BGR; H, W multiples of 8) as its looks have it: float32 in [0, 1] on the same device."""
    if pictures.device.type == "cpu":
        return show_each(pictures, looks)
    return show_together(pictures, looks.to(pictures.device))


def show_each(pictures, looks):
    """show() one by one with OpenCV, on as many threads as torch uses."""
    shown = np.empty(tuple(pictures.shape), np.uint8)

    def work(index):
        picture = cv2.merge([plane.numpy() for plane in pictures[index]])
        cv2.split(_shown(picture, looks[index]), list(shown[index]))

    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        list(pool.map(work, range(len(pictures))))
    return torch.from_numpy(shown).float().div_(255)


def _shown(picture, look):
    """One uint8 HxWx3 picture as its look (Looks of one) has it."""
    x = _exposed(cv2.transform(picture, look.colours.numpy()), look)
    if look.blur > 0:
        x = _gaussian(x, look.blur)
    if look.sharpen > 0:
        amount = float(look.sharpen)
        x = cv2.addWeighted(x, 1 + amount, _gaussian(x, look.sharpen_blur), -amount, 0)
    if look.noise > 0:
        cv2.setRNGSeed(int(look.seed))  # each thread has a generator of its own
        x = cv2.add(x, cv2.randn(np.empty_like(x), (0, 0, 0), (255 * float(look.noise),) * 3))
    x = cv2.add(x, (0, 0, 0, 0), dtype=cv2.CV_8U)
    if look.step > 0:
        coded = cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, jpeg_quality(float(look.step))])[1]
        x = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return cv2.bitwise_not(x) if look.inverted > 0 else x


def _exposed(picture, look):
    """float32 HxWx3 in 0..255 (and beyond) from uint8."""
    curve = 255 * (np.arange(256, dtype=np.float64) / 255).clip(1e-4) ** float(look.gamma)
    histograms = [cv2.calcHist([picture], [channel], None, [256], [0, 256])[:, 0] for channel in range(3)]
    mean = sum(float(h @ curve) for h in histograms) / picture.size
    curve = (curve - mean) * float(look.contrast) + mean * float(look.brightness)
    table = (curve[None, :, None] * look.balance.double().numpy()).astype(np.float32)
    height, width = picture.shape[:2]
    down, across = look.fall_off.numpy()
    light = 1 + np.linspace(-down, down, height, dtype=np.float32)[:, None] + np.linspace(
        -across, across, width, dtype=np.float32)[None]
    return cv2.multiply(cv2.LUT(picture, table), cv2.merge([light] * 3))


def _gaussian(x, sigma):
    side = 2 * BLUR_RADIUS + 1
    return cv2.GaussianBlur(x, (side, side), float(sigma))


def jpeg_quality(step):
    """The quality (0 to 100) whose first coefficient has this step, in units of white (as libjpeg scales its tables)."""
    percent = 100 * step / FIRST_JPEG_STEP
    return round(5000 / percent if percent > 100 else (200 - percent) / 2)


def show_together(pictures, looks):
    """show() with tensors, on any device."""
    x = (looks.colours @ (pictures.float() / 255).flatten(2)).reshape(pictures.shape)
    x = _exposed_together(x, looks)
    x = _where(looks.blur > 0, x, looks, lambda y, look: _blurred(y, look.blur))
    x = _where(looks.sharpen > 0, x, looks,
               lambda y, look: y + (y - _blurred(y, look.sharpen_blur)) * look.sharpen[:, None, None, None])
    x = _where(looks.noise > 0, x, looks, lambda y, look: y + torch.randn_like(y) * look.noise[:, None, None, None])
    x = _where(looks.step > 0, x.clamp(0, 1), looks, _block_artefacts)
    return _where(looks.inverted > 0, x, looks, lambda y, _: 1 - y).clamp(0, 1)


def _where(chosen, x, looks, change):
    """`x` with change(samples, their looks) done to the chosen ones."""
    if not chosen.any():
        return x
    return x.index_put((chosen.nonzero()[:, 0],), change(x[chosen], looks[chosen]))


def _exposed_together(x, looks):
    def each(values):
        return values.reshape(len(x), -1, 1, 1)

    x = x.clamp(1e-4, 1) ** each(looks.gamma)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = ((x - mean) * each(looks.contrast) + mean * each(looks.brightness)) * each(looks.balance)
    down = torch.linspace(-1, 1, x.shape[2], device=x.device).reshape(1, 1, -1, 1)
    across = torch.linspace(-1, 1, x.shape[3], device=x.device).reshape(1, 1, 1, -1)
    return x * (1 + down * each(looks.fall_off[:, 0]) + across * each(looks.fall_off[:, 1]))


def _blurred(x, sigma):
    """Gaussian blur with a sigma of its own for each sample."""
    count = len(x)
    offsets = torch.arange(-BLUR_RADIUS, BLUR_RADIUS + 1, device=x.device)
    kernel = torch.exp(-offsets ** 2 / (2 * sigma[:, None] ** 2))
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)
    flat = functional.pad(x.reshape(1, count * 3, *x.shape[2:]), [BLUR_RADIUS] * 4, mode="reflect")
    blurred = functional.conv2d(flat, kernel[:, None, :, None], groups=count * 3)
    return functional.conv2d(blurred, kernel[:, None, None, :], groups=count * 3).reshape(x.shape)


def _cosine_basis(device):
    k = torch.arange(8, device=device, dtype=torch.float32)
    basis = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) / 2
    basis[0] /= math.sqrt(2)
    return basis


def _block_artefacts(x, looks):
    """What JPEG does to each 8x8 block: coefficients rounded, coarser for high frequencies."""
    (count, _, height, width), device = x.shape, x.device
    basis = _cosine_basis(device)
    blocks = x.reshape(count, 3, height // 8, 8, width // 8, 8).permute(0, 1, 2, 4, 3, 5)
    coefficients = basis @ blocks @ basis.T
    index = torch.arange(8, device=device, dtype=torch.float32)
    table = 1 + index[:, None] + index[None]
    step = table * looks.step.reshape(-1, 1, 1, 1, 1, 1)
    rounded = basis.T @ (torch.round(coefficients / step) * step) @ basis
    return rounded.permute(0, 1, 2, 4, 3, 5).reshape(x.shape)
