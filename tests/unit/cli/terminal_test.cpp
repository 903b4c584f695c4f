// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "geond/core/file_descriptor.hpp"

using namespace geond;
using cli::Colour;

TEST_CASE("the end of a name fits into a terminal, and no character is torn") {
  CHECK(cli::end_within("room.jpg", 8) == "room.jpg");
  CHECK(cli::end_within("room.jpg", 4) == ".jpg");
  CHECK(cli::end_within("\xD1\x80\xD0\xB8\xD1\x81", 2) == "\xD0\xB8\xD1\x81");
  CHECK(cli::end_within("\xE6\x97\xA5\xE6\x9C\xAC", 3) == "\xE6\x9C\xAC");  // Two wide each.
  CHECK(cli::end_within("room", 0).empty());
  CHECK(cli::columns_of(-1) == 80);
}

TEST_CASE("colours stand on terminals that take them, and nowhere else") {
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  const core::FileDescriptor file(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  CHECK(cli::coloured("text", Colour::red, file.get()) == "text");

  const core::FileDescriptor controller(::posix_openpt(O_RDWR | O_NOCTTY));
  REQUIRE(controller.is_open());
  REQUIRE(::grantpt(controller.get()) == 0);
  REQUIRE(::unlockpt(controller.get()) == 0);
  const core::FileDescriptor terminal(::open(::ptsname(controller.get()), O_RDWR | O_NOCTTY));
  REQUIRE(terminal.is_open());
  CHECK(cli::coloured("text", Colour::red, terminal.get()) == "\x1b[31mtext\x1b[0m");
  ::setenv("NO_COLOR", "1", 1);
  CHECK(cli::coloured("text", Colour::red, terminal.get()) == "text");
  ::setenv("NO_COLOR", "", 1);
  CHECK(cli::coloured("text", Colour::green, terminal.get()) == "\x1b[32mtext\x1b[0m");
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  CHECK(cli::coloured("text", Colour::red, terminal.get()) == "text");
}
