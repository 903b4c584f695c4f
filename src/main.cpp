// SPDX-License-Identifier: MIT
#include "geond/cli/cli.hpp"

int main(int argc, char** argv) {
  return geond::cli::run(argc, argv);
}
