// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "command.hpp"
#include "geond/app/config.hpp"
#include "geond/core/standard_streams.hpp"
#include "geond/core/utf8.hpp"
#include "geond/inference/model.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;

void print_model(const inference::Model& model) {
  const inference::Manifest& manifest = model.manifest();
  fmt::print("{:<24} {:<14} {:<10} {}{}\n", model.name(), core::to_string(model.kind()),
             core::printable(manifest.version), core::printable(manifest.licence),
             manifest.is_default ? "  (default)" : "");
}

int list_models(const std::string& given) {
  const auto directory = app::find_models_directory(given);
  if (!directory) return fail_usage(directory.error().detail());
  const auto loaded = inference::load_models(*directory);
  if (!loaded) return fail_usage(loaded.error().detail());
  for (const auto& model : loaded->models) print_model(*model);
  for (const auto& failure : loaded->failures) {
    core::write_if_possible(STDERR_FILENO,
                            fmt::format("geond: {}: {}\n", core::printable(failure.folder.string()),
                                        core::printable(failure.error.detail())));
  }
  if (loaded->failures.empty()) return exit_success;
  const bool is_unusable = std::ranges::any_of(loaded->failures, [](const auto& failure) {
    return failure.error.kind() == core::ErrorKind::invalid_argument;
  });
  return is_unusable ? exit_usage : exit_failure;
}

/// Checks one model's folder, or every model's in a folder of models.
int check_models(const std::string& directory) {
  inference::prepare_opencv(1);
  // What cannot be looked at is said by whoever opens it.
  std::error_code unknown;
  if (!fs::exists(fs::path(directory) / "model.json", unknown) && !unknown) {
    return list_models(directory);
  }
  const auto model = inference::Model::load(directory);
  if (!model) {
    return fail(core::Error(model.error().kind(), model.error().code(),
                            fmt::format("{}: {}", directory, model.error().detail())));
  }
  print_model(**model);
  fmt::print("{}\n", (*model)->sha256());
  return exit_success;
}

}  // namespace

void add_models_command(CLI::App& root, Action& action) {
  CLI::App* models = root.add_subcommand("models", "List and check models");
  models->require_subcommand(1);
  models->footer("Example: geond models check models/geon-detector");
  auto directory = std::make_shared<std::string>();
  CLI::App* list = models->add_subcommand("list", "List the models that are found");
  list->add_option("--models", *directory, "Directory of the models")
      ->envname("GEOND_MODELS")
      ->type_name("DIR");
  list->callback(
      [directory, &action] { action = [directory] { return list_models(*directory); }; });
  CLI::App* check = models->add_subcommand(
      "check", "Check manifest, checksums and outputs as the server does when it loads a model");
  check->add_option("directory", *directory, "Folder of a model, or of models")
      ->required()
      ->type_name("DIR");
  check->callback(
      [directory, &action] { action = [directory] { return check_models(*directory); }; });
}

}  // namespace geond::cli
