// SPDX-License-Identifier: MIT
#include "picture_sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include "geond/core/utf8.hpp"
#include "geond/http/json.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "picture_files.hpp"
#include "server_answer.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kClientTimeout = 120s;
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

/// The problem document of an answer; null if it has none.
json problem_in(const http::ClientResponse& response) {
  auto problem = http::parse_json(response.body);
  return problem && problem->is_object() ? *std::move(problem) : json();
}

/// The code of a problem document; empty if there is none, as in the answers of other programs.
std::string code_in(const http::ClientResponse& response) {
  return text_of(problem_in(response), "code", "");
}

/// What an answer, or its lack, says of a server.
enum class Reach { reached, busy, out_of_reach };

/// Statuses that pass: 408 is an upload that was too slow, 429 a share that is used up, 507 a full
/// disk. A fault without a code is a proxy's whose server is away, whatever its status.
Reach reach_of(const core::Result<http::ClientResponse>& response) {
  if (!response) return Reach::out_of_reach;
  const int status = response->status;
  if (status == 408 || status == 429) return Reach::busy;
  if (status < 500) return Reach::reached;
  if (status == 502 || status == 504 || code_in(*response).empty()) return Reach::out_of_reach;
  return status == 503 || status == 507 ? Reach::busy : Reach::reached;
}

/// Whether the end of the connection, which may come too early, was the end of what is no JSON.
bool may_be_cut(const core::Result<http::ClientResponse>& response) {
  if (!response || response->headers.contains("Content-Length") ||
      response->headers.contains("Transfer-Encoding")) {
    return false;
  }
  const bool is_json =
      response->headers.get_or("Content-Type", "").find("json") != std::string_view::npos;
  return is_json && !http::parse_json(response->body);
}

/// 0.5 s doubled with each attempt, at most `longest`; no less than the server's Retry-After.
milliseconds pause_after(int attempt, milliseconds longest,
                         const core::Result<http::ClientResponse>& response) {
  const milliseconds own = std::min(500ms * (1 << std::min(attempt, 6)), longest);
  if (!response) return own;
  const int seconds = std::atoi(std::string(response->headers.get_or("Retry-After", "0")).c_str());
  return std::max<milliseconds>(own, std::chrono::seconds(std::clamp(seconds, 0, 30)));
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

core::Error wrong_server(const http::ClientResponse& response) {
  return core::Error(core::ErrorKind::invalid_argument, "wrong_server",
                     fmt::format("The server answered with {}: is --server the address of a geond, "
                                 "with its base path?",
                                 told_status(response)));
}

/// Why an answer is no task. Whether the picture or all of the call was refused, its code tells.
core::Error refusal_in(const http::ClientResponse& response) {
  const json problem = problem_in(response);
  const std::string code = text_of(problem, "code", "");
  const std::string detail =
      text_of(problem, "detail", "the server answered with " + told_status(response));
  const int status = response.status;
  if (status == 401 || status == 403) {
    return core::Error(core::ErrorKind::unauthenticated, "key_refused", detail);
  }
  if (code == "unknown_model") {
    return core::Error(core::ErrorKind::invalid_argument, code, detail);
  }
  const bool is_no_such_path = (status == 404 || status == 405) && code != "task_not_found";
  if (status < 400 || is_no_such_path) return wrong_server(response);
  // A proxy may have limits of its own; what else has no code speaks another protocol, as a port
  // for HTTPS does.
  const bool is_limit = status == 408 || status == 413 || status == 429;
  if (code.empty() && !is_limit) {
    return not_of_geond(fmt::format("It has {}.", told_status(response)));
  }
  return core::Error(core::ErrorKind::unavailable, "refused", detail);
}

/// The task of an answer (see check_task), or why there is none.
core::Result<json> task_in(const http::ClientResponse& response) {
  if (response.status >= 300) return refusal_in(response);
  auto document = http::parse_json(response.body);
  if (!document) return not_of_geond(document.error().detail());
  if (const auto checked = check_task(*document); !checked) return checked.error();
  return document;
}

/// Why a picture is given up that the server was too busy for, all the time. An upload that was too
/// slow is the picture's own.
core::Error busy_to_the_end(const http::ClientResponse& last) {
  if (last.status == 408) return refusal_in(last);
  return core::Error(
      core::ErrorKind::unavailable, "stayed_busy",
      fmt::format("the server stayed busy: {}",
                  text_of(problem_in(last), "detail", "it answered with " + told_status(last))));
}

bool is_problem(const http::ClientResponse& response, int status, std::string_view code) {
  return response.status == status && code_in(response) == code;
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
  const json& sha256 = member_of(member_of(task, "input"), "sha256");
  if (sha256.is_string()) result["image"]["sha256"] = sha256;
  for (const char* model : {"detector", "classifier"}) {
    if (member_of(task, model).is_object()) result[model] = task[model];
  }
  result["task"] = task["id"];
  return result;
}

}  // namespace

