// SPDX-License-Identifier: MIT
// The one place where Asio's and Beast's own sources are compiled.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
