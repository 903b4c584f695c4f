// SPDX-License-Identifier: MIT
#pragma once

#include <boost/assert/source_location.hpp>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace geond::core {

/// What sort of failure it is. The HTTP layer turns the kind into a status, the command line into
/// an exit status; the `code` of an Error says exactly what happened.
enum class ErrorKind {
  invalid_argument,   ///< A value is missing, malformed or out of range (422).
  bad_request,        ///< The request as such is malformed (400).
  unauthenticated,    ///< Nobody, or a token that is not valid (401).
  forbidden,          ///< Known, but not allowed (403).
  not_found,          ///< Does not exist, or is somebody else's (404).
  conflict,           ///< The state does not allow it (409).
  gone,               ///< It was there once (410).
  too_large,          ///< Over a size limit (413).
  unsupported_media,  ///< A format that is not read here (415).
  unprocessable,      ///< Well-formed, but its content is broken (422).
  too_many_requests,  ///< Over a rate limit (429).
  unavailable,        ///< Busy or stopping; try again later (503).
  storage_full,       ///< The disk is, or nearly is, full (507).
  internal,           ///< A fault of ours; the detail is for the log only (500).
};

/// One field of the input that was refused.
struct FieldError {
  std::string field;   ///< Name of the query parameter, form part or JSON pointer.
  std::string detail;  ///< What is wrong and what would be right.
};

/// An expected failure. Values of this type travel in Result; faults are exceptions.
///
/// A class with an explicit constructor, not an aggregate: an aggregate would let
/// `return {a, b};` of a function returning Result build an error by accident.
class Error {
 public:
  /// "No error": what Boost's result needs for error() of a success. Kind internal, no code.
  Error() = default;

  /// `code` is stable snake_case for programs, `detail` a sentence for people that says what to
  /// do. For ErrorKind::internal the detail must not reach a client.
  explicit Error(ErrorKind kind, std::string_view code, std::string detail,
                 std::source_location where = std::source_location::current());

  /// Adds the field that was wrong; may be called several times.
  Error&& with_field(std::string field, std::string detail) &&;
  /// Adds all the fields that were wrong.
  Error&& with_fields(std::vector<FieldError> fields) &&;

  ErrorKind kind() const { return kind_; }
  const std::string& code() const { return code_; }
  const std::string& detail() const { return detail_; }
  const std::vector<FieldError>& fields() const { return fields_; }
  const std::source_location& where() const { return where_; }

 private:
  ErrorKind kind_ = ErrorKind::internal;
  std::string code_;
  std::string detail_;
  std::vector<FieldError> fields_;
  std::source_location where_;
};

/// Found by argument-dependent lookup when Result::value() is called on an error: that is a fault
/// in geond, hence an exception (std::logic_error).
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

}  // namespace geond::core
