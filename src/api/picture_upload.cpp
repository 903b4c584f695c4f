// SPDX-License-Identifier: MIT
#include "picture_upload.hpp"

#include <fmt/format.h>

#include <utility>

#include "geond/core/utf8.hpp"
#include "geond/http/media_type.hpp"
#include "geond/imaging/image_info.hpp"
#include "input_reader.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;
using core::Result;

/// Bytes in memory before they go to the disk. Every connection may hold as many, so no more than
/// keeps the hop to the blocking pool small beside hashing and writing.
constexpr std::size_t kChunk = 128 * 1024;
constexpr std::size_t kMaxName = 255;  // bytes
constexpr std::string_view kPart = "image_file";
constexpr std::uint64_t kFormFrame = 16 * 1024;  // bytes of headers and boundaries a part

Error wrong_content_type() {
  return Error(ErrorKind::unsupported_media, "unsupported_content_type",
               "Send the picture itself as the body, or as the part `image_file` of a "
               "multipart/form-data form.");
}

Error missing_part() {
  return Error(ErrorKind::invalid_argument, "missing_part",
               "The form has no part `image_file` with a picture.")
      .with_field(std::string(kPart), "is missing");
}

Error too_large(std::uint64_t largest) {
  return Error(ErrorKind::too_large, "body_too_large",
               fmt::format("A picture may have {} bytes at most.", largest));
}

}  // namespace

std::string display_name(std::string_view file_name) {
  const std::size_t slash = file_name.find_last_of("/\\");
  if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
  std::string name(file_name);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name.find_first_not_of(' ') == std::string::npos) return {};
  name.resize(core::utf8_prefix(name, kMaxName).size());
  return name;
}

PictureReader::PictureReader(const Call& call, std::optional<http::MultipartReader> form,
                             std::size_t max_pictures, OtherParts other_parts)
    : call_(call), form_(std::move(form)), max_pictures_(max_pictures), other_parts_(other_parts) {}

Result<PictureReader> PictureReader::open(const Call& call, std::size_t max_pictures,
                                          OtherParts other_parts) {
  http::Request& request = call.request;
  const std::uint64_t largest = call.services.settings.max_upload_bytes;
  // A place in the queue is held meanwhile, and the least rate alone would allow hours.
  request.body().set_time_limit(call.services.settings.upload_timeout);
  if (http::is_multipart(request)) {
    request.body().set_limit((largest + kFormFrame) * max_pictures);
    auto form = http::MultipartReader::open(request);
    if (!form) return form.error();
    return PictureReader(call, *std::move(form), max_pictures, other_parts);
  }
  if (const auto type = request.headers.get("Content-Type")) {
    const auto parsed = http::parse_media_type(*type);
    if (!parsed) return parsed.error();
    if (parsed->type == "application/json" || parsed->type.starts_with("multipart/")) {
      return wrong_content_type();
    }
  }
  request.body().set_limit(largest);
  return PictureReader(call, std::nullopt, 1, other_parts);
}

http::Task<Result<std::span<const std::byte>>> PictureReader::read_piece() {
  if (form_) co_return co_await form_->read();
  co_return co_await call_.request.body().read();
}

Error PictureReader::fault_of(const Error& error) const {
  return part_.empty() ? error : pipeline::error_of_part(error, part_, file_name_);
}

Result<void> PictureReader::check_declared_size() const {
  const std::uint64_t largest = call_.services.settings.max_upload_bytes;
  if (static_cast<std::uint64_t>(expected_bytes_) > largest) return fault_of(too_large(largest));
  return core::ok();
}

http::Task<Result<UploadedPicture>> PictureReader::read() {
  // Before there is a file: the disk has nothing to say about what nobody takes.
  if (auto checked = check_declared_size(); !checked) co_return checked.error();
  pipeline::Pipeline& pipeline = call_.services.pipeline;
  auto stage = [&pipeline, this] { return pipeline.stage(expected_bytes_); };
  auto file = co_await call_.context.run_blocking(stage);
  if (!file) co_return file.error();
  UploadedPicture picture{*std::move(file), file_name_, part_};
  const auto read = co_await read_content(&picture.file);
  if (!read) co_return read.error();
  co_return picture;
}

