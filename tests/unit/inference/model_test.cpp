// SPDX-License-Identifier: MIT
#include "geond/inference/model.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <opencv2/core.hpp>

#include "fixtures.hpp"
#include "geond/core/sha256.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;
using namespace geond::inference;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// A copy of a shipped model that a test may spoil.
class ModelCopy {
 public:
  explicit ModelCopy(const std::string& name, const fs::path& parent) : folder_(parent / name) {
    fs::copy(test::source_path("models/" + name), folder_, fs::copy_options::recursive);
    manifest = json::parse(test::read_text(folder_ / "model.json"));
  }

  /// Writes the manifest as it stands now.
  void save() const { write("model.json", manifest.dump()); }
  void write(const std::string& file, const std::string& bytes) const {
    std::ofstream(folder_ / file, std::ios::binary) << bytes;
  }
  const fs::path& folder() const { return folder_; }

  json manifest;

 private:
  fs::path folder_;
};

std::string load_code(const ModelCopy& model) {
  const auto loaded = Model::load(model.folder());
  return loaded ? "" : loaded.error().code();
}

}  // namespace

TEST_CASE("the shipped models load and fit together") {
  const auto loaded = load_models(test::source_path("models"));
  REQUIRE(loaded.has_value());
  CHECK(loaded->failures.empty());
  const auto named = [&loaded](std::string_view name) {
    const auto found = std::ranges::find_if(
        loaded->models, [name](const auto& model) { return model->name() == name; });
    REQUIRE(found != loaded->models.end());
    return *found;
  };
  for (const char* classifier : {"scene-classifier", "scene-ensemble"}) {
    for (const char* detector : {"geon-detector", "geon-small"}) {
      CHECK(check_compatible(*named(detector), *named(classifier)).has_value());
    }
  }
  CHECK(check_compatible(*named("scene-classifier"), *named("geon-detector")).error().code() ==
        "model_kind_mismatch");
}

TEST_CASE("a model of one file has that file's checksum, one of several a checksum of theirs") {
  const auto detector = test::shipped_model("geon-detector");
  CHECK(detector->sha256() == detector->manifest().files.front().sha256);
  const auto ensemble = test::shipped_model("scene-ensemble");
  std::string joined;
  for (const ModelFile& file : ensemble->manifest().files) {
    joined += (joined.empty() ? "" : "\n") + file.sha256;
  }
  CHECK(ensemble->sha256() == core::to_hex(core::sha256(joined)));
}

TEST_CASE("a folder that is no good model says why") {
  const support::TemporaryDirectory directory;
  ModelCopy model("scene-classifier", directory.path());
  const std::string file = model.manifest["files"][0]["path"];

  SUBCASE("no manifest") {
    fs::remove(model.folder() / "model.json");
    CHECK(load_code(model) == "manifest_missing");
  }
  SUBCASE("a manifest that is a folder") {
    fs::remove(model.folder() / "model.json");
    fs::create_directory(model.folder() / "model.json");
    CHECK(load_code(model) == "manifest_missing");
  }
  SUBCASE("a manifest that is too large") {
    model.write("model.json", std::string((1U << 20U) + 1, ' '));
    const auto loaded = Model::load(model.folder());
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code() == "manifest_missing");
    CHECK(loaded.error().detail().find("larger than") != std::string::npos);
  }
  SUBCASE("no network") {
    fs::remove(model.folder() / file);
    CHECK(load_code(model) == "model_file_missing");
  }
  SUBCASE("another network") {
    model.write(file, "not what was signed for");
    CHECK(load_code(model) == "model_checksum_mismatch");
  }
  SUBCASE("no ONNX") {
    model.write(file, "nonsense");
    model.manifest["files"][0]["sha256"] = core::to_hex(core::sha256("nonsense"));
    model.save();
    CHECK(load_code(model) == "model_not_loadable");
  }
  SUBCASE("an empty file") {
    model.write(file, "");
    model.manifest["files"][0]["sha256"] = core::to_hex(core::sha256(""));
    model.save();
    CHECK(load_code(model) == "model_not_loadable");
  }
  SUBCASE("an input of another name") {
    model.manifest["input"]["name"] = "pixels";
    model.save();
    CHECK(load_code(model) == "model_not_loadable");
  }
  SUBCASE("an input of another shape") {
    model.manifest["input"]["primitive_classes"].push_back("pyramid");
    model.save();
    CHECK(load_code(model) == "model_not_loadable");
  }
  SUBCASE("an output of another name") {
    model.manifest["output"]["name"] = "rooms";
    model.save();
    CHECK(load_code(model) == "model_output_mismatch");
  }
  SUBCASE("an output of another shape") {
    model.manifest["classes"].erase(0);
    model.save();
    CHECK(load_code(model) == "model_output_mismatch");
  }
}