bool concerns_all(const core::Error& error, const Others& others) {
  if (error.code() == "stayed_busy") return others.now == others.before;
  if (error.code() == "not_of_geond") return others.now == 0;
  constexpr std::array<std::string_view, 4> kCodes{"key_refused", "server_unreachable",
                                                   "unknown_model", "wrong_server"};
  return std::ranges::find(kCodes, error.code()) != kCodes.end();
}

PictureSender::PictureSender(http::ServerUrl server, http::ServerTrust trust,
                             SendingSettings settings,
                             std::function<void(std::string_view)> on_wait)
    : client_(std::move(server), kClientTimeout, std::move(trust)),
      settings_(std::move(settings)),
      on_wait_(std::move(on_wait)) {}

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
  // The server takes no control characters in a name.
  const std::string name = http::encode_for_query(core::printable(told_name(file.filename())));
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
    if (is_problem(*response, 410, "task_removed") && generation < kMaxGenerations) continue;
    auto task = task_in(*response);
    if (!task || !came_to_nothing_earlier(*response, *task)) return task;
    return retry(*task);
  }
}

/// Queues an ended task again. It is queued, or further, already where an attempt's answer was
/// lost.
core::Result<json> PictureSender::retry(const json& task) {
  auto response = exchange(request_to(http::Method::post, task_path(task) + "/retry"));
  if (!response) return response.error();
  if (!is_problem(*response, 409, "task_not_finished")) return task_in(*response);
  response = exchange(request_to(http::Method::get, task_path(task)));
  if (!response) return response.error();
  return task_in(*response);
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

/// Sends; repeats after a pause while the server is busy, as long and, while it cannot be reached,
/// as often as the settings say, and once where the answer may have been cut off.
core::Result<http::ClientResponse> PictureSender::exchange(const http::ClientRequest& request) {
  std::optional<std::chrono::steady_clock::time_point> busy_since;
  int out_of_reach = 0;
  bool was_cut = false;
  for (int attempt = 0;; ++attempt) {
    auto response = client_.send(request);
    const Reach reach = reach_of(response);
    if (reach == Reach::reached) {
      if (was_cut || !may_be_cut(response)) return response;
      was_cut = true;
    } else if (reach == Reach::busy) {
      const auto now = std::chrono::steady_clock::now();
      if (!busy_since) busy_since = now;
      if (now - *busy_since >= settings_.longest_busy) return busy_to_the_end(*response);
    } else if (++out_of_reach > settings_.retries) {
      return failure_to_reach(response);
    }
    const bool is_busy = reach == Reach::busy;
    if (attempt == 0) {
      on_wait_(fmt::format("the server is {} ({}); waiting for it",
                           is_busy ? "busy" : "out of reach",
                           response ? told_status(*response) : response.error().detail()));
    }
    std::this_thread::sleep_for(
        pause_after(attempt, is_busy ? kLongestBusyPause : kLongestPause, response));
  }
}

/// The error of the last attempt: the server's, or this picture's if a geond answers otherwise.
core::Error PictureSender::failure_to_reach(const core::Result<http::ClientResponse>& last) {
  const auto readiness = client_.send(request_to(http::Method::get, "/readyz"));
  const bool is_there = readiness && readiness_in(*readiness);
  return core::Error(core::ErrorKind::unavailable,
                     is_there ? "connection_failed" : "server_unreachable",
                     last ? fmt::format("No answer of geond's, but {}.", told_status(*last))
                          : last.error().detail());
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
