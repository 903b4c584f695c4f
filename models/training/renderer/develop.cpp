// SPDX-License-Identifier: MIT
#include "develop.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "depth_of_field.hpp"

namespace geond::rendering {
namespace {

constexpr int kPasses = 4;

struct Layers {
  int width, height;
  std::vector<Vector3> irradiance, albedo, specular, emission, normal;
  IdentityMap map;

  Layers(int w, int h) : width(w), height(h) {
    const size_t count = static_cast<size_t>(w) * h;
    for (auto* layer : {&irradiance, &albedo, &specular, &emission, &normal})
      layer->assign(count, Vector3::Zero());
    map.width = w;
    map.height = h;
    map.part.assign(count, 0);
    map.distance.assign(count, 0);
  }
};

Layers trace_layers(const Tracer& tracer, const Camera& camera, int width, int height, int samples,
                    Random& random) {
  Layers layers(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const size_t i = static_cast<size_t>(y) * width + x;
      const auto fx = static_cast<float>(x), fy = static_cast<float>(y);
      const Hit centre = tracer.identify(camera.eye(), camera.direction(fx + 0.5f, fy + 0.5f));
      layers.map.part[i] = centre.part;
      layers.map.distance[i] = centre.distance;
      layers.normal[i] = centre.normal;
      for (int s = 0; s < samples; ++s) {
        const PixelSample sample = tracer.sample(
            camera.eye(), camera.direction(fx + random.unit(), fy + random.unit()), random);
        layers.irradiance[i] += sample.irradiance / static_cast<float>(samples);
        layers.albedo[i] += sample.albedo / static_cast<float>(samples);
        layers.specular[i] += sample.specular / static_cast<float>(samples);
        layers.emission[i] += sample.emission / static_cast<float>(samples);
      }
    }
  return layers;
}

// How much a neighbour counts by shape alone: 0 across an edge.
float edge_weight(const Layers& layers, size_t i, size_t j, int step) {
  const float facing = layers.normal[i].dot(layers.normal[j]);
  if (facing < 0.8f) return 0;
  const float slack = 0.02f * layers.map.distance[i] * static_cast<float>(step) + 0.5f;
  const float apart = std::fabs(layers.map.distance[i] - layers.map.distance[j]) / slack;
  if (apart > 2) return 0;
  const float f2 = facing * facing, f8 = f2 * f2 * f2 * f2;
  return f8 * f8 * std::exp(-apart);
}

float light_weight(const Vector3& a, const Vector3& b, float tolerance) {
  const float first = a.sum(), second = b.sum();
  return std::exp(-std::fabs(first - second) / (0.3f * (first + second) * tolerance + 0.05f));
}

void filter_pass(Layers& layers, int pass) {
  static constexpr std::array<float, 3> kKernel = {0.375f, 0.25f, 0.0625f};
  const int step = 1 << pass;
  const float tolerance = pass == 0 ? 2.0f : 1.0f;
  std::vector<Vector3> irradiance(layers.irradiance.size()), specular(layers.specular.size());
  for (int y = 0; y < layers.height; ++y)
    for (int x = 0; x < layers.width; ++x) {
      const size_t i = static_cast<size_t>(y) * layers.width + x;
      Vector3 light = Vector3::Zero(), gloss = Vector3::Zero();
      float light_sum = 0, gloss_sum = 0;
      for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx) {
          const int nx = x + dx * step, ny = y + dy * step;
          if (nx < 0 || ny < 0 || nx >= layers.width || ny >= layers.height) continue;
          const size_t j = static_cast<size_t>(ny) * layers.width + nx;
          const float shape =
              kKernel[std::abs(dx)] * kKernel[std::abs(dy)] * edge_weight(layers, i, j, step);
          if (shape <= 0) continue;
          const float weight =
              shape * light_weight(layers.irradiance[i], layers.irradiance[j], tolerance);
          light += weight * layers.irradiance[j];
          light_sum += weight;
          gloss += shape * layers.specular[j];
          gloss_sum += shape;
        }
      irradiance[i] = light_sum > 0 ? Vector3(light / light_sum) : layers.irradiance[i];
      specular[i] =
          gloss_sum > 0 && pass < kPasses - 1 ? Vector3(gloss / gloss_sum) : layers.specular[i];
    }
  layers.irradiance.swap(irradiance);
  layers.specular.swap(specular);
}

// Most pictures are exposed for the median, a third much brighter or darker: white desks by a
// window, rooms in the evening.
float brightness_of_median(Random& random) {
  return random.chance(0.67f) ? random.uniform(0.12f, 0.34f) : random.log_uniform(0.05f, 1.1f);
}

// A film's response: shoulder, contrast and gamma of one picture.
struct Tone {
  float exposure, shoulder, gamma, noise;
  Vector3 balance;

  Tone(float median, Random& random)
      : exposure(brightness_of_median(random) / std::max(1e-3f, median)),
        shoulder(random.uniform(3, 30)),
        gamma(1 / random.uniform(1.9f, 2.5f)),
        noise(random.uniform(0.002f, 0.012f)),
        balance(random.uniform(0.9f, 1.1f), 1, random.uniform(0.87f, 1.1f)) {}

  uint8_t byte(float light, Random& random) const {
    const float exposed = light * exposure;
    const float compressed = 1.25f * exposed * (1 + exposed / shoulder) / (1 + exposed);
    const float value = std::pow(std::max(0.0f, compressed), gamma) + random.normal(noise);
    return static_cast<uint8_t>(255 * std::clamp(value, 0.0f, 1.0f));
  }
};

}  // namespace

Photograph take_photograph(const Tracer& tracer, const Camera& camera, int width, int height,
                           int samples, Random& random) {
  Layers layers = trace_layers(tracer, camera, width, height, samples, random);
  for (int pass = 0; pass < kPasses; ++pass) filter_pass(layers, pass);
  std::vector<Vector3> light(layers.irradiance.size());
  std::vector<float> brightness(light.size());
  for (size_t i = 0; i < light.size(); ++i) {
    light[i] = layers.irradiance[i].cwiseProduct(layers.albedo[i]) + layers.specular[i] +
               layers.emission[i];
    brightness[i] = light[i].sum() / 3;
  }
  blur_out_of_focus(light, layers.map, random);
  std::nth_element(brightness.begin(),
                   brightness.begin() + static_cast<long>(brightness.size() / 2), brightness.end());
  const Tone tone(brightness[brightness.size() / 2], random);
  Photograph photograph{std::move(layers.map), std::vector<uint8_t>(3 * light.size())};
  for (size_t i = 0; i < light.size(); ++i)
    for (int k = 0; k < 3; ++k)
      photograph.rgb[3 * i + k] = tone.byte(light[i][k] * tone.balance[k], random);
  return photograph;
}

}  // namespace geond::rendering
