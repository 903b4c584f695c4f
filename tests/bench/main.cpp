// SPDX-License-Identifier: MIT
// geond_bench BINARY MODELS: pictures a second over HTTP beside the bare loop of decoding,
// detection and classification, both from this run, in turns; medians are printed, and what memory
// the server has before and after.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bare_loop.hpp"
#include "http_load.hpp"
#include "pictures.hpp"
#include "server_process.hpp"

namespace {

using namespace geond;

std::shared_ptr<const inference::Model> default_model(const std::filesystem::path& models,
                                                      core::ModelKind kind) {
  const auto loaded = inference::load_models(models);
  for (const auto& model : loaded.value().models) {
    if (model->kind() == kind && model->manifest().is_default) return model;
  }
  throw std::runtime_error("no default model in " + models.string());
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void run(const std::filesystem::path& binary, const std::filesystem::path& models) {
  constexpr int kPictures = 12;
  constexpr int kRounds = 4;
  constexpr int kTurns = 3;
  constexpr int kClients = 8;
  const int workers = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  inference::set_threads_per_network(1);
  const auto pictures = bench::make_pictures(kPictures);
  const auto detector = default_model(models, core::ModelKind::detection);
  const auto classifier = default_model(models, core::ModelKind::classification);
  const bench::ServerProcess server(binary, models, workers);
  const double resident_at_start = server.resident_mib();

  std::vector<double> bare;
  std::vector<double> over_http;
  std::vector<double> ratios;
  std::vector<double> p99;
  fmt::print("{} workers, {} clients, {} pictures of 1600 x 1200 a turn\n", workers, kClients,
             kPictures * kRounds);
  for (int turn = 0; turn < kTurns; ++turn) {
    bare.push_back(bench::run_bare_loop(pictures, kRounds, workers, detector, classifier));
    const auto load =
        bench::run_http_load(server.url(), server.key(), pictures, kRounds, kClients, workers);
    over_http.push_back(load.pictures_per_second);
    ratios.push_back(over_http.back() / bare.back());
    p99.push_back(load.status_p99);
    fmt::print(
        "turn {}: bare loop {:.2f}/s, HTTP {:.2f}/s, ratio {:.3f}; generator {:.2f} s CPU of "
        "{:.2f} s; status read p50 {:.2f} ms, p99 {:.2f} ms\n",
        turn + 1, bare.back(), over_http.back(), ratios.back(), load.generator_seconds,
        load.wall_seconds, load.status_p50, load.status_p99);
  }
  fmt::print("median: bare loop {:.2f}/s, HTTP {:.2f}/s, ratio {:.3f}, status read p99 {:.2f} ms\n",
             median(bare), median(over_http), median(ratios), median(p99));
  fmt::print("memory: {:.0f} MiB after the start, {:.0f} MiB after the work\n", resident_at_start,
             server.resident_mib());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: geond_bench BINARY MODELS\n");
    return 2;
  }
  try {
    run(argv[1], argv[2]);
    return EXIT_SUCCESS;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "geond_bench: {}\n", fault.what());
    return EXIT_FAILURE;
  }
}
