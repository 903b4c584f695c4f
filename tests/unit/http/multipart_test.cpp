// SPDX-License-Identifier: MIT
#include "geond/http/multipart.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "memory_body.hpp"

using namespace geond::http;
using geond::http::testing::MemoryBody;

namespace {

struct Part {
  std::string name, file, type, text;
  bool operator==(const Part&) const = default;
};

struct Outcome {
  std::vector<Part> parts;
  std::string error;
};

Task<Outcome> read_all(MultipartReader& reader) {
  Outcome outcome;
  while (true) {
    const auto part = co_await reader.next_part();
    if (!part) {
      outcome.error = part.error().code();
      co_return outcome;
    }
    if (!*part) co_return outcome;
    const auto text = co_await reader.read_text(1000);
    if (!text) {
      outcome.error = text.error().code();
      co_return outcome;
    }
    outcome.parts.push_back(
        Part{(*part)->name, (*part)->file_name.value_or("-"), (*part)->content_type, *text});
  }
}

Outcome parse(const std::string& text, std::size_t piece = 64 * 1024,
              const std::string& type = "multipart/form-data; boundary=XX",
              MultipartLimits limits = {}) {
  MemoryBody body(text, piece);
  auto reader = MultipartReader::open(body, type, limits);
  if (!reader) {
    Outcome refused;
    refused.error = reader.error().code();
    return refused;
  }
  return read_all(*reader).run_inline();
}

std::string disposition(const std::string& rest) {
  return "Content-Disposition: form-data; " + rest + "\r\n";
}

}  // namespace

TEST_CASE("forms as clients send them are read, in pieces of every size") {
  struct Row {
    const char* client;
    std::string text;
    std::vector<Part> parts;
  };
  const std::vector<Row> rows{
      {"curl",
       "--XX\r\n" + disposition("name=\"image_file\"; filename=\"a.jpg\"") +
           "Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--X\r\n\r\n--XX\r\n" +
           disposition("name=\"note\"") + "\r\nhi\r\n--XX--\r\n",
       {{"image_file", "a.jpg", "image/jpeg", "\xff\xd8\r\n--X\r\n"},
        {"note", "-", "text/plain", "hi"}}},
      {"python-requests",
       "--XX\r\n" + disposition("name=\"f\"; filename=\"\xd1\x8f.png\"") + "\r\n\r\n--XX--\r\n",
       {{"f", "\xd1\x8f.png", "text/plain", ""}}},
      {"an older urllib3",
       "--XX\r\n" + disposition("name=\"f\"; filename*=utf-8''%D1%8F.png") + "\r\nx\r\n--XX--\r\n",
       {{"f", "\xd1\x8f.png", "text/plain", "x"}}},
      {"a browser, a quote in the name",
       "--XX\r\n" + disposition("name=\"a%22b\"; filename=\"\"") +
           "Content-Type: application/octet-stream\r\n\r\n\r\n--XX--\r\n",
       {{"a\"b", "", "application/octet-stream", ""}}},
      {"a browser, a quote and the end of a line in the name",
       "--XX\r\n" + disposition("name=\"f\"; filename=\"a%22b%0D%0A%41.png\"") + "\r\nx\r\n--XX--",
       {{"f", "a\"b\xef\xbf\xbd\xef\xbf\xbd%41.png", "text/plain", "x"}}},
      {"an older curl, a quote in the name",
       "--XX\r\n" + disposition("name=\"a\\\"b;c\"") + "\r\nx\r\n--XX--",
       {{"a\"b;c", "-", "text/plain", "x"}}},
      {"preamble, padding and epilogue",
       "ignore\r\n--XX \t\r\n" + disposition("name=a") + "\r\nx\r\n--XX-- \r\nmore\r\n--XX\r\n",
       {{"a", "-", "text/plain", "x"}}},
      {"a part without content that shares its empty line",
       "--XX\r\n" + disposition("name=a") + "\r\n--XX--\r\n",
       {{"a", "-", "text/plain", ""}}},
      {"no parts at all", "--XX--\r\n", {}},
      {"control characters in a file name",
       "--XX\r\n" + disposition("name=a; filename*=utf-8''%00%0a%ff") + "\r\nx\r\n--XX--\r\n",
       {{"a", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "text/plain", "x"}}},
      {"content that nearly is a boundary",
       "--XX\r\n" + disposition("name=a") + "\r\n\r\n--X\r\n-\r\r\n\r\n--\r\n--XX--\r\n",
       {{"a", "-", "text/plain", "\r\n--X\r\n-\r\r\n\r\n--"}}},
  };
  for (const Row& row : rows) {
    for (const std::size_t piece : {1, 2, 3, 7, 64, 65536}) {
      CAPTURE(row.client);
      CAPTURE(piece);
      const Outcome outcome = parse(row.text, piece);
      CHECK(outcome.error == "");
      CHECK(outcome.parts == row.parts);
    }
  }
}

