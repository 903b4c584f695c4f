// SPDX-License-Identifier: MIT
#include "trace_context.hpp"

#include <algorithm>

namespace geond::http {
namespace {

// version "-" trace-id "-" parent-id "-" trace-flags
constexpr std::size_t kVersionSize = 2;
constexpr std::size_t kTraceIdBegin = 3;
constexpr std::size_t kTraceIdSize = 32;
constexpr std::size_t kParentIdBegin = 36;
constexpr std::size_t kParentIdSize = 16;
constexpr std::size_t kFlagsBegin = 53;
constexpr std::size_t kFlagsSize = 2;
constexpr std::size_t kSizeOfVersion00 = 55;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::string_view trace_id_of(std::string_view traceparent) {
  if (traceparent.size() < kSizeOfVersion00) return {};
  const std::string_view version = traceparent.substr(0, kVersionSize);
  const std::string_view trace_id = traceparent.substr(kTraceIdBegin, kTraceIdSize);
  const std::string_view parent_id = traceparent.substr(kParentIdBegin, kParentIdSize);
  const std::string_view flags = traceparent.substr(kFlagsBegin, kFlagsSize);
  for (const std::string_view field : {version, trace_id, parent_id, flags}) {
    if (!is_hex(field)) return {};
  }
  for (const std::size_t dash : {kTraceIdBegin - 1, kParentIdBegin - 1, kFlagsBegin - 1}) {
    if (traceparent[dash] != '-') return {};
  }
  const bool has_more = traceparent.size() > kSizeOfVersion00;
  if (has_more && (version == "00" || traceparent[kSizeOfVersion00] != '-')) return {};
  if (version == "ff" || is_zero(trace_id) || is_zero(parent_id)) return {};
  return trace_id;
}

}  // namespace geond::http
