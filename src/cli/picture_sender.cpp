// SPDX-License-Identifier: MIT
#include "picture_sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include "geond/http/json.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "picture_files.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kClientTimeout = 120s;
constexpr std::chrono::minutes kLongestBusy = 10min;
/// A busy server refuses before it reads a picture, so asking often costs it little.
constexpr milliseconds kLongestBusyPause = 5s;
constexpr milliseconds kLongestPause = 30s;
/// How often a picture whose task was removed is sent under another key, within 24 hours.
constexpr int kMaxGenerations = 20;

/// FNV-1a, 64 bit (Fowler, Noll, Vo): names a file's content and the way it is to be worked on in
/// an Idempotency-Key. The server compares the whole content, so a collision costs a 409 only.
std::uint64_t fingerprint(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325ULL) {
  for (const char character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3ULL;
  }
  return hash;
}

std::string idempotency_key(std::string_view content, const std::filesystem::path& file,
                            std::string_view settings, int generation) {
  const std::string key = fmt::format("submit-{:016x}-{:016x}", fingerprint(content),
                                      fingerprint(settings, fingerprint(file.string())));
  return generation == 0 ? key : fmt::format("{}-{}", key, generation);
}

/// A file's bytes as a request's body. Errors: those of imaging::FileBytes::open.
core::Result<std::string> read_picture(const std::filesystem::path& file) {
  const auto content = imaging::FileBytes::open(file);
  if (!content) return content.error();
  const std::span<const std::byte> bytes = content->bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

bool is_busy(const http::ClientResponse& response) {
  return response.status == 429 || response.status == 503;
}

/// 0.5 s doubled with each attempt, at most `longest`; no less than the server's Retry-After.
milliseconds pause_after(int attempt, milliseconds longest, const http::ClientResponse* response) {
  const milliseconds own = std::min(500ms * (1 << std::min(attempt, 6)), longest);
  if (response == nullptr) return own;
  const int seconds = std::atoi(std::string(response->headers.get_or("Retry-After", "0")).c_str());
  return std::max<milliseconds>(own, std::chrono::seconds(std::clamp(seconds, 0, 30)));
}

/// The member of that name; null where there is none.
const json& member_of(const json& document, const char* member) {
  static const json none;
  const auto found = document.find(member);
  return found == document.end() ? none : *found;
}

/// The text of a member, or `otherwise` where there is none.
std::string text_of(const json& document, const char* member, std::string otherwise) {
  const json& text = member_of(document, member);
  return text.is_string() ? text.get<std::string>() : std::move(otherwise);
}

core::Error not_of_geond(std::string_view why) {
  return core::Error(
      core::ErrorKind::unavailable, "not_of_geond",
      fmt::format("The server's answer is none of geond's: {} Is --server a geond?", why));
}

/// A task with an id and a status, whose result, if it is done, is an object with an image.
core::Result<void> check_task(const json& task) {
  if (!task.is_object()) return not_of_geond("It is no object.");
  if (!member_of(task, "id").is_number_integer()) return not_of_geond("Its id is no integer.");
  if (!member_of(task, "status").is_string()) return not_of_geond("Its status is no text.");
  if (task["status"] != "done") return core::ok();
  const json& result = member_of(task, "result");
  if (!result.is_object()) return not_of_geond("Its result is no object.");
  if (!member_of(result, "image").is_object()) {
    return not_of_geond("The image of its result is no object.");
  }
  return core::ok();
}

std::string status_of(const json& task) {
  return task["status"].get<std::string>();
}

core::Error refusal_in(const http::ClientResponse& response) {
  const auto problem = http::parse_json(response.body);
  return core::Error(core::ErrorKind::unavailable, "refused",
                     text_of(problem ? *problem : json(), "detail",
                             fmt::format("the server answered with status {}", response.status)));
}

/// The task of an answer (see check_task), or why there is none.
core::Result<json> task_in(const http::ClientResponse& response) {
  if (response.status >= 300) return refusal_in(response);
  auto document = http::parse_json(response.body);
  if (!document) return not_of_geond(document.error().detail());
  if (const auto checked = check_task(*document); !checked) return checked.error();
  return document;
}

bool is_removed(const http::ClientResponse& response) {
  if (response.status != 410) return false;
  const auto problem = http::parse_json(response.body);
  return problem && text_of(*problem, "code", "") == "task_removed";
}

/// Whether an earlier call's task came to nothing: whoever calls again wants it tried again.
bool came_to_nothing_earlier(const http::ClientResponse& response, const json& task) {
  const std::string status = status_of(task);
  return response.headers.get_or("Idempotent-Replayed", "") == "true" &&
         (status == "failed" || status == "cancelled");
}

std::string task_path(const json& task) {
  return fmt::format("/api/v1/tasks/{}", task["id"].get<std::int64_t>());
}

core::Result<json> result_in(const std::filesystem::path& file, const json& task) {
  if (status_of(task) != "done") {
    return core::Error(
        core::ErrorKind::unprocessable, "task_failed",
        text_of(member_of(task, "error"), "detail", "the task ended as " + status_of(task)));
  }
  json result = task["result"];
  result["image"]["file"] = told_name(file);
  result["task"] = task["id"];
  return result;
}

}  // namespace