TEST_CASE("a malformed form is refused") {
  struct Row {
    const char* name;
    std::string text;
    const char* code;
  };
  const std::string head = "--XX\r\n" + disposition("name=a") + "\r\n";
  const std::vector<Row> rows{
      {"nothing", "", "bad_multipart"},
      {"no boundary", "hello", "bad_multipart"},
      {"another boundary", "--YY\r\n\r\nx\r\n--YY--\r\n", "bad_multipart"},
      {"no end", head + "x", "bad_multipart"},
      {"an end that is cut", head + "x\r\n--XX-", "bad_multipart"},
      {"a head that is cut", "--XX\r\nContent-Disposition: form-", "bad_multipart"},
      {"text behind the boundary", "--XXX\r\n" + disposition("name=a") + "\r\nx\r\n--XX--",
       "bad_multipart"},
      {"a bare line feed behind the boundary", "--XX\n" + disposition("name=a") + "\r\nx\r\n--XX--",
       "bad_multipart"},
      {"no disposition", "--XX\r\nContent-Type: a/b\r\n\r\nx\r\n--XX--", "bad_multipart"},
      {"no headers", "--XX\r\n\r\nx\r\n--XX--", "bad_multipart"},
      {"another disposition", "--XX\r\nContent-Disposition: attachment\r\n\r\nx\r\n--XX--",
       "bad_multipart"},
      {"two dispositions",
       "--XX\r\n" + disposition("name=a") + disposition("name=b") + "\r\nx\r\n--XX--",
       "bad_multipart"},
      {"a folded header", "--XX\r\n" + disposition("name=a;\r\n filename=b") + "\r\nx\r\n--XX--",
       "bad_multipart"},
      {"a NUL in a header",
       "--XX\r\n" + disposition(std::string("name=\"a\0\"", 9)) + "\r\nx\r\n--XX--",
       "bad_multipart"},
      {"headers without an end", "--XX\r\n" + std::string(100'000, 'a'), "part_headers_too_large"},
      {"large headers", "--XX\r\nX-A: " + std::string(9'000, 'a') + "\r\n\r\nx\r\n--XX--",
       "part_headers_too_large"},
      {"a field that is too long", head + std::string(1001, 'x') + "\r\n--XX--", "field_too_large"},
      {"endless padding", "--XX" + std::string(100'000, ' '), "bad_multipart"},
  };
  for (const Row& row : rows) {
    for (const std::size_t piece : {1, 5, 65536}) {
      CAPTURE(row.name);
      CAPTURE(piece);
      CHECK(parse(row.text, piece).error == row.code);
    }
  }
}

TEST_CASE("a form with too many parts is refused") {
  MultipartLimits limits;
  limits.max_parts = 3;
  std::string text;
  for (int index = 0; index < 4; ++index) {
    text += "--XX\r\n" + disposition("name=a") + "\r\nx\r\n";
  }
  const Outcome outcome = parse(text + "--XX--", 65536, "multipart/form-data; boundary=XX", limits);
  CHECK(outcome.error == "too_many_parts");
  CHECK(outcome.parts.size() == 3);
}

TEST_CASE("a content type that is no form, or has no usable boundary, is refused") {
  struct Row {
    std::string type;
    const char* code;
  };
  for (const Row& row :
       std::vector<Row>{{"", "unsupported_content_type"},
                        {"application/json", "unsupported_content_type"},
                        {"multipart/mixed; boundary=XX", "unsupported_content_type"},
                        {"multipart/form-data", "bad_multipart"},
                        {"multipart/form-data; boundary=", "bad_multipart"},
                        {"multipart/form-data; boundary=\"\"", "bad_multipart"},
                        {"multipart/form-data; boundary=a; boundary=b", "bad_multipart"},
                        {"multipart/form-data; boundary=" + std::string(71, 'a'), "bad_multipart"},
                        {"multipart/form-data; boundary=\"a\tb\"", "bad_multipart"},
                        {"multipart/form-data; boundary=\"a \"", "bad_multipart"}}) {
    CAPTURE(row.type);
    CHECK(parse("--XX--", 65536, row.type).error == row.code);
  }
  CHECK(parse("--a b--", 65536, "multipart/form-data; boundary=\"a b\"").error == "");
}

TEST_CASE("parts that the caller does not read are skipped") {
  std::string text;
  for (int index = 0; index < 100; ++index) {
    text += "--XX\r\n" + disposition("name=a") + "\r\n" + std::string(10'000, 'x') + "\r\n";
  }
  MemoryBody body(text + "--XX--\r\n", 1000);
  auto reader = MultipartReader::open(body, "multipart/form-data; boundary=XX");
  REQUIRE(reader.has_value());
  int count = 0;
  while (true) {
    const auto part = reader->next_part().run_inline();
    REQUIRE(part.has_value());
    if (!*part) break;
    ++count;
  }
  CHECK(count == 100);
  CHECK(!*reader->next_part().run_inline());
}
