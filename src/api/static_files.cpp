// SPDX-License-Identifier: MIT
#include "geond/api/static_files.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

#include "content_hash.hpp"
#include "geond/http/etag.hpp"
#include "geond/http/static_content.hpp"

namespace geond::api {
namespace {

/// Scripts, styles, connections and pictures from this server only; nothing inline, nothing
/// framed. `blob:` shows a picture before it is uploaded.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

std::string hash_of_all(std::span<const core::EmbeddedFile> files) {
  std::string digests;
  for (const core::EmbeddedFile& file : files) {
    digests += fmt::format("{}\n{}\n", file.path, content_hash(file.content));
  }
  return content_hash(digests);
}

bool is_html(const core::EmbeddedFile& file) {
  return file.path.ends_with(".html");
}

/// Puts `v/<hash>/` before every quoted path of a file.
std::string point_at_version(std::string_view html, std::span<const core::EmbeddedFile> files,
                             std::string_view version) {
  std::string text(html);
  for (const core::EmbeddedFile& file : files) {
    if (is_html(file)) continue;
    const std::string quoted = fmt::format("\"{}\"", file.path);
    const std::string replacement = fmt::format("\"v/{}/{}\"", version, file.path);
    for (std::size_t at = text.find(quoted); at != std::string::npos;
         at = text.find(quoted, at + replacement.size())) {
      text.replace(at, quoted.size(), replacement);
    }
  }
  return text;
}

/// A file on its way out; owns the text that was changed.
struct ServedFile {
  std::string changed_text;
  http::StaticContent content;
};

http::Task<http::Response> serve(std::shared_ptr<const ServedFile> file, http::Request& request) {
  auto response = http::serve_static(request, file->content);
  // What a document may do is said with the document; files have the policy of every answer.
  if (file->content.content_type.starts_with("text/html")) {
    response.headers.set("Content-Security-Policy", std::string(kPagePolicy));
  }
  co_return response;
}

void add(http::Router& router, std::string_view pattern,
         const std::shared_ptr<const ServedFile>& file) {
  router.get(pattern,
             [file](http::Request& request, http::Context&) { return serve(file, request); });
}

std::shared_ptr<ServedFile> plain_file(const core::EmbeddedFile& file) {
  auto served = std::make_shared<ServedFile>();
  served->content.content = file.content;
  served->content.gzip = file.gzip;
  served->content.content_type = http::content_type_of(file.path);
  served->content.etag = http::strong_etag(content_hash(file.content));
  return served;
}

std::shared_ptr<ServedFile> html_file(const core::EmbeddedFile& file,
                                      std::span<const core::EmbeddedFile> files,
                                      std::string_view version) {
  auto served = plain_file(file);
  served->changed_text = point_at_version(file.content, files, version);
  served->content.content = served->changed_text;
  served->content.gzip = {};  // that of the unchanged text
  served->content.etag = http::strong_etag(content_hash(served->changed_text));
  return served;
}

}  // namespace

void register_static_files(http::Router& router, std::span<const core::EmbeddedFile> files) {
  const std::string version = hash_of_all(files);
  for (const core::EmbeddedFile& file : files) {
    const std::string path = fmt::format("/{}", file.path);
    if (is_html(file)) {
      const auto served = html_file(file, files, version);
      add(router, path, served);
      if (file.path == "index.html") add(router, "/", served);
      if (file.path == "docs.html") add(router, "/docs", served);
      continue;
    }
    add(router, path, plain_file(file));
    const auto lasting = plain_file(file);
    lasting->content.cache_control = "public, max-age=31536000, immutable";
    add(router, fmt::format("/v/{}/{}", version, file.path), lasting);
  }
}

}  // namespace geond::api
