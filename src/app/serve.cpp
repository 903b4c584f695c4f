// SPDX-License-Identifier: MIT
#include "geond/app/serve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "derived_config.hpp"
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
#include "geond/core/error_codes.hpp"
#include "geond/core/standard_streams.hpp"
#include "geond/http/server.hpp"
#include "geond/inference/model.hpp"
#include "geond/pipeline/notifier.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "geond/storage/fault_mark.hpp"
#include "geond/tasks/repository.hpp"
#include "geond/web/web.hpp"
#include "imported_models.hpp"
#include "maintenance.hpp"
#include "shipped_models.hpp"
#include "stop_limit.hpp"
#include "stores.hpp"
#include "supervisor_link.hpp"
#include "telemetry.hpp"

namespace geond::app {
namespace {

/// What a stop may take beyond the grace: until running tasks are given up, and until the process
/// is. With the default grace that is well within the ten seconds that supervisors give.
constexpr std::chrono::seconds kTasksOvertime{2};
constexpr std::chrono::seconds kStopOvertime{3};
/// Of the grace, what is left for answers and for claims to be given up once a database that
/// another program holds is waited for no longer.
constexpr std::chrono::seconds kWithoutDatabase{1};

/// Every address, as one line tells them.
std::string all_of(const std::vector<http::ListenAddress>& addresses) {
  std::string text;
  for (const http::ListenAddress& address : addresses) {
    text += (text.empty() ? "" : ", ") + address.to_string();
  }
  return text;
}

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

/// Whether a signal to end waits to be taken.
bool is_stop_asked_for() {
  sigset_t waiting;
  sigemptyset(&waiting);
  sigpending(&waiting);
  return sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1;
}

/// What a long upgrade of the database asks a thousand times a second.
std::function<bool()> goes_on_unless_stopped() {
  return [told = std::chrono::steady_clock::now()]() mutable {
    constexpr std::chrono::seconds kBetweenWords{10};
    const auto now = std::chrono::steady_clock::now();
    if (now - told > kBetweenWords) {
      extend_start();
      told = now;
    }
    return !is_stop_asked_for();
  };
}

/// Everything that runs, in the order in which it is made; destroyed in the opposite order.
class Application {
 public:
  /// `inherited`: see take_inherited_sockets().
  Application(const ServeConfig& config, ConfigSource source, std::vector<int> inherited)
      : config_(config),
        source_(std::move(source)),
        inherited_(std::move(inherited)),
        log_(config.log_level, config.log_format),
        logger_(log_.logger("app")) {}

  ~Application() { shut_down(); }

  core::Result<void> start();
  core::Result<void> wait_and_stop();

 private:
  core::Result<void> open_stores_and_models();
  core::Result<void> start_pipeline(Models models);
  void tell_missing_defaults(const std::vector<catalog::Model>& known) const;
  core::Result<void> open_listener();
  core::Result<void> open_for_people();
  void warn_of_clock() const;
  Upkeep upkeep() const;
  std::string url() const;
  std::string url_at(const http::ListenAddress& address) const;
  void reload();
  core::Result<void> try_reload();
  core::Result<void> take_over(const ServeConfig& wanted);
  void tell_reloaded(const std::vector<std::string>& changed) const;
  void shut_down();
  [[noreturn]] void leave_tasks_behind() const;

