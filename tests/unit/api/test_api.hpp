// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "geond/api/metrics.hpp"
#include "geond/api/rendering.hpp"
#include "geond/api/routes.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/client.hpp"
#include "geond/http/server.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/storage/database.hpp"
#include "geond/storage/disk_space.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_directory.hpp"

namespace geond::api::test {

/// A response with its body read.
struct Answered {
  int status = 0;
  http::Headers headers;
  std::string body;

  /// The body as JSON; fails the test if it is none.
  nlohmann::json json() const;
  /// The `code` of a problem document; empty if it is not one.
  std::string code() const;
};

/// The whole API behind a real server, over a database of its own. No worker runs: tasks stay
/// queued until finish() or fail() ends them with a made-up outcome, so that tests decide what
/// happens when.
class TestApi {
 public:
  explicit TestApi(auth::Registration registration = auth::Registration::closed)
      : TestApi(registration, usual_settings()) {}
  /// With settings of the test's own.
  TestApi(auth::Registration registration, Settings settings);
  ~TestApi();

  /// Pictures of up to 1 MiB, and else what a server has that nobody has configured.
  static Settings usual_settings();

  /// `bearer` may be empty; a body is sent as `type`.
  Answered call(std::string_view method, const std::string& target, const std::string& bearer = {},
                const std::string& body = {}, const std::string& type = {},
                std::initializer_list<http::Headers::Field> headers = {});
  Answered get(const std::string& target, const std::string& bearer) {
    return call("GET", target, bearer);
  }
  Answered post_json(const std::string& target, const std::string& bearer,
                     const nlohmann::json& body) {
    return call("POST", target, bearer, body.dump(), "application/json");
  }

  /// A connection of its own on which `text` has been sent, to see what comes as it comes.
  support::RawClient connect(std::string_view text) const;

  /// Makes an account, and an API key of it.
  std::string key_of(const std::string& name, auth::Role role = auth::Role::user);
  core::UserId id_of(const std::string& name);

  /// Hands in a small picture and returns the task's id.
  std::int64_t submit(const std::string& key);
  /// Ends the task that is next with an outcome of one cube in an office, or with an error.
  void finish_next();
  void finish_next_without_geons();  ///< So without a scene.
  void fail_next();

  auth::AuthService& auth() { return *auth_; }
  storage::Database& database() { return *database_; }
  const pipeline::Notifier& notifier() const { return *notifier_; }
  /// Tasks that wait and uploads under way, together.
  std::size_t places_taken() const { return pipeline_->stats().waiting; }
  storage::BlobStore& blobs() { return *blobs_; }
  storage::DiskSpace& disk() { return *disk_; }
  const tasks::TaskRepository& tasks() const { return *tasks_; }
  const http::Router& router() const { return router_; }
  std::uint16_t port() const { return server_->port(); }

  /// What the pictures of submit() are.
  static const std::string& picture();

 private:
  void finish_next_with(tasks::Outcome outcome);

  support::TemporaryDirectory directory_;
  core::SystemClock clock_;
  core::SystemRandom random_;
  std::unique_ptr<storage::DiskSpace> disk_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::BlobStore> blobs_;
  std::unique_ptr<tasks::TaskRepository> tasks_;
  std::unique_ptr<catalog::ModelRepository> models_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<pipeline::Notifier> notifier_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<auth::AuthRepository> accounts_;
  std::unique_ptr<auth::AuthService> auth_;
  Rendering rendering_{{.predictions = 2, .password_hashes = 2}};
  std::unique_ptr<Services> services_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Client> client_;
};

/// A multipart/form-data body of one or more `image_file` parts, and its content type.
std::string form_of(const std::vector<std::string>& pictures);
inline constexpr const char* kFormType = "multipart/form-data; boundary=----geond";

}  // namespace geond::api::test
