// SPDX-License-Identifier: MIT
#include "geond/app/serve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>

#include "first_account.hpp"
#include "geond/api/metrics.hpp"
#include "geond/api/rendering.hpp"
#include "geond/api/routes.hpp"
#include "geond/api/services.hpp"
#include "geond/api/static_files.hpp"
#include "geond/app/administration.hpp"
#include "geond/app/control.hpp"
#include "geond/app/own_url.hpp"
#include "geond/catalog/catalog.hpp"
#include "geond/core/standard_streams.hpp"
#include "geond/http/server.hpp"
#include "geond/inference/model.hpp"
#include "geond/pipeline/notifier.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "geond/tasks/repository.hpp"
#include "geond/web/web.hpp"
#include "imported_models.hpp"
#include "maintenance.hpp"
#include "prometheus/registry.h"
#include "stop_limit.hpp"
#include "stores.hpp"
#include "supervisor_link.hpp"

namespace geond::app {
namespace {

/// What a stop may take beyond the grace: until running tasks are given up, and until the process
/// is. With the default grace that is well within the ten seconds that supervisors give.
constexpr std::chrono::seconds kTasksOvertime{2};
constexpr std::chrono::seconds kStopOvertime{3};

/// The signals that end the server or make it read its configuration again (SIGHUP). Blocked in
/// every thread and taken by the main one.
sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

/// The shipped models, every one of which has to load. Errors are the person's to mend at the
/// command line, whatever they are.
core::Result<Models> load_shipped_models(const ServeConfig& config) {
  const auto unusable = [](const core::Error& error, const std::string& detail) {
    return core::Error(core::ErrorKind::invalid_argument, error.code(), detail);
  };
  std::filesystem::path directory = config.models;
  if (directory.empty()) {
    auto found = find_models_directory();
    if (!found) return unusable(found.error(), found.error().detail());
    directory = std::move(*found);
  }
  auto loaded = inference::load_models(directory);
  if (!loaded) return unusable(loaded.error(), loaded.error().detail());
  if (!loaded->failures.empty()) {
    const auto& [folder, error] = loaded->failures.front();
    return unusable(error, fmt::format("{}: {}", folder.string(), error.detail()));
  }
  return std::move(loaded->models);
}

/// A worker a core unless the operator says otherwise.
int worker_count(const ServeConfig& config) {
  if (config.workers > 0) return config.workers;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// Everything that runs, in the order in which it is made; destroyed in the opposite order.
class Application {
 public:
  Application(const ServeConfig& config, ConfigSource source)
      : config_(config),
        source_(std::move(source)),
        log_(config.log_level, config.log_format),
        logger_(log_.logger("app")) {}

  ~Application() { shut_down(); }

  core::Result<void> start();
  core::Result<void> wait_and_stop();

 private:
  core::Result<void> open_stores_and_models();
  core::Result<void> start_pipeline(Models models);
  core::Result<void> open_listener();
  core::Result<void> open_for_people();
  http::ServerConfig server_config() const;
  void make_metrics();
  api::MetricsSnapshot snapshot() const;
  std::vector<api::ReadinessCheck> readiness() const;
  std::string url() const;
  void reload();
  core::Result<void> try_reload();
  core::Result<void> take_over(const ServeConfig& wanted);
  void shut_down();
  [[noreturn]] void leave_tasks_behind() const;

  ServeConfig config_;  ///< In force; main thread only.
  const ConfigSource source_;
  core::LogSystem log_;
  const core::Logger logger_;
  std::atomic<bool> has_fault_{false};
  bool is_down_ = false;
  std::unique_ptr<Stores> stores_;
  std::string boot_;
  std::unique_ptr<tasks::TaskRepository> tasks_;
  std::unique_ptr<catalog::ModelRepository> models_;
  std::vector<api::LeftOutModel> left_out_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<pipeline::Notifier> notifier_;
  std::unique_ptr<api::Metrics> metrics_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  api::Rendering rendering_{static_cast<std::size_t>(worker_count(config_))};
  std::unique_ptr<api::Services> services_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<ControlServer> control_;
};

core::Result<void> Application::start() {
  inference::set_threads_per_network(1);
  if (auto opened = open_stores_and_models(); !opened) return opened;
  if (auto listening = open_listener(); !listening) return listening;
  return open_for_people();
}

core::Result<void> Application::open_stores_and_models() {
  auto models = load_shipped_models(config_);
  if (!models) return models.error();
  StoresConfig stores_config{config_.data, config_.disk_watermark,
                             config_.registration == Registration::open
                                 ? auth::Registration::open
                                 : auth::Registration::closed,
                             // The disk cannot be trusted any more: the supervisor starts us anew.
                             [this](const core::Error&) {
                               has_fault_ = true;
                               ::kill(::getpid(), SIGTERM);
                             }};
  auto stores = open_stores(stores_config, log_.logger("storage"));
  if (!stores) return stores.error();
  stores_ = std::move(*stores);
  models_ = catalog::make_sqlite_model_repository(*stores_->database, stores_->clock);
  const auto known = models_->all();
  if (!known) return known.error();
  left_out_ = add_imported_models(*models, stores_->directory->models(), *known, logger_);
  return start_pipeline(std::move(*models));
}

core::Result<void> Application::start_pipeline(Models models) {
  boot_ = core::random_hex(stores_->random, 8);
  tasks_ = tasks::make_sqlite_task_repository(*stores_->database, *stores_->blobs, stores_->clock,
                                              log_.logger("tasks"));
  catalog_ = std::make_unique<catalog::Catalog>(*models_);
  notifier_ = std::make_unique<pipeline::Notifier>(stores_->clock);
  pipeline::PipelineConfig pipeline_config;
  pipeline_config.workers = worker_count(config_);
  pipeline_config.queue_capacity = static_cast<std::size_t>(config_.queue_capacity);
  pipeline_config.limits = imaging::ImageLimits::of(config_.max_pixels, config_.max_side);
  pipeline_config.boot = boot_;
  auto pipeline = pipeline::Pipeline::create(
      std::move(pipeline_config),
      {*tasks_, *catalog_, *stores_->blobs, *notifier_, stores_->clock, log_.logger("pipeline")},
      std::move(models));
  if (!pipeline) return pipeline.error();
  pipeline_ = std::move(*pipeline);
  // Streams of who may not listen any more end at once; a removed user's tasks leave the queue, and
  // the pictures the disk.
  stores_->auth->observe([this](core::UserId user, auth::AccessChange change) {
    notifier_->publish_access_changed(user);
    if (change != auth::AccessChange::user_removed) return;
    pipeline_->recount();
    if (maintenance_) maintenance_->sweep_soon();
  });
  if (config_.metrics == Metrics::on) make_metrics();
  return pipeline_->start();
}

void Application::make_metrics() {
  metrics_ = std::make_unique<api::Metrics>(
      std::make_shared<prometheus::Registry>(), [this] { return snapshot(); }, GEOND_VERSION);
  for (const pipeline::AvailableModel& model : pipeline_->models()) {
    const bool is_detector = model.record.kind == catalog::ModelKind::detection;
    metrics_->model_loaded(model.record.name, is_detector ? "detection" : "classification",
                           model.record.version);
  }
  pipeline::PipelineObserver observer;
  observer.model_ran = [this](std::string_view model, double seconds) {
    metrics_->model_ran(model, seconds);
  };
  observer.task_ended = [this](const pipeline::WorkRecord& record) {
    metrics_->task_finished(record.outcome);
    if (record.queued_seconds) metrics_->stage_finished("queued", *record.queued_seconds);
    if (record.outcome != "done") return;
    metrics_->stage_finished("decode", record.seconds.decode);
    metrics_->stage_finished("detect", record.seconds.detect);
    metrics_->stage_finished("classify", record.seconds.classify);
  };
  pipeline_->observe(std::move(observer));
}

api::MetricsSnapshot Application::snapshot() const {
  const pipeline::QueueStatistics stats = pipeline_->stats();
  api::MetricsSnapshot now;
  now.queue_depth = static_cast<double>(stats.waiting);
  now.queue_capacity = static_cast<double>(stats.capacity);
  now.workers = stats.workers;
  now.workers_busy = stats.busy_workers;
  now.tasks_running = stats.busy_workers;
  now.event_streams = static_cast<double>(notifier_->subscriber_count());
  now.connections = server_ ? static_cast<double>(server_->connection_count()) : 0;
  const storage::DatabaseStatistics database = stores_->database->statistics();
  now.database_bytes = static_cast<double>(database.file_bytes);
  now.database_log_bytes = static_cast<double>(database.log_bytes);
  now.database_commits = static_cast<double>(database.commits);
  now.database_writes = static_cast<double>(database.writes);
  now.database_failed_commits = static_cast<double>(database.failed_commits);
  now.database_checkpoints = static_cast<double>(database.checkpoints);
  now.database_commit_seconds = database.commit_seconds;
  now.disk_free_bytes = static_cast<double>(stores_->disk->available());
  return now;
}

std::vector<api::ReadinessCheck> Application::readiness() const {
  std::vector<api::ReadinessCheck> checks{
      {"database", ""}, {"disk", ""}, {"models", "", api::ReadinessWeight::told}};
  if (const auto refusal = stores_->database->refusal()) checks[0].problem = refusal->detail();
  // Whether a byte more would be taken: a watermark of 0 lets an upload of nothing through.
  if (!stores_->disk->check(1)) {
    checks[1].problem = "The disk is nearly full; pictures are refused.";
  }
  if (!left_out_.empty()) {
    checks[2].problem = fmt::format(
        "{} left out; the log says which and why, and so does the list of models to "
        "administrators.",
        left_out_.size() == 1 ? "1 imported model was"
                              : fmt::format("{} imported models were", left_out_.size()));
  }
  return checks;
}

http::ServerConfig Application::server_config() const {
  http::ServerConfig server;
  server.listening_descriptors = take_inherited_sockets();
  if (server.listening_descriptors.empty()) server.listen = {config_.listen};
  if (!config_.tls_certificate.empty()) {
    server.tls = http::TlsFiles{config_.tls_certificate.string(), config_.tls_key.string()};
  }
  server.io_threads = static_cast<unsigned>(config_.http_threads);
  server.blocking_threads = static_cast<unsigned>(config_.blocking_threads);
  server.max_connections = static_cast<std::size_t>(config_.max_connections);
  server.max_connections_per_address =
      static_cast<std::size_t>(config_.max_connections_per_address);
  server.base_path = config_.base_path;
  server.trusted_proxies = config_.trusted_proxies;
  if (metrics_) {
    server.observer = [this](const http::RequestRecord& record) { metrics_->observe(record); };
  }
  return server;
}

core::Result<void> Application::open_listener() {
  api::Settings settings;
  settings.version = GEOND_VERSION;
  settings.boot = boot_;
  settings.max_upload_bytes = static_cast<std::uint64_t>(config_.max_upload_bytes);
  settings.max_pixels = config_.max_pixels;
  settings.max_side = config_.max_side;
  settings.event_streams_per_user = static_cast<std::size_t>(config_.event_streams_per_user);
  settings.upload_timeout = config_.upload_timeout;
  settings.left_out_models = left_out_;
  services_ = std::make_unique<api::Services>(api::Services{
      *stores_->auth, *pipeline_, *notifier_, rendering_, stores_->clock, log_.logger("api"),
      std::move(settings), [this] { return readiness(); }, metrics_.get()});
  http::Router router;
  api::register_routes(router, *services_);
  api::register_static_files(router, web::files());
  auto server = http::Server::create(server_config(), std::move(router), stores_->clock,
                                     stores_->random, log_.logger("http"));
  if (!server) return server.error();
  // A socket that was handed over listens where it does, whatever --listen says.
  for (const http::ListenAddress& address : (*server)->addresses()) {
    if (auto safe = check_reach(config_, address); !safe) return safe;
  }
  server_ = std::move(*server);
  return core::ok();
}

std::string Application::url() const {
  return own_url(server_->addresses().front().to_string(), !config_.tls_certificate.empty(),
                 config_.base_path);
}

core::Result<void> Application::open_for_people() {
  maintenance_ =
      std::make_unique<Maintenance>(*stores_, *tasks_, *pipeline_, log_.logger("maintenance"));
  auto control = ControlServer::start(
      control_socket(config_.data),
      [this, data = config_.data](const std::string& request, const std::stop_token& stop) {
        return answer_administration(
            {data, *stores_->database, *stores_->blobs, *stores_->auth, &log_}, request, stop);
      },
      log_.logger("control"));
  if (!control) return control.error();
  control_ = std::move(*control);
  // Last of all that can fail: its password is shown now or never. Before the first connection,
  // so that no stranger's account is the first.
  const auto greeting = create_first_account(*stores_->auth, config_, url());
  if (!greeting) return greeting.error();
  server_->start();
  const bool is_told = core::write_if_possible(
      STDOUT_FILENO, fmt::format("{}geond listens on {}\n", *greeting, url()));
  if (!is_told && !greeting->empty()) {
    logger_.warning("nobody saw the first account's password: set another with geond user password",
                    {{"name", config_.admin_name}});
  }
  notify_supervisor("READY=1");
  logger_.info("started", {{"url", url()},
                           {"listen", server_->addresses().front().to_string()},
                           {"workers", pipeline_->stats().workers},
                           {"opencv", inference::opencv_version()}});
  return core::ok();
}

void Application::reload() {
  // The time stamp is for supervisors that wait for the answer (Type=notify-reload).
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
  notify_supervisor(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.count()));
  if (const auto taken = try_reload(); !taken) {
    logger_.error("not reloaded; the settings before stay in force",
                  {{"code", taken.error().code()}, {"detail", taken.error().detail()}});
  }
  notify_supervisor("READY=1");
}

/// Faults, too, are no reason to end a server that runs.
core::Result<void> Application::try_reload() {
  try {
    const auto wanted = source_();
    return wanted ? take_over(*wanted) : wanted.error();
  } catch (const std::exception& fault) {
    return core::Error(core::ErrorKind::internal, "fault", fault.what());
  }
}

core::Result<void> Application::take_over(const ServeConfig& wanted) {
  const ConfigDifference difference = compare(config_, wanted);
  const ServeConfig merged = merge(config_, wanted);
  // First what can fail.
  if (!merged.tls_certificate.empty()) {
    const http::TlsFiles files{merged.tls_certificate.string(), merged.tls_key.string()};
    if (auto renewed = server_->renew_tls(files); !renewed) return renewed;
  }
  log_.set_level(merged.log_level);
  stores_->disk->set_watermark(merged.disk_watermark);
  stores_->auth->set_registration(merged.registration == Registration::open
                                      ? auth::Registration::open
                                      : auth::Registration::closed);
  config_ = merged;
  logger_.info("reloaded", {{"changed", fmt::format("{}", fmt::join(difference.live, " "))}});
  if (!difference.needs_restart.empty()) {
    logger_.warning("some settings change with a restart only",
                    {{"options", fmt::format("{}", fmt::join(difference.needs_restart, " "))}});
  }
  return core::ok();
}

core::Result<void> Application::wait_and_stop() {
  const sigset_t signals = awaited_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) reload();
  logger_.info("stopping", {{"signal", signal}});
  notify_supervisor("STOPPING=1");
  shut_down();
  if (!has_fault_) return core::ok();
  return core::Error(core::ErrorKind::internal, "storage_fault",
                     "The disk failed; the log says how. Nothing that was accepted before is lost; "
                     "start geond again when the disk is well.");
}

void Application::shut_down() {
  if (std::exchange(is_down_, true)) return;
  const auto begun = std::chrono::steady_clock::now();
  limit_stop(config_.shutdown_grace + kStopOvertime);
  // Everything that takes time hears of the stop before the first is waited for.
  if (pipeline_) pipeline_->stop_claiming();
  if (control_) control_->request_stop();
  if (maintenance_) maintenance_->request_stop();
  if (server_) server_->stop(config_.shutdown_grace);
  if (pipeline_ && !pipeline_->stop_by(begun + config_.shutdown_grace + kTasksOvertime)) {
    leave_tasks_behind();
  }
  control_.reset();
  maintenance_.reset();
}

/// Ends the process under its workers. Not through the log, which has a thread of its own.
void Application::leave_tasks_behind() const {
  core::write_if_possible(STDERR_FILENO,
                          "geond: tasks still ran at the end of the stop; they are queued again\n");
  std::_Exit(has_fault_ ? EXIT_FAILURE : EXIT_SUCCESS);
}

}  // namespace

core::Result<void> serve(const ServeConfig& config, ConfigSource source) {
  // Before any thread, so that all inherit it: signals are taken by wait_and_stop() alone.
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // What is in the data directory is its owner's alone.
  ::umask(077);
  Application application(config, std::move(source));
  if (auto started = application.start(); !started) return started;
  return application.wait_and_stop();
}

}  // namespace geond::app
