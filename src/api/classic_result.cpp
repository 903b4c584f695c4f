// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>

#include "classic.hpp"
#include "geond/http/json.hpp"
#include "geond/pipeline/pipeline.hpp"

namespace geond::api::classic {
namespace {

using core::Error;
using core::ErrorKind;
using core::Result;
using nlohmann::json;

/// Bytes of a picture that are encoded at once: 64 KiB of base64, and no padding in the middle.
constexpr std::int64_t kPiece = 48 * 1024;
static_assert(kPiece % 3 == 0);

json primitive_row(const geometry::Primitive& primitive, geometry::ImageSize picture) {
  json row = {{"primitive_class", primitive.class_name}, {"probability", primitive.probability}};
  const auto corners = geometry::normalised_corners(primitive.box, picture);
  for (std::size_t at = 0; at < corners.size(); ++at) {
    row[fmt::format("x{}", at + 1)] = std::clamp(corners[at].x, 0.0, 1.0);
    row[fmt::format("y{}", at + 1)] = std::clamp(corners[at].y, 0.0, 1.0);
  }
  return row;
}

json result_document(const std::optional<tasks::Outcome>& outcome) {
  json document = {
      {"image_class", nullptr}, {"class_probs", json::object()}, {"primitives", json::array()}};
  if (!outcome) return document;
  if (outcome->scene) document["image_class"] = *outcome->scene;
  for (const auto& [name, probability] : outcome->scenes) {
    document["class_probs"][name] = probability;
  }
  for (const geometry::Primitive& primitive : outcome->candidates) {
    if (primitive.probability < outcome->threshold) continue;
    document["primitives"].push_back(primitive_row(primitive, outcome->image));
  }
  return document;
}

std::string to_base64(std::span<const std::byte> bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

/// The picture between two pieces of JSON.
struct PictureAndResult {
  std::string before;
  storage::OpenBlob picture;
  std::string after;
};

Result<PictureAndResult> look_up_result(const Services& services, core::UserId user,
                                        core::TaskId id) {
  const auto found = services.pipeline.tasks().details(user, id, tasks::TaskDetail::with_result);
  if (!found) return found.error();
  auto input = services.pipeline.open_input(found->task);
  if (!input) return input.error();
  return PictureAndResult{fmt::format(R"({{"id":{},"img":")", id.value), *std::move(input),
                          fmt::format(R"(","result":{},"status":{}}})",
                                      http::dump_json(result_document(found->outcome)),
                                      http::dump_json(tasks::to_string(found->task.status)))};
}

/// The base64 of the file's bytes from `offset` on: kPiece of them, or what is left. Errors:
/// internal `file_unreadable`.
Result<std::string> encode_piece(const storage::OpenBlob& file, std::int64_t offset) {
  std::array<std::byte, kPiece> bytes{};
  const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(kPiece, file.size - offset));
  std::size_t size = 0;
  while (size < wanted) {
    const ssize_t count = ::pread(file.file.get(), bytes.data() + size, wanted - size,
                                  offset + static_cast<std::int64_t>(size));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return Error(
          ErrorKind::internal, "file_unreadable",
          count == 0 ? "The file is shorter than it was." : std::generic_category().message(errno));
    }
    size += static_cast<std::size_t>(count);
  }
  return to_base64({bytes.data(), size});
}

http::Task<void> send_result(const PictureAndResult& result, http::StreamWriter& writer,
                             http::Context& context) {
  const bool is_begun = co_await writer.write(result.before);
  if (!is_begun) co_return;
  for (std::int64_t offset = 0; offset < result.picture.size; offset += kPiece) {
    auto encode = [&] { return encode_piece(result.picture, offset); };
    const auto piece = co_await context.run_blocking_unrefused(encode);
    if (!piece) throw std::runtime_error(piece.error().code() + ": " + piece.error().detail());
    const bool is_written = co_await writer.write(*piece);
    if (!is_written) co_return;
  }
  co_await writer.write(result.after);
}

}  // namespace

http::Task<Answer> get_result(Call call) {
  const auto id = task_id(call.request);
  if (!id) co_return id.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto look = [&] { return look_up_result(services, user, *id); };
  auto found = co_await call.context.run_blocking(look);
  if (!found) co_return in_classic_words(found.error(), *id);
  auto produce = [result = std::make_shared<const PictureAndResult>(*std::move(found))](
                     http::StreamWriter& writer, http::Context& context) {
    return send_result(*result, writer, context);
  };
  co_return http::Response::stream(kJson, std::move(produce)).with("Cache-Control", "no-store");
}

}  // namespace geond::api::classic
