#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <system_error>
#include <utility>

#include "geond/inference/model.hpp"

namespace geond::inference {

core::Result<LoadedModels> load_models(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<std::filesystem::path> folders;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (std::filesystem::is_regular_file(entry->path() / "model.json")) {
      folders.push_back(entry->path());
    }
  }
  if (error) {
    return core::Error(core::ErrorKind::not_found, "models_missing",
                       fmt::format("The folder of models {} cannot be read: {}.",
                                   directory.string(), error.message()));
  }
  std::sort(folders.begin(), folders.end());

  LoadedModels loaded;
  for (const std::filesystem::path& folder : folders) {
    auto model = Model::load(folder);
    if (!model) {
      loaded.failures.push_back({folder, model.error()});
      continue;
    }
    const auto same = std::find_if(loaded.models.begin(), loaded.models.end(),
                                   [&](const auto& m) { return m->name() == (*model)->name(); });
    if (same != loaded.models.end()) {
      loaded.failures.push_back(
          {folder, core::Error(core::ErrorKind::invalid_argument, "model_name_taken",
                               fmt::format("The name {} is taken by the model in {}.",
                                           (*model)->name(), (*same)->folder().string()))});
      continue;
    }
    loaded.models.push_back(std::move(*model));
  }
  std::sort(loaded.models.begin(), loaded.models.end(),
            [](const auto& a, const auto& b) { return a->name() < b->name(); });
  return loaded;
}

void set_threads_per_network(int threads) {
  cv::setNumThreads(std::max(1, threads));
}

std::string opencv_version() {
  return cv::getVersionString();
}

}  // namespace geond::inference
