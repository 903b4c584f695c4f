// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace fs = std::filesystem;

namespace {

/// Which folders' headers a folder may include: the arrows of the design, taken to their ends.
const std::map<std::string, std::set<std::string>> kMayUse = {
    {"core", {}},
    {"geometry", {"core"}},
    {"storage", {"core"}},
    {"http", {"core"}},
    {"web", {"core"}},
    {"imaging", {"core", "geometry"}},
    {"inference", {"core", "geometry"}},
    {"exporting", {"core", "geometry"}},
    {"tasks", {"core", "geometry", "storage"}},
    {"auth", {"core", "storage"}},
    {"catalog", {"core", "storage"}},
    {"pipeline", {"core", "geometry", "storage", "tasks", "catalog", "inference", "imaging"}},
    {"api",
     {"core", "geometry", "storage", "tasks", "catalog", "inference", "imaging", "pipeline", "auth",
      "exporting", "http"}},
    {"app",
     {"core", "geometry", "storage", "tasks", "catalog", "inference", "imaging", "pipeline", "auth",
      "exporting", "http", "api", "web"}},
    {"cli",
     {"core", "geometry", "storage", "tasks", "catalog", "inference", "imaging", "pipeline", "auth",
      "exporting", "http", "api", "app"}},
};

/// Headers of a library, and the only folders that may know it.
struct LibraryRule {
  const char* header;
  std::set<std::string> folders;
};
const LibraryRule kLibraries[] = {
    {R"(boost/(asio|beast)/)", {"http"}},
    {R"(SQLiteCpp/|sqlite3\.h)", {"storage", "cli"}},
    {R"(opencv2/)", {"imaging", "inference", "cli"}},
    {R"(CLI/)", {"cli"}},
    {R"(spng\.h|jpeglib\.h|libexif/)", {"imaging"}},
    {R"(openssl/)", {"core", "http", "auth", "cli"}},
    {R"(sodium\.h)", {"auth", "api", "cli"}},
    {R"(nlohmann/)", {"http", "inference", "exporting", "tasks", "api", "app", "cli"}},
    {R"(prometheus/)", {"api", "app"}},
    {R"(spdlog/)", {"core", "cli"}},
};

/// Calls visit(folder, file, line) for every line of the sources of every folder.
template <class Visit>
void for_each_line(const Visit& visit) {
  const fs::path root = GEOND_SOURCE_DIR;
  for (const fs::path& tree : {root / "src", root / "include" / "geond"}) {
    for (const auto& folder : fs::directory_iterator(tree)) {
      if (!folder.is_directory()) continue;
      for (const auto& file : fs::recursive_directory_iterator(folder)) {
        const std::string extension = file.path().extension().string();
        if (extension != ".cpp" && extension != ".hpp") continue;
        std::ifstream stream(file.path());
        for (std::string line; std::getline(stream, line);) {
          visit(folder.path().filename().string(), file.path(), line);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("every folder has its place in the layers") {
  for (const auto& folder : fs::directory_iterator(fs::path(GEOND_SOURCE_DIR) / "src")) {
    if (!folder.is_directory()) continue;
    CAPTURE(folder.path().string());
    CHECK(kMayUse.contains(folder.path().filename().string()));
  }
}

TEST_CASE("includes point one way") {
  const std::regex include(R"re(#include "geond/([a-z]+)/)re");
  std::size_t seen = 0;
  for_each_line([&](const std::string& folder, const fs::path& file, const std::string& line) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) return;
    ++seen;
    const std::string used = match[1];
    if (used == folder) return;
    CAPTURE(file.string());
    CAPTURE(line);
    CHECK(kMayUse.at(folder).contains(used));
  });
  CHECK(seen > 100);
}

/// Which folder's SQL may name a table, and the exceptions: who is removed takes their tasks along,
/// in the same transaction, and no task is made for who is gone.
struct TableRule {
  const char* table;
  std::set<std::string> folders;
  std::set<std::string> also_in;  ///< Single files of other folders.
};
const TableRule kTables[] = {
    {"users", {"auth"}, {"sqlite_create.cpp"}},
    {"sessions", {"auth"}, {}},
    {"refresh_tokens", {"auth"}, {}},
    {"api_keys", {"auth"}, {}},
    {"links", {"auth"}, {}},
    {"models", {"catalog"}, {}},
    {"tasks", {"tasks"}, {"sqlite_users.cpp"}},
    {"task_inputs", {"tasks"}, {}},
    {"results", {"tasks"}, {}},
    {"task_classes", {"tasks"}, {}},
    {"idempotency_keys", {"tasks"}, {}},
    {"blob_references", {"storage"}, {}},
};

TEST_CASE("a table is named only by the SQL of its folder") {
  for (const TableRule& rule : kTables) {
    const std::regex statement(std::string("\\b(FROM|JOIN|INTO|UPDATE) ") + rule.table + "\\b");
    std::size_t seen = 0;
    for_each_line([&](const std::string& folder, const fs::path& file, const std::string& line) {
      if (!std::regex_search(line, statement)) return;
      ++seen;
      CAPTURE(file.string());
      CAPTURE(line);
      CHECK((rule.folders.contains(folder) || rule.also_in.contains(file.filename().string())));
    });
    CAPTURE(rule.table);
    CHECK(seen > 0);
  }
}

TEST_CASE("libraries are known only where they belong") {
  for (const LibraryRule& rule : kLibraries) {
    const std::regex include(std::string("#include [<\"](") + rule.header + ")");
    for_each_line([&](const std::string& folder, const fs::path& file, const std::string& line) {
      if (!std::regex_search(line, include)) return;
      CAPTURE(file.string());
      CAPTURE(line);
      CHECK(rule.folders.contains(folder));
    });
  }
}
