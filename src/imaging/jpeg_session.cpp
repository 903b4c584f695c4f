#include "jpeg_session.hpp"

#include <jerror.h>

namespace geond::imaging {
namespace {

JpegErrors& errors_of(j_common_ptr session) {
  return *reinterpret_cast<JpegErrors*>(session->err);
}

[[noreturn]] void on_error(j_common_ptr session) {
  JpegErrors& errors = errors_of(session);
  errors.code = session->err->msg_code;
  session->err->format_message(session, errors.message.data());
  std::longjmp(errors.jump, 1);
}

void on_message(j_common_ptr session, int level) {
  if (level >= 0) return;  // a trace
  JpegErrors& errors = errors_of(session);
  ++session->err->num_warnings;
  switch (session->err->msg_code) {
    case JWRN_JPEG_EOF:
      errors.ended_early = true;
      break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
      errors.damaged = true;
      break;
    default:
      break;  // odd, but harmless to the pixels
  }
}

void print_nothing(j_common_ptr) {}

void on_progress(j_common_ptr session) {
  auto& watch = *reinterpret_cast<JpegWatch*>(session->progress);
  if (!watch.budget->is_spent()) return;
  watch.errors->out_of_time = true;
  std::longjmp(watch.errors->jump, 1);
}

}  // namespace

jpeg_error_mgr* JpegErrors::install() {
  jpeg_std_error(&manager);
  manager.error_exit = on_error;
  manager.emit_message = on_message;
  manager.output_message = print_nothing;
  return &manager;
}

jpeg_progress_mgr* JpegWatch::install(JpegErrors& errors_to_use, const CpuBudget& budget_to_keep) {
  errors = &errors_to_use;
  budget = &budget_to_keep;
  manager.progress_monitor = on_progress;
  return &manager;
}

}  // namespace geond::imaging