  ServeConfig config_;  ///< In force; main thread only.
  const ConfigSource source_;
  std::vector<int> inherited_;  ///< Until the listener has them.
  core::LogSystem log_;
  const core::Logger logger_;
  std::atomic<bool> has_fault_{false};
  storage::FaultMark fault_mark_;
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
  api::Rendering rendering_{rendering_places(config_)};
  std::unique_ptr<api::Services> services_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Maintenance> maintenance_;
  std::unique_ptr<ControlServer> control_;
};

core::Result<void> Application::start() {
  inference::prepare_opencv(1);
  if (auto opened = open_stores_and_models(); !opened) return opened;
  if (auto listening = open_listener(); !listening) return listening;
  return open_for_people();
}

core::Result<void> Application::open_stores_and_models() {
  auto models = load_shipped_models(config_);
  if (!models) return models.error();
  StoresConfig wanted = stores_config(config_);
  // The disk cannot be trusted any more: the supervisor starts us anew.
  wanted.on_fault = [this](const core::Error&) {
    has_fault_ = true;
    const bool is_noted = fault_mark_.set();
    ::kill(::getpid(), SIGTERM);
    if (!is_noted)
      logger_.warning("that the disk failed cannot be noted: it will pass for a crash");
  };
  wanted.goes_on = goes_on_unless_stopped();
  auto stores = open_stores(wanted, log_.logger("storage"));
  if (!stores) return stores.error();
  stores_ = std::move(*stores);
  models_ = catalog::make_sqlite_model_repository(*stores_->database, stores_->clock);
  const auto known = models_->all();
  if (!known) return known.error();
  left_out_ =
      add_imported_models(*models, stores_->directory->layout().imported_models(), *known, logger_);
  if (auto started = start_pipeline(std::move(*models)); !started) return started;
  tell_missing_defaults(*known);
  return core::ok();
}

/// An administrator's choice lasts, but what is used until it is back may be another model.
void Application::tell_missing_defaults(const std::vector<catalog::Model>& known) const {
  for (const catalog::Model& wanted : known) {
    if (!wanted.is_default) continue;
    const auto now = catalog_->resolve(wanted.kind, "");
    if (!now || now->name == wanted.name) continue;
    logger_.warning("the default model is not there: another stands in until it is back",
                    {{"kind", core::to_string(wanted.kind)},
                     {"default", wanted.name},
                     {"stands_in", now->name}});
  }
}

core::Result<void> Application::start_pipeline(Models models) {
  boot_ = core::random_hex(stores_->random, 8);
  fault_mark_.open(stores_->directory->layout().fault_mark());
  tasks_ = tasks::make_sqlite_task_repository(*stores_->database, *stores_->blobs, stores_->clock,
                                              log_.logger("tasks"));
  catalog_ = std::make_unique<catalog::Catalog>(*models_);
  notifier_ = std::make_unique<pipeline::Notifier>(stores_->clock, pipeline::Notifier::kKeptEvents,
                                                   log_.logger("notifier"));
  pipeline::PipelineConfig wanted = pipeline_config(config_, boot_);
  wanted.ended_by_fault = fault_mark_.ended_run();
  auto pipeline = pipeline::Pipeline::create(
      std::move(wanted),
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
  if (config_.metrics == MetricsRoute::on) {
    const auto source = [this] {
      api::MetricsSnapshot now =
          metrics_snapshot(*stores_, *pipeline_, *notifier_,
                           server_ ? server_->connection_count() : 0, left_out_.size());
      const auto certificate = server_ ? server_->certificate() : std::nullopt;
      if (certificate) now.certificate_end = certificate->not_after;
      return now;
    };
    metrics_ = make_metrics(*pipeline_, source, stores_->clock.now());
  }
  if (auto started = pipeline_->start(); !started) return started;
  fault_mark_.arm(boot_);
  return core::ok();
}

core::Result<void> Application::open_listener() {
  api::Settings settings = api_settings(config_, boot_);
  settings.left_out_models = left_out_;
  services_ = std::make_unique<api::Services>(api::Services{
      *stores_->auth, *pipeline_, pipeline_->predictor(), *notifier_, rendering_, stores_->clock,
      log_.logger("api"), std::move(settings),
      [this] { return readiness_checks(*stores_, left_out_.size()); }, metrics_.get()});
  http::Router router;
  api::register_routes(router, *services_);
  api::register_static_files(router, web::files());
  http::ServerConfig wanted = server_config(config_, std::exchange(inherited_, {}));
  if (metrics_) {
    wanted.observer = [this](const http::RequestRecord& record) { metrics_->observe(record); };
  }
  auto server = http::Server::create(std::move(wanted), std::move(router), stores_->clock,
                                     stores_->random, log_.logger("http"));
  if (!server) return server.error();
  // A socket that was handed over listens where it does, whatever --listen says.
  for (const http::ListenAddress& address : (*server)->addresses()) {
    if (auto safe = check_reach(config_, address); !safe) return safe;
  }
  server_ = std::move(*server);
  return core::ok();
}

std::string Application::url_at(const http::ListenAddress& address) const {
  return own_url(address.to_string(), !config_.tls_certificate.empty(), config_.base_path);
}

std::string Application::url() const {
  return url_at(server_->addresses().front());
}

core::Result<void> Application::open_for_people() {
  maintenance_ = std::make_unique<Maintenance>(*stores_, upkeep(), log_.logger("maintenance"));
  auto control = ControlServer::start(
      stores_->directory->layout().control_socket(),
      [this, data = config_.data](const std::string& request, const std::stop_token& stop) {
        auto answer = answer_administration(
            {data, *stores_->database, *stores_->blobs, *stores_->auth, &log_}, request, stop);
        // Pictures of who was removed during a backup go with its end.
        if (stores_->blobs->take_put_off()) maintenance_->sweep_soon();
        return answer;
      },
      log_.logger("control"), takes_long);
  if (!control) return control.error();
  control_ = std::move(*control);
  // Last but one of all that can fail: its password is shown now or never. Before the first
  // connection, so that no stranger's account is the first.
  warn_of_clock();
  const auto greeting = create_first_account(*stores_->auth, config_, url());
  if (!greeting) return greeting.error();
  try {
    server_->start();
  } catch (...) {
    // Its threads were not to be had, say. The account stays, and the next start makes no other.
    core::write_if_possible(STDOUT_FILENO, *greeting);
    throw;
  }
  std::string told = *greeting;
  for (const http::ListenAddress& address : server_->addresses()) {
    told += fmt::format("geond listens on {}\n", url_at(address));
  }
  const bool is_told = core::write_if_possible(STDOUT_FILENO, told);
  if (!is_told && !greeting->empty()) {
    logger_.warning("nobody saw the first account's password: set another with geond user password",
                    {{"name", config_.admin_name}});
  }
  notify_supervisor("READY=1");
  logger_.info("started", {{"url", url()},
                           {"listen", all_of(server_->addresses())},
                           {"workers", pipeline_->stats().workers},
                           {"opencv", inference::opencv_version()}});
  return core::ok();
}

void Application::warn_of_clock() const {
  const core::Timestamp now = stores_->clock.now();
  if (now >= core::kFirstPlausible) return;
  logger_.warning(
      "the clock is not set: links and sign-ins that are made now expire as soon as it is; set it "
      "(timedatectl), then sign in with name and password",
      {{"clock", core::format_rfc3339(now)}});
}

Upkeep Application::upkeep() const {
  return {.recount = [this] { pipeline_->recount(); },
          .fail_missing_inputs = [this] { return pipeline_->fail_missing_inputs(); },
          .remove_expired_keys = [this]() -> core::Result<void> {
            const auto removed = tasks_->remove_expired_keys();
            return removed ? core::ok() : core::Result<void>(removed.error());
          },
          .warn_of_certificate = [this] { server_->warn_of_certificate(); }};
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
  // Every live option has its line here, but the grace: a stop looks it up.
  log_.set_level(merged.log_level);
  stores_->disk->set_watermark(merged.disk_watermark);
  stores_->auth->set_registration(merged.registration);
  config_ = merged;
  tell_reloaded(difference.live);
  if (!difference.needs_restart.empty()) {
    logger_.warning("some settings change with a restart only",
                    {{"options", fmt::format("{}", fmt::join(difference.needs_restart, " "))}});
  }
  return core::ok();
}

/// Whoever renewed a certificate sees by its end that it is the new one.
void Application::tell_reloaded(const std::vector<std::string>& changed) const {
  const core::LogField options("changed", fmt::format("{}", fmt::join(changed, " ")));
  const auto certificate = server_->certificate();
  if (!certificate) return logger_.info("reloaded", {options});
  logger_.info("reloaded",
               {options, {"certificate_until", core::format_rfc3339(certificate->not_after)}});
}

core::Result<void> Application::wait_and_stop() {
  const sigset_t signals = awaited_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    if (server_) reload();  // A start that was ended has none.
  }
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
  if (stores_) {
    stores_->database->wait_for_locks_until(begun + config_.shutdown_grace - kWithoutDatabase);
  }
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
  // Before any thread, too: it changes the environment.
  std::vector<int> inherited = take_inherited_sockets();
  // What is in the data directory is its owner's alone.
  ::umask(077);
  Application application(config, std::move(source), std::move(inherited));
  const auto started = application.start();
  // A start that a signal ended, in the middle of an upgrade, is a stop like any other.
  if (!started && started.error().code() != core::codes::kStopping) return started;
  return application.wait_and_stop();
}

}  // namespace geond::app