PictureSender::PictureSender(http::ServerUrl server, http::ServerTrust trust,
                             SendingSettings settings)
    : client_(std::move(server), kClientTimeout, std::move(trust)),
      settings_(std::move(settings)) {}

core::Result<json> PictureSender::result_of(const std::filesystem::path& file) {
  auto content = read_picture(file);
  if (!content) return content.error();
  auto task = create_task(file, std::move(*content));
  if (!task) return task.error();
  auto ended = await_end(std::move(*task));
  if (!ended) return ended.error();
  return result_in(file, *ended);
}

core::Result<json> PictureSender::create_task(const std::filesystem::path& file,
                                              std::string content) {
  const std::string settings = settings_query();
  const std::string name = http::encode_for_query(told_name(file.filename()));
  http::ClientRequest request =
      request_to(http::Method::post, fmt::format("/api/v1/tasks?file_name={}{}", name, settings));
  request.body = std::move(content);
  request.headers.add("Content-Type", "application/octet-stream");
  request.headers.add("Prefer", "wait=60");
  for (int generation = 0;; ++generation) {
    request.headers.set("Idempotency-Key",
                        idempotency_key(request.body, file, settings, generation));
    auto response = exchange(request);
    if (!response) return response.error();
    if (is_removed(*response) && generation < kMaxGenerations) continue;
    auto task = task_in(*response);
    if (!task || !came_to_nothing_earlier(*response, *task)) return task;
    auto again = exchange(request_to(http::Method::post, task_path(*task) + "/retry"));
    if (!again) return again.error();
    return task_in(*again);
  }
}

core::Result<json> PictureSender::await_end(json task) {
  while (true) {
    const std::string status = status_of(task);
    if (status != "queued" && status != "in progress") return task;
    std::this_thread::sleep_for(300ms);
    auto response = exchange(request_to(http::Method::get, task_path(task)));
    if (!response) return response.error();
    auto read = task_in(*response);
    if (!read) return read.error();
    task = std::move(*read);
  }
}

http::ClientRequest PictureSender::request_to(http::Method method, std::string target) const {
  http::ClientRequest request{method, std::move(target), {}, {}};
  request.headers.add("Authorization", "Bearer " + settings_.key);
  return request;
}

/// Sends; repeats after a pause while the server is busy, and, as often as the settings say, while
/// it cannot be reached.
core::Result<http::ClientResponse> PictureSender::exchange(const http::ClientRequest& request) {
  const auto begun = std::chrono::steady_clock::now();
  int out_of_reach = 0;
  for (int attempt = 0;; ++attempt) {
    auto response = client_.send(request);
    if (!response) {
      if (++out_of_reach > settings_.retries) return response.error();
      std::this_thread::sleep_for(pause_after(attempt, kLongestPause, nullptr));
      continue;
    }
    const bool has_time = std::chrono::steady_clock::now() - begun < kLongestBusy;
    if (!is_busy(*response) || !has_time) return response;
    std::this_thread::sleep_for(pause_after(attempt, kLongestBusyPause, &*response));
  }
}

/// The settings as parameters behind the first one of a target.
std::string PictureSender::settings_query() const {
  std::string query;
  const auto add = [&query](std::string_view name, const std::string& value) {
    if (!value.empty()) query += fmt::format("&{}={}", name, http::encode_for_query(value));
  };
  add("detector", settings_.detector);
  add("classifier", settings_.classifier);
  if (settings_.threshold) add("threshold", fmt::format("{}", *settings_.threshold));
  return query;
}

}  // namespace geond::cli
