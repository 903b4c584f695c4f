// SPDX-License-Identifier: MIT
// How far colours are apart for people who lack one kind of cones: Machado, Oliveira and Fernandes
// (2009), severity 1, in linear RGB; distances in CIE Lab (1976).

const visions = {
  full: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanope: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranope: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanope: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const apply = (matrix, colour) => matrix.map((row) => Math.min(Math.max(row.reduce((sum, factor, index) => sum + factor * colour[index], 0), 0), 1));

function lab([r, g, b]) {
  const f = (value) => (value > 216 / 24389 ? Math.cbrt(value) : (841 / 108) * value + 4 / 29);
  const [x, y, z] = [(0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089].map(f);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The two of `colours` (`#rrggbb`) that are nearest to each other, for the vision that tells them apart worst. */
export function closestColours(colours) {
  let closest = { distance: Infinity };
  for (const [who, matrix] of Object.entries(visions)) {
    const seen = colours.map((text) => lab(apply(matrix, [1, 3, 5].map((at) => linear(Number.parseInt(text.trim().slice(at, at + 2), 16) / 255)))));
    seen.forEach((a, i) => seen.slice(i + 1).forEach((b, j) => {
      const distance = Math.hypot(...a.map((value, index) => value - b[index]));
      if (distance < closest.distance) closest = { distance, who, pair: `${colours[i]} and ${colours[i + 1 + j]}` };
    }));
  }
  return closest;
}
