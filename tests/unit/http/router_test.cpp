// SPDX-License-Identifier: MIT
#include "geond/http/router.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace geond::http;

namespace {

Task<Response> nothing(Request&, Context&) {
  co_return Response::empty();
}

RouteMatch find(const Router& router, Method method, const char* path) {
  return router.match(method, parse_target(path)->segments);
}

Router make() {
  Router router;
  RouteOptions tolerated;
  tolerated.trailing_slash = TrailingSlash::tolerated;
  router.get("/", nothing);
  router.get("/tasks", nothing);
  router.post("/tasks", nothing);
  router.get("/tasks/{id}", nothing);
  router.del("/tasks/{id}", nothing);
  router.get("/tasks/latest", nothing);
  router.get("/tasks/{task}/result", nothing);
  router.get("/classic/task/", nothing, tolerated);
  router.get("/classic/task/{id}", nothing, tolerated);
  router.get("/assets/{path...}", nothing);
  return router;
}

}  // namespace

TEST_CASE("paths lead to their routes") {
  const Router router = make();
  struct Row {
    const char* path;
    const char* pattern;
  };
  for (const Row& row :
       {Row{"/", "/"}, Row{"/tasks", "/tasks"}, Row{"/tasks?x=1", "/tasks"},
        Row{"/tasks/7", "/tasks/{id}"}, Row{"/tasks/latest", "/tasks/latest"},
        Row{"/tasks/latest/result", "/tasks/{task}/result"}, Row{"/t%61sks", "/tasks"},
        Row{"/classic/task/", "/classic/task/"}, Row{"/classic/task", "/classic/task/"},
        Row{"/classic/task/5/", "/classic/task/{id}"},
        Row{"/assets/a/b.js", "/assets/{path...}"}}) {
    CAPTURE(row.path);
    const RouteMatch match = find(router, Method::get, row.path);
    CHECK(match.kind == RouteMatch::Kind::found);
    CHECK(match.pattern == row.pattern);
  }
  for (const char* path : {"/task", "/tasks/", "/tasks/7/", "/tasks//result", "/tasks/7/result/x",
                           "//", "/tasks%2F7", "/assets", "/TASKS", "/tasks/../tasks"}) {
    CAPTURE(path);
    CHECK(find(router, Method::get, path).kind == RouteMatch::Kind::path_unknown);
  }
}

TEST_CASE("a segment longer than a short string is still found") {
  const std::string segment(100, 'a');
  Router router;
  RouteOptions tolerated;
  tolerated.trailing_slash = TrailingSlash::tolerated;
  router.get("/" + segment + "/{id}/", nothing, tolerated);
  for (const char* ending : {"/7", "/7/"}) {
    const std::string path = "/" + segment + ending;
    CHECK(find(router, Method::get, path.c_str()).parameters.get("id") == "7");
  }
}

TEST_CASE("parameters are bound decoded, under the name of the route's own pattern") {
  const Router router = make();
  CHECK(find(router, Method::get, "/tasks/a%2Fb").parameters.get("id") == "a/b");
  CHECK(find(router, Method::get, "/tasks/9/result").parameters.get("task") == "9");
  CHECK(find(router, Method::get, "/assets/x/y/z").parameters.get("path") == "x/y/z");
  CHECK(find(router, Method::get, "/classic/task/5/").parameters.get("id") == "5");
}

TEST_CASE("a known path with another method says what it takes") {
  const Router router = make();
  const RouteMatch match = find(router, Method::put, "/tasks/7");
  CHECK(match.kind == RouteMatch::Kind::method_unknown);
  CHECK(match.allow == "DELETE, GET, HEAD, OPTIONS");
  CHECK(match.pattern == "/tasks/{id}");
  CHECK(find(router, Method::head, "/tasks").kind == RouteMatch::Kind::found);
  CHECK(find(router, Method::options, "/tasks").kind == RouteMatch::Kind::method_unknown);
}

TEST_CASE("a fallback for every path gives way to routes that tolerate a slash") {
  Router router;
  RouteOptions tolerated;
  tolerated.trailing_slash = TrailingSlash::tolerated;
  router.get("/a/b", nothing, tolerated);
  router.get("/{rest...}", nothing);
  CHECK(find(router, Method::get, "/a/b/").pattern == "/a/b");
  CHECK(find(router, Method::get, "/a/c").pattern == "/{rest...}");
  CHECK(find(router, Method::get, "/a/b/c").pattern == "/{rest...}");
}

TEST_CASE("a malformed or repeated pattern is a fault of the program") {
  for (const char* pattern :
       {"", "a", "/{}", "/{...}", "/{a}/{a}", "/{a...}/b", "/x{a}", "/{a}x"}) {
    CAPTURE(pattern);
    Router router;
    CHECK_THROWS_AS(router.get(pattern, nothing), std::logic_error);
  }
  Router router = make();
  CHECK_THROWS_AS(router.get("/tasks/{other}", nothing), std::logic_error);
  CHECK(router.routes().size() == 10);
}
