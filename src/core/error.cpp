// SPDX-License-Identifier: MIT
#include "geond/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace geond::core {

Error::Error(ErrorKind kind, std::string_view code, std::string detail, std::source_location where)
    : kind_(kind), code_(code), detail_(std::move(detail)), where_(where) {}

Error&& Error::with_field(std::string field, std::string detail) && {
  fields_.push_back({std::move(field), std::move(detail)});
  return std::move(*this);
}

Error&& Error::with_fields(std::vector<FieldError> fields) && {
  std::ranges::move(fields, std::back_inserter(fields_));
  return std::move(*this);
}

void throw_exception_from_error(const Error& error, const boost::source_location& at) {
  throw std::logic_error(fmt::format("unchecked error {} ({}) at {}:{}, made at {}:{}",
                                     error.code(), error.detail(), at.file_name(), at.line(),
                                     error.where().file_name(), error.where().line()));
}

}  // namespace geond::core
