// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <jerror.h>

#include <cstdlib>
#include <memory>

#include "geond/core/out_of_memory.hpp"
#include "jpeg_codec.hpp"
#include "jpeg_session.hpp"

namespace geond::imaging {
namespace {

/// Everything one encoding needs, without a destructor: it lives across longjmp. libjpeg's own
/// destination in memory (jpeg_mem_dest) forgets to say where its buffer has moved when there is no
/// memory for a larger one; this one is the owner's throughout.
struct Writing {
  jpeg_compress_struct session{};
  JpegErrors errors;
  jpeg_destination_mgr destination{};
  unsigned char* bytes = nullptr;  // malloc; the owner frees it
  std::size_t capacity = 0;
};

constexpr std::size_t kFirstJpegBuffer = std::size_t{64} * 1024;

Writing& writing_of(j_compress_ptr session) {
  return *static_cast<Writing*>(session->client_data);
}

/// Room for `capacity` bytes, with what stands there; no C++ exception may pass through libjpeg.
void grow(j_compress_ptr session, std::size_t capacity) {
  Writing& writing = writing_of(session);
  void* bytes =
      std::realloc(writing.bytes, capacity);  // NOLINT: libjpeg's frames take no exception
  if (bytes == nullptr) ERREXIT1(session, JERR_OUT_OF_MEMORY, 0);
  writing.bytes = static_cast<unsigned char*>(bytes);
  writing.destination.next_output_byte = writing.bytes + writing.capacity;
  writing.destination.free_in_buffer = capacity - writing.capacity;
  writing.capacity = capacity;
}

void start_buffer(j_compress_ptr session) {
  grow(session, kFirstJpegBuffer);
}

/// libjpeg calls this when the whole buffer is full, whatever it says of what is free.
boolean double_buffer(j_compress_ptr session) {
  grow(session, 2 * writing_of(session).capacity);
  return TRUE;
}

void end_buffer(j_compress_ptr /*session*/) {}

bool write_all(Writing& writing, const unsigned char* rows, std::size_t row_bytes, int width,
               int height, int quality) {
  jpeg_compress_struct& session = writing.session;
  if (setjmp(writing.errors.jump) != 0) return false;
  jpeg_create_compress(&session);
  session.client_data = &writing;
  writing.destination.init_destination = start_buffer;
  writing.destination.empty_output_buffer = double_buffer;
  writing.destination.term_destination = end_buffer;
  session.dest = &writing.destination;
  session.image_width = static_cast<JDIMENSION>(width);
  session.image_height = static_cast<JDIMENSION>(height);
  session.input_components = 3;
  session.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&session);
  jpeg_set_quality(&session, quality, TRUE);
  jpeg_start_compress(&session, TRUE);
  while (session.next_scanline < session.image_height) {
    // libjpeg takes its input as not const, but only reads it.
    JSAMPROW row = const_cast<unsigned char*>(rows + session.next_scanline * row_bytes);
    jpeg_write_scanlines(&session, &row, 1);
  }
  jpeg_finish_compress(&session);
  return true;
}

struct WritingEnd {
  void operator()(Writing* writing) const {
    jpeg_destroy_compress(&writing->session);
    std::free(writing->bytes);  // NOLINT: from realloc
    delete writing;             // NOLINT: this is the owner's deleter
  }
};

}  // namespace

core::Result<std::string> write_jpeg(const cv::Mat& bgr, int quality) {
  const std::unique_ptr<Writing, WritingEnd> writing(new Writing);
  writing->session.err = writing->errors.install();
  if (!write_all(*writing, bgr.data, bgr.step[0], bgr.cols, bgr.rows, quality)) {
    if (writing->errors.code == JERR_OUT_OF_MEMORY) return core::out_of_memory();
    return core::Error(core::ErrorKind::internal, "encode_failed",
                       fmt::format("libjpeg: {}", writing->errors.message.data()));
  }
  return std::string(reinterpret_cast<const char*>(writing->bytes),
                     writing->capacity - writing->destination.free_in_buffer);
}

}  // namespace geond::imaging
