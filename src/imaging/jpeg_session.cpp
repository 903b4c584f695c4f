// SPDX-License-Identifier: MIT
#include "jpeg_session.hpp"

#include <jerror.h>

#include <algorithm>

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
      errors.at_end = true;
      break;
    case JWRN_HIT_MARKER:
      errors.damaged = true;
      if (errors.at_end) errors.cut_short = true;
      break;
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

void do_nothing(j_decompress_ptr) {}

boolean next_part(j_decompress_ptr session) {
  auto& source = *reinterpret_cast<JpegSource*>(session->src);
  static constexpr std::array<JOCTET, 2> kEndOfImage{0xFF, JPEG_EOI};
  if (source.next == source.end) {
    // A decoder wants an end: it gets one, and whoever asked learns that it was not in the file.
    session->err->msg_code = JWRN_JPEG_EOF;
    session->err->emit_message(reinterpret_cast<j_common_ptr>(session), -1);
    source.manager.next_input_byte = kEndOfImage.data();
    source.manager.bytes_in_buffer = kEndOfImage.size();
    return TRUE;
  }
  source.manager.next_input_byte = reinterpret_cast<const JOCTET*>(source.next->data());
  source.manager.bytes_in_buffer = source.next->size();
  ++source.next;
  return TRUE;
}

void skip_bytes(j_decompress_ptr session, long count) {
  jpeg_source_mgr& manager = *session->src;
  auto left = static_cast<std::size_t>(std::max(0L, count));
  while (left > manager.bytes_in_buffer) {
    left -= manager.bytes_in_buffer;
    next_part(session);
  }
  manager.next_input_byte += left;
  manager.bytes_in_buffer -= left;
}

}  // namespace

jpeg_source_mgr* JpegSource::install(std::span<const Bytes> parts) {
  next = parts.data();
  end = parts.data() + parts.size();
  manager.init_source = do_nothing;
  manager.fill_input_buffer = next_part;
  manager.skip_input_data = skip_bytes;
  manager.resync_to_restart = jpeg_resync_to_restart;
  manager.term_source = do_nothing;
  return &manager;
}

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
