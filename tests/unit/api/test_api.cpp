// SPDX-License-Identifier: MIT
#include "test_api.hpp"

#include "geond/inference/model.hpp"
#include "support/pictures.hpp"

namespace geond::api::test {
namespace {

/// Loading the models takes longer than anything else here, and they never change.
const std::vector<std::shared_ptr<const inference::Model>>& models() {
  static const auto loaded = inference::load_models(GEOND_SOURCE_DIR "/models");
  REQUIRE(loaded.has_value());
  REQUIRE_FALSE(loaded->models.empty());
  return loaded->models;
}

template <class Value>
Value take(core::Result<Value> result) {
  if (!result) FAIL(result.error().code() << ": " << result.error().detail());
  return *std::move(result);
}

}  // namespace

nlohmann::json Answered::json() const {
  auto document = nlohmann::json::parse(body, nullptr, false);
  CAPTURE(body);
  REQUIRE_FALSE(document.is_discarded());
  return document;
}

std::string Answered::code() const {
  if (headers.get_or("Content-Type", "") != "application/problem+json") return {};
  return json().value("code", "");
}

Settings TestApi::usual_settings() {
  Settings settings;
  settings.version = "test";
  settings.boot = "boot";
  settings.max_upload_bytes = 1024 * 1024;
  settings.max_pixels = imaging::ImageLimits().max_pixels;
  settings.max_side = imaging::ImageLimits().max_side;
  settings.event_streams_per_user = 8;
  settings.upload_timeout = std::chrono::minutes(15);
  return settings;
}

TestApi::TestApi(auth::Registration registration, Settings settings) {
  const auto& root = directory_.path();
  disk_ = std::make_unique<storage::DiskSpace>(root / "reserve", 0, 0);
  storage::DatabaseOptions options;
  options.file = root / "geond.db";
  database_ = take(storage::Database::open(options, {}));
  blobs_ =
      take(storage::BlobStore::open(root / "blobs", root / "tmp", *database_, *disk_, random_, {}));
  tasks_ = tasks::make_sqlite_task_repository(*database_, *blobs_, clock_, {});
  models_ = catalog::make_sqlite_model_repository(*database_, clock_);
  catalog_ = std::make_unique<catalog::Catalog>(*models_);
  notifier_ = std::make_unique<pipeline::Notifier>(clock_);
  pipeline::PipelineConfig config;
  config.queue_capacity = 64;
  config.boot = "test";
  pipeline_ = take(pipeline::Pipeline::create(
      config, {*tasks_, *catalog_, *blobs_, *notifier_, clock_, {}}, models()));
  accounts_ = auth::make_sqlite_auth_repository(*database_);
  auth::AuthConfig auth_config;
  auth_config.key_file = root / "token.key";
  auth_config.registration = registration;
  auth_config.hash_memory = 8192;
  auth_config.hash_passes = 1;
  auth_ = take(auth::AuthService::create(auth_config, *accounts_, clock_, random_, {}));
  auth_->observe(
      [this](core::UserId user, auth::AccessChange) { notifier_->publish_access_changed(user); });
  services_ = std::make_unique<Services>(Services{*auth_,
                                                  *pipeline_,
                                                  pipeline_->predictor(),
                                                  *notifier_,
                                                  rendering_,
                                                  clock_,
                                                  {},
                                                  std::move(settings),
                                                  {},
                                                  nullptr});
  register_routes(router_, *services_);
  http::Router router;
  register_routes(router, *services_);
  http::ServerConfig server_config;
  server_config.listen = {{"127.0.0.1", 0}};
  server_ = take(http::Server::create(server_config, std::move(router), clock_, random_, {}));
  server_->start();
  const std::string url = "http://127.0.0.1:" + std::to_string(server_->port());
  client_ =
      std::make_unique<http::Client>(take(http::parse_server_url(url)), std::chrono::seconds(30));
}

TestApi::~TestApi() {
  server_->stop(std::chrono::seconds(1));
}

Answered TestApi::call(std::string_view method, const std::string& target,
                       const std::string& bearer, const std::string& body, const std::string& type,
                       std::initializer_list<http::Headers::Field> headers) {
  http::ClientRequest request;
  request.method = *http::parse_method(method);
  request.target = target;
  request.body = body;
  if (!bearer.empty()) request.headers.add("Authorization", "Bearer " + bearer);
  if (!type.empty()) request.headers.add("Content-Type", type);
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  auto response = take(client_->send(request));
  return {response.status, response.headers, response.body};
}

support::RawClient TestApi::connect(std::string_view text) const {
  support::RawClient client(port());
  REQUIRE(client.send(text));
  return client;
}

std::string TestApi::key_of(const std::string& name, auth::Role role) {
  const auto user = take(auth_->create_user(name, name + "'s password", role));
  return take(auth_->create_api_key(user.id, "test")).secret;
}

core::UserId TestApi::id_of(const std::string& name) {
  return take(auth_->user_by_name(name)).id;
}

const std::string& TestApi::picture() {
  static const std::string bytes = support::make_jpeg(support::room(64, 48));
  return bytes;
}

std::int64_t TestApi::submit(const std::string& key) {
  const Answered answered = call("POST", "/api/v1/tasks", key, picture(), "image/jpeg");
  CAPTURE(answered.body);
  REQUIRE(answered.status == 202);
  return answered.json()["id"].get<std::int64_t>();
}

void TestApi::finish_next() {
  tasks::Outcome outcome;
  outcome.scene = "office";
  outcome.scene_probability = 0.9;
  outcome.scenes = {{"office", 0.9}, {"livingroom", 0.05}};
  outcome.candidates = {{"cube", 0.93, {{2, 20}, 10, 8, 5}}, {"cone", 0.1, {{30, 20}, 6, 5, 0}}};
  finish_next_with(std::move(outcome));
}

void TestApi::finish_next_without_geons() {
  finish_next_with({});
}

void TestApi::finish_next_with(tasks::Outcome outcome) {
  const auto claimed = take(tasks_->claim_next("test"));
  REQUIRE(claimed.claim.has_value());
  outcome.image = {64, 48};
  outcome.threshold = claimed.claim->task.threshold;
  take(tasks_->finish(*claimed.claim, outcome, {0.01, 0.02, 0.001}));
  notifier_->publish(pipeline::TaskEventKind::done, claimed.claim->task.owner,
                     claimed.claim->task.id);
}

void TestApi::fail_next() {
  const auto claimed = take(tasks_->claim_next("test"));
  REQUIRE(claimed.claim.has_value());
  take(tasks_->fail(*claimed.claim, {"image_broken", "The picture is broken."}));
}

std::string form_of(const std::vector<std::string>& pictures) {
  std::string form;
  for (const std::string& picture : pictures) {
    form +=
        "------geond\r\nContent-Disposition: form-data; name=\"image_file\"; "
        "filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n" +
        picture + "\r\n";
  }
  return form + "------geond--\r\n";
}

}  // namespace geond::api::test
