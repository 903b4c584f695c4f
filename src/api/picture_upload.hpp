// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"
#include "geond/http/multipart.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "geond/storage/blob_store.hpp"
#include "idempotency.hpp"

namespace geond::api {

/// A picture's file on the disk, whole, that belongs to nothing yet.
struct UploadedPicture {
  storage::StagedBlob file;  ///< Not finished.
  std::string file_name;     ///< Made fit to be shown; may be empty.
  std::string part;          ///< As ArrivedPicture::part.
};

/// A client's word for a picture, made fit to be shown: what follows the last slash, at most 255
/// bytes, without control characters. Never used as a path.
std::string display_name(std::string_view file_name);

/// Which parts of a form are taken besides the pictures.
enum class OtherParts {
  refused,
  skipped,  ///< As the classic service does.
};

/// Takes pictures out of a request's body one after the other: raw, or the `image_file` parts of a
/// form. Nothing is read before the first find_next().
class PictureReader {
 public:
  /// Errors: unsupported_media `unsupported_content_type`, bad_request `bad_multipart` and
  /// `bad_content_type`.
  static core::Result<PictureReader> open(const Call& call, std::size_t max_pictures,
                                          OtherParts other_parts);

  /// Adds every picture that is read from now on, and its name, to the fingerprint, which must
  /// outlive this.
  void add_to(Fingerprint* fingerprint) { fingerprint_ = fingerprint; }

  /// Whether there is a picture (more); of a form this reads no further than the head of its part,
  /// of a body that is the picture itself nothing. Errors: invalid_argument `missing_part`,
  /// `unknown_part`; too_large `too_many_pictures`; those of MultipartReader.
  http::Task<core::Result<bool>> find_next();

  /// The picture that find_next() has found, once each. Its format is recognised as soon as its
  /// first bytes are there. What is wrong with one picture of a form names its part. Errors:
  /// invalid_argument `image_empty`; too_large `body_too_large`; those of BodyReader,
  /// MultipartReader, Pipeline::stage, StagedBlob::append and imaging::recognise.
  http::Task<core::Result<UploadedPicture>> read();

  /// As read(), for a picture that is not wanted but for its fingerprint: nothing is kept of it, so
  /// the disk has no say.
  http::Task<core::Result<void>> skim();

 private:
  PictureReader(const Call& call, std::optional<http::MultipartReader> form,
                std::size_t max_pictures, OtherParts other_parts);

  http::Task<core::Result<std::span<const std::byte>>> read_piece();
  core::Error fault_of(const core::Error& error) const;
  core::Result<void> check_declared_size() const;
  /// Writes the picture into `file` unless that is null.
  http::Task<core::Result<void>> read_content(storage::StagedBlob* file);
  http::Task<core::Result<bool>> find_part();

  Call call_;
  std::optional<http::MultipartReader> form_;
  std::size_t max_pictures_;
  OtherParts other_parts_;
  std::size_t count_ = 0;            // Pictures found.
  std::int64_t expected_bytes_ = 0;  // Of the latest one; 0 if unknown.
  std::string file_name_;            // Likewise.
  std::string part_;                 // Likewise; empty without a form.
  Fingerprint* fingerprint_ = nullptr;
};

}  // namespace geond::api
