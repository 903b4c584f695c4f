# SPDX-License-Identifier: MIT
"""Looks: what is drawn stays in range, and OpenCV shows what tensors show."""

import dataclasses
import unittest

import cv2
import numpy as np
import torch

from geond_training import looks

SAMPLES, HEIGHT, WIDTH = 12, 64, 96


def pictures():
    """Smooth pictures with some texture, uint8 Nx3xHxW."""
    generator = np.random.default_rng(4)
    coarse = generator.integers(40, 215, (SAMPLES, HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8)
    whole = [cv2.resize(one, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for one in coarse]
    return torch.from_numpy(np.stack(whole).transpose(0, 3, 1, 2).copy())


def as_taken():
    """Looks that change nothing."""
    one, zero = torch.ones(SAMPLES), torch.zeros(SAMPLES)
    return looks.Looks(colours=torch.eye(3).repeat(SAMPLES, 1, 1), gamma=one, contrast=one, brightness=one,
                       balance=torch.ones(SAMPLES, 3), fall_off=torch.zeros(SAMPLES, 2), blur=zero, sharpen_blur=one,
                       sharpen=zero, noise=zero, step=zero, inverted=zero, seed=torch.arange(1, SAMPLES + 1))


class BothWaysToShow(unittest.TestCase):
    def difference(self, look):
        """The mean absolute difference of the two ways, in steps of 1/255."""
        one, other = looks.show_each(pictures(), look), looks.show_together(pictures(), look)
        return float((one - other).abs().mean()) * 255

    def test_nothing_done_is_the_picture(self):
        self.assertLess(float((looks.show_each(pictures(), as_taken()) * 255 - pictures()).abs().max()), 1.01)
        self.assertLess(self.difference(as_taken()), 0.3)

    def test_each_change_is_the_same_in_opencv_and_in_tensors(self):
        torch.manual_seed(5)
        drawn, nothing = looks.draw_looks(SAMPLES), as_taken()
        always = {"blur": torch.rand(SAMPLES) + 0.4, "sharpen": torch.rand(SAMPLES) + 0.3,
                  "inverted": torch.ones(SAMPLES)}
        for name in ("colours", "gamma", "contrast", "brightness", "balance", "fall_off", "blur", "sharpen", "inverted"):
            changed = dataclasses.replace(nothing, **{name: always.get(name, getattr(drawn, name))})
            self.assertLess(self.difference(changed), 0.9, name)
            moved = float((looks.show_each(pictures(), changed) * 255 - pictures()).abs().mean())
            self.assertGreater(moved, 0.2, f"{name} changed nothing")

    def test_noise_has_the_deviation_that_was_drawn(self):
        noisy = dataclasses.replace(as_taken(), noise=torch.full((SAMPLES,), 0.03))
        for show in (looks.show_each, looks.show_together):
            change = show(pictures(), noisy) - pictures().float() / 255
            self.assertAlmostEqual(float(change.std()), 0.03, delta=0.002)

    def test_noise_is_the_same_again_with_the_same_seeds(self):
        noisy = dataclasses.replace(as_taken(), noise=torch.full((SAMPLES,), 0.03))
        self.assertTrue(torch.equal(looks.show_each(pictures(), noisy), looks.show_each(pictures(), noisy)))

    def test_a_jpeg_of_a_coarser_step_is_further_from_the_picture_either_way(self):
        for show in (looks.show_each, looks.show_together):
            errors = []
            for step in (looks.FINEST_STEP, looks.COARSEST_STEP):
                coded = dataclasses.replace(as_taken(), step=torch.full((SAMPLES,), step))
                errors.append(float((show(pictures(), coded) * 255 - pictures()).abs().mean()))
            self.assertLess(errors[0] * 1.5, errors[1], show.__name__)

    def test_steps_become_the_qualities_of_libjpeg(self):
        self.assertEqual(looks.jpeg_quality(looks.FIRST_JPEG_STEP), 50)
        self.assertEqual(looks.jpeg_quality(looks.FIRST_JPEG_STEP * 2), 25)
        self.assertEqual(looks.jpeg_quality(looks.FIRST_JPEG_STEP / 2), 75)


class DrawnLooks(unittest.TestCase):
    def test_what_is_shown_stays_in_range_and_in_shape(self):
        torch.manual_seed(2)
        drawn = looks.draw_looks(SAMPLES)
        for show in (looks.show_each, looks.show_together):
            shown = show(pictures(), drawn)
            self.assertEqual(tuple(shown.shape), (SAMPLES, 3, HEIGHT, WIDTH))
            self.assertTrue(bool(((shown >= 0) & (shown <= 1)).all()))

    def test_drawn_colours_leave_greys_alone_and_every_colour_as_light_as_it_was(self):
        torch.manual_seed(6)
        changes = looks.draw_looks(50).colours
        white = torch.ones(50, 3)
        torch.testing.assert_close((changes @ white[..., None])[..., 0], white, rtol=0, atol=1e-4)
        # Rec. 601, of blue, green and red.
        light = torch.tensor([0.114, 0.587, 0.299])
        torch.testing.assert_close(light @ changes, light.expand(50, 3), rtol=0, atol=1e-4)

    def test_a_share_is_changed_and_the_rest_is_left(self):
        torch.manual_seed(1)
        drawn = looks.draw_looks(4000)
        for name, share in (("blur", looks.BLURRED), ("sharpen", looks.SHARPENED), ("noise", looks.NOISY),
                            ("step", looks.COMPRESSED), ("inverted", looks.INVERTED)):
            self.assertAlmostEqual(float((getattr(drawn, name) > 0).float().mean()), share, delta=0.03, msg=name)

    def test_the_same_seed_draws_the_same_looks(self):
        torch.manual_seed(3)
        one = looks.draw_looks(5)
        torch.manual_seed(3)
        other = looks.draw_looks(5)
        for name, values in vars(one).items():
            self.assertTrue(torch.equal(values, getattr(other, name)), name)


if __name__ == "__main__":
    unittest.main()
