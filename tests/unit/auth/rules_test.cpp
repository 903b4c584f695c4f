// SPDX-License-Identifier: MIT
#include "rules.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace geond::auth;

TEST_CASE("user names are short and plain") {
  for (const char* name : {"a", "Anna", "a.b_c-d+e@example.org", "007"}) {
    CAPTURE(name);
    CHECK(check_user_name(name).has_value());
  }
  for (const std::string& name :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a/b"),
        std::string("<img>"), std::string("анна"), std::string("a\0b", 3)}) {
    CAPTURE(name);
    CHECK(check_user_name(name).error().code() == "invalid_user_name");
  }
}

TEST_CASE("passwords are long enough and not the name") {
  CHECK(check_password("correct horse", "anna").has_value());
  CHECK(check_password("длинный пароль", "anna").has_value());
  for (const std::string& password :
       {std::string("seven77"), std::string("пароль"), std::string(257, 'x'),
        std::string("pass\0word", 9), std::string("ANNA-ANNA")}) {
    CAPTURE(password);
    CHECK(check_password(password, "anna-anna").error().code() == "invalid_password");
  }
}

TEST_CASE("a key's name may be anything that can be shown") {
  CHECK(check_key_name("ноутбук (work)").has_value());
  for (const std::string& name : {std::string(), std::string(101, 'a'), std::string("a\nb")}) {
    CHECK(check_key_name(name).error().code() == "invalid_key_name");
  }
}
