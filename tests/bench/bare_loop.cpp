// SPDX-License-Identifier: MIT
#include "bare_loop.hpp"

#include <atomic>
#include <barrier>
#include <chrono>
#include <functional>
#include <span>
#include <thread>

#include "geond/imaging/decode.hpp"
#include "geond/inference/classifier.hpp"
#include "geond/inference/detector.hpp"

namespace geond::bench {
namespace {

void work_on(const std::string& picture, inference::Detector& detector,
             inference::Classifier& classifier) {
  const auto bytes = std::as_bytes(std::span(picture));
  const auto frame_for = std::bind_front(&inference::Detector::frame_for, &detector);
  const auto image = imaging::decode_to_fit(bytes, frame_for);
  const auto primitives = detector.detect(image.value().pixels, image.value().upright);
  static_cast<void>(classifier.classify(primitives.value(), image.value().upright, 0.35).value());
}

}  // namespace

double run_bare_loop(const std::vector<std::string>& pictures, int rounds, int threads,
                     const std::shared_ptr<const inference::Model>& detector_model,
                     const std::shared_ptr<const inference::Model>& classifier_model) {
  const std::size_t total = pictures.size() * static_cast<std::size_t>(rounds);
  std::atomic<std::size_t> next{0};
  std::barrier ready(threads + 1);
  std::vector<std::jthread> workers;
  for (int thread = 0; thread < threads; ++thread) {
    workers.emplace_back([&] {
      auto detector = inference::Detector::create(detector_model).value();
      auto classifier = inference::Classifier::create(classifier_model).value();
      work_on(pictures.front(), detector, classifier);  // the first run allocates
      ready.arrive_and_wait();
      for (std::size_t index = next++; index < total; index = next++) {
        work_on(pictures[index % pictures.size()], detector, classifier);
      }
    });
  }
  ready.arrive_and_wait();
  const auto started = std::chrono::steady_clock::now();
  workers.clear();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  return static_cast<double>(total) / elapsed.count();
}

}  // namespace geond::bench