TEST_CASE("a detector whose maps are not the layout's is refused") {
  const support::TemporaryDirectory directory;
  ModelCopy model("geon-detector", directory.path());
  SUBCASE("too few classes") {
    model.manifest["classes"].erase(4);
  }
  SUBCASE("maps in another order") {
    model.manifest["output"]["names"] = {"p16", "p8", "p32"};
  }
  model.save();
  CHECK(load_code(model) == "model_output_mismatch");
}

TEST_CASE("one bad model does not keep the others from loading") {
  const support::TemporaryDirectory directory;
  const ModelCopy good("scene-classifier", directory.path());
  const ModelCopy bad("scene-ensemble", directory.path());
  bad.write("office.onnx", "");
  fs::copy(good.folder(), directory.path() / "z-the-same-again", fs::copy_options::recursive);
  fs::create_directory(directory.path() / "no-model");

  const auto loaded = load_models(directory.path());
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->models.size() == 1);
  CHECK(loaded->models[0]->folder() == good.folder());
  REQUIRE(loaded->failures.size() == 2);
  CHECK(loaded->failures[0].error.code() == "model_checksum_mismatch");
  CHECK(loaded->failures[1].error.code() == "model_name_taken");
}

TEST_CASE("a directory of models that is not there is an error") {
  CHECK(load_models("/nonexistent").error().code() == "models_missing");
  CHECK(load_models("/dev/null").error().code() == "models_missing");
}

// They were passed over without a word.
TEST_CASE("what may be a model and cannot be looked into is a failure") {
  const support::TemporaryDirectory directory;
  const ModelCopy good("scene-classifier", directory.path());
  std::ofstream(directory.path() / "README.md") << "no model";
  fs::create_directory(directory.path() / "no-model");
  fs::create_symlink("nowhere", directory.path() / "a-folder-elsewhere");
  fs::create_directory(directory.path() / "b-manifest-elsewhere");
  fs::create_symlink("nowhere", directory.path() / "b-manifest-elsewhere" / "model.json");
  fs::create_symlink("c-in-itself", directory.path() / "c-in-itself");
  const auto loaded = load_models(directory.path());
  REQUIRE(loaded.has_value());
  CHECK(loaded->models.size() == 1);
  REQUIRE(loaded->failures.size() == 3);
  for (const LoadedModels::Failure& failure : loaded->failures) {
    CHECK(failure.error.code() == "manifest_missing");
  }
  CHECK(loaded->failures[2].error.detail().find("symbolic links") != std::string::npos);
}

TEST_CASE("a directory of models that cannot be read is an error of its own") {
  const support::TemporaryDirectory directory;
  const fs::path itself = directory.path() / "itself";
  fs::create_symlink(itself, itself);
  CHECK(load_models(itself).error().code() == "models_unreadable");

  const fs::path closed = directory.path() / "closed";
  fs::create_directory(closed);
  fs::permissions(directory.path(), fs::perms::all);
  fs::permissions(closed, fs::perms::none);
  const pid_t child = ::fork();
  if (child == 0) {
    // Root may read everything.
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setuid(kNobody) != 0) ::_exit(2);
    const auto loaded = load_models(closed);
    ::_exit(!loaded && loaded.error().code() == "models_unreadable" ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("a classifier made for another vocabulary is refused") {
  const support::TemporaryDirectory directory;
  ModelCopy model("scene-classifier", directory.path());
  model.manifest["input"]["primitive_classes"] = {"cube", "cone", "cylinder", "sphere", "torus"};
  model.save();
  const auto classifier = Model::load(model.folder());
  REQUIRE(classifier.has_value());
  const auto checked = check_compatible(*test::shipped_model("geon-detector"), **classifier);
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().code() == "vocabulary_mismatch");
  CHECK(checked.error().detail().find("cube, cone") != std::string::npos);
}

TEST_CASE("OpenCV's want of memory is std::bad_alloc, and its other faults stay what they are") {
  prepare_opencv(1);
  CHECK_THROWS_AS(CV_Error(cv::Error::StsNoMem, "none"), std::bad_alloc);
  CHECK_THROWS_AS(CV_Error(cv::Error::StsBadArg, "wrong"), cv::Exception);
}
