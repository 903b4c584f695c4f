// SPDX-License-Identifier: MIT
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's header needs FILE before it.
#include <jpeglib.h>

#include <array>
#include <span>

#include "byte_view.hpp"
#include "cpu_budget.hpp"

namespace geond::imaging {

/// libjpeg's error handling: an error ends in a longjmp to `jump`, since libjpeg is C and no
/// exception may fly through it. Between setjmp and longjmp only code without destructors runs.
struct JpegErrors {
  jpeg_error_mgr manager{};  // first, so that a pointer to it is one to the whole
  std::jmp_buf jump;
  std::array<char, JMSG_LENGTH_MAX> message{};
  int code = 0;  ///< libjpeg's number of the fatal error; 0 when we stopped it.
  bool out_of_time = false;
  bool damaged = false;
  bool at_end = false;     ///< The file is over; libjpeg was given an end mark of ours.
  bool cut_short = false;  ///< Pixels were wanted beyond it.

  /// Fills `manager` with the handlers.
  jpeg_error_mgr* install();
};

/// Stops a decoder whose thread has spent its time; also within the passes of a progressive file,
/// before the first row comes out.
struct JpegWatch {
  jpeg_progress_mgr manager{};  // first, as above
  JpegErrors* errors = nullptr;
  const CpuBudget* budget = nullptr;

  jpeg_progress_mgr* install(JpegErrors& errors_to_use, const CpuBudget& budget_to_keep);
};

/// Feeds a decoder a file's parts, one after the other, in place.
struct JpegSource {
  jpeg_source_mgr manager{};  // first, as above
  const Bytes* next = nullptr;
  const Bytes* end = nullptr;

  /// `parts` must outlive the decoder.
  jpeg_source_mgr* install(std::span<const Bytes> parts);
};

}  // namespace geond::imaging
