// SPDX-License-Identifier: MIT
#include "password_input.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>

#include "geond/core/file_descriptor.hpp"
#include "geond/core/small_file.hpp"
#include "geond/core/standard_streams.hpp"

namespace geond::cli {
namespace {

/// Longer than any password that is taken; also what a terminal takes for one line.
constexpr std::size_t kLongestLine = 4096;

core::Error refused(std::string_view code, std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, code, std::move(detail));
}

/// The next character of stdin; none at its end.
std::optional<char> read_character() {
  char character = 0;
  ssize_t got = 0;
  do {
    got = ::read(STDIN_FILENO, &character, 1);
  } while (got < 0 && errno == EINTR);
  if (got != 1) return std::nullopt;
  return character;
}

/// The first line of stdin, without its end. What follows is left to whoever reads next. Errors:
/// invalid_argument `password_too_long`.
core::Result<std::string> read_line() {
  std::string line;
  for (auto next = read_character(); next && *next != '\n'; next = read_character()) {
    if (line.size() == kLongestLine) {
      return refused("password_too_long",
                     "The first line of stdin is longer than 4096 bytes: that is no password.");
    }
    line += *next;
  }
  return std::string(core::first_line(line));
}

/// Errors: invalid_argument `no_password`, and those of read_line().
core::Result<std::string> read_piped_password() {
  auto password = read_line();
  if (!password || !password->empty()) return password;
  return refused("no_password",
                 "There is no password on stdin: pipe it in (echo 'THE PASSWORD' | geond user ...; "
                 "in a container docker exec -i), or call the command on a terminal (docker exec "
                 "-it).");
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&signals, signal);
  return signals;
}

/// Switches the terminal's echo off for as long as it lives. Signals that would end or stop the
/// process meanwhile do so with the echo on again.
class HiddenInput {
 public:
  HiddenInput() : ending_(ending_signals()), arrived_(::signalfd(-1, &ending_, SFD_CLOEXEC)) {
    hide();
  }
  ~HiddenInput() { show(); }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

  /// Asks for a line, again when the process comes back from a stop. Empty at the end of input.
  std::string ask(std::string_view prompt);

 private:
  void hide();
  void show();
  std::optional<int> wait_for_input() const;

  const sigset_t ending_;
  const core::FileDescriptor arrived_;  ///< Signals, which are blocked while it hides.
  sigset_t mask_before_{};
  termios terminal_before_{};
  bool is_hidden_ = false;
};

void HiddenInput::hide() {
  // First, so that no signal comes between the two.
  ::pthread_sigmask(SIG_BLOCK, &ending_, &mask_before_);
  if (::tcgetattr(STDIN_FILENO, &terminal_before_) != 0) return;
  termios hidden = terminal_before_;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  is_hidden_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

void HiddenInput::show() {
  if (is_hidden_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal_before_);
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

/// Returns when there is a line to read, or the signal that came first.
std::optional<int> HiddenInput::wait_for_input() const {
  std::array<pollfd, 2> watched{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{arrived_.get(), POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  signalfd_siginfo signal{};
  if ((watched[1].revents & POLLIN) == 0) return std::nullopt;
  if (::read(arrived_.get(), &signal, sizeof signal) != sizeof signal) return std::nullopt;
  return static_cast<int>(signal.ssi_signo);
}

std::string HiddenInput::ask(std::string_view prompt) {
  core::write_if_possible(STDERR_FILENO, prompt);
  while (const auto signal = wait_for_input()) {
    core::write_if_possible(STDERR_FILENO, "\n");
    show();
    std::raise(*signal);
    hide();
    core::write_if_possible(STDERR_FILENO, prompt);
  }
  // A terminal hands on one line at a time, or what there is of it when the person types Ctrl-D.
  std::array<char, kLongestLine> line{};
  const ssize_t got = ::read(STDIN_FILENO, line.data(), line.size());
  core::write_if_possible(STDERR_FILENO, "\n");
  if (got <= 0) return {};
  return std::string(core::first_line({line.data(), static_cast<std::size_t>(got)}));
}

}  // namespace

core::Result<std::string> read_password(PasswordSource source) {
  if (source == PasswordSource::stdin_line || ::isatty(STDIN_FILENO) == 0) {
    return read_piped_password();
  }
  HiddenInput terminal;
  std::string password = terminal.ask("Password: ");
  if (terminal.ask("The same again: ") == password) return password;
  return refused("passwords_differ", "The two passwords are not the same.");
}

}  // namespace geond::cli