http::Task<Result<void>> PictureReader::skim() {
  if (auto checked = check_declared_size(); !checked) co_return checked.error();
  co_return co_await read_content(nullptr);
}

http::Task<Result<void>> PictureReader::read_content(storage::StagedBlob* file) {
  const std::uint64_t largest = call_.services.settings.max_upload_bytes;
  // A file hashes what it is given: the first picture's fingerprint goes on from there.
  const bool adds_bytes = fingerprint_ != nullptr && (file == nullptr || !fingerprint_->is_empty());
  std::vector<std::byte> buffer;
  std::uint64_t size = 0;
  bool is_recognised = false;
  bool is_over = false;
  while (!is_over) {
    const auto piece = co_await read_piece();
    if (!piece) co_return piece.error();
    is_over = piece->empty();
    size += piece->size();
    if (size > largest) co_return fault_of(too_large(largest));
    buffer.insert(buffer.end(), piece->begin(), piece->end());
    if (!is_recognised && (is_over || buffer.size() >= imaging::kRecognisableBytes)) {
      // What is no picture is refused before the rest of it is read.
      if (const auto format = imaging::recognise(buffer); !format) {
        co_return fault_of(format.error());
      }
      is_recognised = true;
    }
    if (buffer.size() < kChunk && !is_over) continue;
    auto write = [&]() -> Result<void> {
      if (adds_bytes) fingerprint_->add(buffer);
      return file != nullptr ? file->append(buffer) : core::ok();
    };
    const auto written = co_await call_.context.run_blocking(write);
    if (!written) co_return written.error();
    buffer.clear();
  }
  if (fingerprint_ != nullptr) {
    if (!adds_bytes) fingerprint_->begin_with(file->hash());
    fingerprint_->add_field(std::to_string(size));
    fingerprint_->add_field(file_name_);  // A setting like the note: the task tells it.
  }
  co_return core::ok();
}

http::Task<Result<bool>> PictureReader::find_part() {
  while (true) {
    const auto part = co_await form_->next_part();
    if (!part) co_return part.error();
    if (!*part) {
      if (count_ == 0) co_return missing_part();
      co_return false;
    }
    // The classic service takes a part without a file name for a text, which is no picture.
    const bool is_skipped =
        other_parts_ == OtherParts::skipped && ((*part)->name != kPart || !(*part)->file_name);
    if (is_skipped) continue;
    if ((*part)->name != kPart) {
      co_return Error(ErrorKind::invalid_argument, "unknown_part",
                      "The form has a part that is not `image_file`; settings go into the query.")
          .with_field((*part)->name.substr(0, 64), "is not a part here");
    }
    if (count_ == max_pictures_) {
      co_return Error(ErrorKind::too_large, "too_many_pictures",
                      fmt::format("A form may hold {} {} at most; send the rest in another one.",
                                  max_pictures_, max_pictures_ == 1 ? "picture" : "pictures"));
    }
    // A form that may hold only one picture needs no number to say which.
    part_ = max_pictures_ > 1 ? fmt::format("{}/{}", kPart, count_) : std::string(kPart);
    file_name_ = display_name((*part)->file_name.value_or(""));
    ++count_;
    co_return true;
  }
}

http::Task<Result<bool>> PictureReader::find_next() {
  if (form_) co_return co_await find_part();
  if (count_ > 0) co_return false;
  ++count_;
  http::Request& request = call_.request;
  expected_bytes_ = static_cast<std::int64_t>(request.body().content_length().value_or(0));
  file_name_ = display_name(request.target.query.get("file_name").value_or(""));
  co_return true;
}

}  // namespace geond::api
