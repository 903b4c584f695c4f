// SPDX-License-Identifier: MIT
#include "picture_sender.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/random.hpp"
#include "geond/http/server.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

namespace geond::cli {
namespace {

using namespace std::chrono_literals;

/// A server that answers whatever is sent to it alike.
class Answering {
 public:
  Answering(int status, std::string body) {
    http::Router router;
    const auto answer = [this, status, body](http::Request&,
                                             http::Context&) -> http::Task<http::Response> {
      ++asked_;
      co_return http::Response::text(body, "text/html", status);
    };
    router.post("/api/v1/tasks", answer);
    router.get("/readyz", answer);
    http::ServerConfig config;
    config.listen = {{"127.0.0.1", 0}};
    auto server = http::Server::create(std::move(config), std::move(router), clock_, random_, {});
    REQUIRE(server);
    server_ = std::move(*server);
    server_->start();
  }
  ~Answering() { server_->stop(2000ms); }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  http::ServerUrl url() const { return {false, "127.0.0.1", std::to_string(server_->port()), ""}; }
  int asked() const { return asked_; }

 private:
  core::SystemClock clock_;
  core::SystemRandom random_;
  std::atomic<int> asked_{0};
  std::unique_ptr<http::Server> server_;
};

/// The error of a picture that is sent to a server which answers so.
core::Error error_at(const Answering& server, SendingSettings settings) {
  const support::TemporaryDirectory directory;
  const std::filesystem::path picture = directory.path() / "a.jpg";
  std::ofstream(picture) << "x";
  PictureSender sender(server.url(), {}, std::move(settings), [](std::string_view) {});
  auto result = sender.result_of(picture);
  REQUIRE_FALSE(result);
  return result.error();
}

constexpr const char* kProblem = R"({"code":"some_code","detail":"In words."})";

/// No wait longer than a moment.
SendingSettings impatient() {
  SendingSettings settings;
  settings.key = "k";
  settings.retries = 0;
  settings.longest_busy = 0ms;
  return settings;
}

TEST_CASE("an answer that is no task says by its status and code whose it is") {
  struct Row {
    int status;
    const char* body;
    const char* code;
  };
  const std::vector<Row> rows{
      {429, kProblem, "stayed_busy"},
      {503, kProblem, "stayed_busy"},
      {507, kProblem, "stayed_busy"},
      {429, "<html>", "stayed_busy"},
      {408, "<html>", "refused"},
      {500, kProblem, "refused"},
      // These of a proxy were waited for ten minutes a picture, or failed each picture at once.
      {503, "<html>", "server_unreachable"},
      {507, "{}", "server_unreachable"},
      {500, "<html>", "server_unreachable"},
      {522, "", "server_unreachable"},
      {502, kProblem, "server_unreachable"},
      {401, "<html>", "key_refused"},
      {404, "<html>", "wrong_server"},
      {413, "<html>", "refused"},
      {422, kProblem, "refused"},
      {200, "<html>", "not_of_geond"},
      // A port for HTTPS says this to all that is no TLS: each picture was sent there.
      {400, "<html>", "not_of_geond"},
      {422, R"({"detail":"None of geond's."})", "not_of_geond"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.body);
    const Answering server(row.status, row.body);
    CHECK(error_at(server, impatient()).code() == row.code);
  }
}

TEST_CASE("a busy server is asked again as long as the settings say") {
  const Answering server(503, kProblem);
  SendingSettings settings = impatient();
  settings.longest_busy = 600ms;
  const core::Error error = error_at(server, settings);
  CHECK(error.code() == "stayed_busy");
  CHECK(error.detail() == "the server stayed busy: In words.");
  CHECK(server.asked() == 3);
}

TEST_CASE("a picture's error is everybody's by what became of the others") {
  struct Row {
    const char* code;
    Others others;
    bool is_everybodys;
  };
  const std::vector<Row> rows{
      {"key_refused", {3, 5}, true},   {"server_unreachable", {3, 5}, true},
      {"task_failed", {0, 0}, false},  {"connection_failed", {0, 0}, false},
      {"stayed_busy", {0, 0}, true},   {"stayed_busy", {3, 3}, true},
      {"stayed_busy", {3, 4}, false},  {"not_of_geond", {0, 0}, true},
      {"not_of_geond", {0, 1}, false}, {"not_of_geond", {1, 1}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.code);
    CAPTURE(row.others.now);
    const core::Error error(core::ErrorKind::unavailable, row.code, "Why.");
    CHECK(concerns_all(error, row.others) == row.is_everybodys);
  }
}

}  // namespace
}  // namespace geond::cli
